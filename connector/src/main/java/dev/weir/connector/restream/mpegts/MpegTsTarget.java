package dev.weir.connector.restream.mpegts;

import dev.weir.connector.mux.LiveMatroska;
import dev.weir.connector.mux.LiveTrack;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.child.FfmpegProcess;
import dev.weir.connector.restream.child.OptionFile;
import dev.weir.connector.restream.frame.FrameTarget;
import dev.weir.connector.restream.frame.OutputCodec;
import dev.weir.connector.restream.frame.OutputFrame;
import dev.weir.connector.restream.frame.OutputTrack;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends MPEG-TS over SRT or UDP by a child FFmpeg, which gets the frames as Matroska and copies them. The address on its
 * command line is the one that was checked; stream id and passphrase come in a file that only we can read. One thread.
 */
public final class MpegTsTarget implements FrameTarget {
    private static final Set<OutputCodec> CODECS =
            EnumSet.of(OutputCodec.H264, OutputCodec.H265, OutputCodec.AAC, OutputCodec.OPUS);
    private static final int MICROS_PER_MILLI = 1_000;
    private static final Set<String> SECRET_OPTIONS = Set.of("streamid", "passphrase", "pbkeylen");
    private static final Set<String> PLAIN_OPTIONS =
            Set.of("mode", "latency", "maxbw", "pkt_size", "ttl", "localaddr", "connect_timeout", "payload_size");

    private final String ffmpeg;
    private final TargetUrl url;
    private final AddressGuard guard;
    private Optional<FfmpegProcess> child = Optional.empty();
    private Optional<LiveMatroska> matroska = Optional.empty();
    private Optional<OptionFile> options = Optional.empty();
    private boolean hasVideo;
    private long bytes;

    /** Takes where to send; FFmpeg is started with the first frame, when the tracks are known. */
    public MpegTsTarget(String ffmpeg, TargetUrl url, AddressGuard guard) {
        this.ffmpeg = ffmpeg;
        this.url = url;
        this.guard = guard;
    }

    @Override
    public void start(Optional<OutputTrack> video, Optional<OutputTrack> audio) throws IOException {
        List<LiveTrack> tracks = new ArrayList<>();
        for (Optional<OutputTrack> track : List.of(video, audio)) {
            if (track.isPresent()) {
                if (!CODECS.contains(track.get().codec())) {
                    throw new IOException("MPEG-TS does not carry "
                            + track.get().codec() + ": publish H264 or H265, or use another kind of target");
                }
                tracks.add(track.get().matroska());
            }
        }
        hasVideo = video.isPresent();
        Map<String, String> secrets = secretOptions();
        OptionFile file = OptionFile.write(secrets);
        options = Optional.of(file);
        FfmpegProcess started = FfmpegProcess.start(
                ffmpeg, FfmpegProcess.RESTREAM_SETTING, arguments(file), List.copyOf(secrets.values()));
        child = Optional.of(started);
        LiveMatroska pipe = new LiveMatroska(started.input());
        matroska = Optional.of(pipe);
        try {
            pipe.start(tracks);
        } catch (IOException ended) {
            throw new IOException(started.describeEnd(), ended);
        }
    }

    private List<String> arguments(OptionFile file) throws IOException {
        boolean listens = "listener".equals(url.query().get("mode"));
        InetAddress address = listens ? InetAddress.getByName(url.host()) : guard.resolve(url.host());
        String host = address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        List<String> arguments = new ArrayList<>(
                List.of("-f", "matroska", "-i", "pipe:0", "-map", "0", "-c", "copy", "-flush_packets", "1"));
        if (!file.isEmpty()) {
            arguments.addAll(List.of("-fpre", file.path().toString()));
        }
        // Tables once more with each keyframe and 10 times a second: who joins later has a picture at once.
        arguments.addAll(
                List.of("-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", "-muxdelay", "0", "-muxpreload", "0"));
        StringBuilder target = new StringBuilder()
                .append(url.scheme().text())
                .append("://")
                .append(host)
                .append(':')
                .append(url.port());
        char separator = '?';
        for (Map.Entry<String, String> option : plainOptions().entrySet()) {
            target.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = '&';
        }
        arguments.add(target.toString());
        return arguments;
    }

    private Map<String, String> plainOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        if (url.scheme() == TargetUrl.Scheme.UDP) {
            options.put("pkt_size", "1316");
        }
        PLAIN_OPTIONS.stream()
                .sorted()
                .filter(name -> url.query().getOrDefault(name, "").matches("[A-Za-z0-9.:-]+"))
                .forEach(name -> options.put(name, value(name, url.query().getOrDefault(name, ""))));
        return options;
    }

    /** SRT counts latency in milliseconds, FFmpeg in microseconds. */
    private static String value(String name, String given) {
        return name.equals("latency") && given.matches("\\d{1,6}") ? given + "000" : given;
    }

    private Map<String, String> secretOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        SECRET_OPTIONS.stream()
                .sorted()
                .filter(url.query()::containsKey)
                .forEach(name -> options.put(name, url.query().getOrDefault(name, "")));
        return options;
    }

    @Override
    public void videoChanged(OutputTrack video) {
        // Parameter sets are in the frames: the same output goes on.
    }

    @Override
    public void frame(OutputFrame frame) throws IOException {
        int track = hasVideo && !frame.video() ? 1 : 0;
        try {
            matroska.orElseThrow()
                    .frame(
                            track,
                            frame.ptsMicros() / MICROS_PER_MILLI,
                            frame.keyframe(),
                            frame.video() && frame.keyframe(),
                            frame.data());
        } catch (IOException ended) {
            throw new IOException(child.orElseThrow().describeEnd(), ended);
        }
        bytes += frame.data().remaining();
    }

    @Override
    public void tick() throws IOException {
        if (child.isPresent()) {
            child.get().check();
        }
        options.ifPresent(file -> file.tick(System.nanoTime()));
    }

    @Override
    public long bytesSent() {
        return bytes;
    }

    @Override
    public void abort() {
        child.ifPresent(FfmpegProcess::kill);
    }

    @Override
    public void close() {
        child.ifPresent(FfmpegProcess::close);
        options.ifPresent(OptionFile::close);
    }
}
