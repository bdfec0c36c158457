package dev.weir.connector.restream.frame;

import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.restream.MediaChangedException;
import dev.weir.connector.restream.TargetConnection;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Assembles the log and gives whole frames to a target: one video and one audio track, in order of time, from a keyframe on.
 * One thread.
 */
public final class FrameConnection implements TargetConnection {
    private static final long PATIENCE_MICROS = 2_000_000;
    private static final long NOT_AUDIO = -1;

    /** A frame and, of audio, the name of its packet. */
    private record Numbered(Frame frame, long packet) {}

    private final FrameSettings settings;
    private final FrameTarget target;
    private final FrameOrder order = new FrameOrder();
    private final TimeLine time = new TimeLine();
    private final AudioOutput audio;
    private final List<Numbered> early = new ArrayList<>();
    private PacketNumbers numbers = new PacketNumbers();
    private Optional<StreamAssembler> assembler = Optional.empty();
    private Optional<TrackFormat> videoFormat = Optional.empty();
    private Optional<TrackFormat> audioFormat = Optional.empty();
    private long epoch = -1;
    private long lastArrivalMicros;
    private boolean expectsVideo;
    private boolean expectsAudio;
    private boolean started;
    private boolean skipped;
    private boolean waitsForKeyframe;
    private long videoMicros;

    /** Takes a target, which is closed with this. */
    public FrameConnection(FrameSettings settings, FrameTarget target) {
        this.settings = settings;
        this.target = target;
        this.audio = new AudioOutput(settings, frame -> order.add(frame, System.nanoTime()));
    }

    @Override
    public void send(RelayBatch batch, long offset) throws IOException {
        if (batch.epoch() != epoch || skipped) {
            time.breakOff(batch.firstArrivalMicros() - lastArrivalMicros);
            assembler = Optional.of(new StreamAssembler(batch.streamId(), batch.epoch(), AssembleConfig.LIVE));
            numbers = new PacketNumbers();
            waitsForKeyframe = true;
            epoch = batch.epoch();
            skipped = false;
        }
        lastArrivalMicros = batch.firstArrivalMicros();
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof TrackConfiguration tracks) {
                expectsVideo =
                        tracks.tracks().stream().anyMatch(track -> track.kind().equals("video"));
                expectsAudio =
                        tracks.tracks().stream().anyMatch(track -> track.kind().equals("audio"));
            }
        }
        List<AssembledEvent> events = new ArrayList<>();
        assembler.orElseThrow().add(batch, offset, events::add);
        for (AssembledEvent event : events) {
            take(event);
        }
        flush();
    }

    private void take(AssembledEvent event) throws IOException {
        if (event instanceof AssembledEvent.FormatChanged change) {
            formats(change.formats());
        } else if (event instanceof AssembledEvent.FrameReady ready) {
            Frame frame = ready.frame();
            Numbered numbered = new Numbered(frame, isAudio(frame) ? numbers.of(frame) : NOT_AUDIO);
            if (started) {
                forward(numbered);
            } else {
                early.add(numbered);
                startIfReady();
            }
        }
    }

    private void formats(List<TrackFormat> formats) throws IOException {
        Optional<TrackFormat> video = first(formats, MediaKind.VIDEO);
        Optional<TrackFormat> sound = first(formats, MediaKind.AUDIO);
        if (started) {
            requireSameTracks(video, sound);
            if (video.isPresent() && !videoFormat.orElseThrow().equals(video.get())) {
                target.videoChanged(OutputTrack.of(video.get()));
            }
        }
        videoFormat = video.or(() -> videoFormat);
        audioFormat = sound.or(() -> audioFormat);
        sound.ifPresent(format -> audio.follow(format, epoch));
    }

    private static Optional<TrackFormat> first(List<TrackFormat> formats, MediaKind kind) {
        return formats.stream().filter(format -> format.kind() == kind).findFirst();
    }

    private void requireSameTracks(Optional<TrackFormat> video, Optional<TrackFormat> sound)
            throws MediaChangedException {
        if (video.isPresent() && !video.map(TrackFormat::codec).equals(videoFormat.map(TrackFormat::codec))) {
            throw new MediaChangedException("the video is " + video.get().codec() + " now");
        }
        boolean copied = settings.audio() == FrameSettings.Audio.COPY;
        boolean other = copied && !sound.map(TrackFormat::codec).equals(audioFormat.map(TrackFormat::codec));
        if (sound.isPresent() && settings.audio() != FrameSettings.Audio.NONE && (audioFormat.isEmpty() || other)) {
            throw new MediaChangedException("the audio is " + sound.get().codec() + " now");
        }
    }

    /** Begins at the first keyframe, once both tracks are known or one has not come for a while. */
    private void startIfReady() throws IOException {
        long newest = early.get(early.size() - 1).frame.ptsMicros();
        boolean patient = newest - early.get(0).frame.ptsMicros() < PATIENCE_MICROS;
        boolean videoIn =
                !expectsVideo || early.stream().anyMatch(next -> isVideo(next.frame) && next.frame.keyframe());
        boolean audioIn = !expectsAudio || audioFormat.isPresent();
        if (!videoIn && early.size() > 1 && !patient) {
            early.remove(0); // Sound from before the first picture is of no use.
            videoIn = videoFormat.isEmpty() && newest - early.get(0).frame.ptsMicros() > PATIENCE_MICROS;
        }
        if (!videoIn || (!audioIn && patient)) {
            return;
        }
        started = true;
        target.start(videoFormat.map(OutputTrack::of), audio.start(audioFormat));
        List<Numbered> waiting = new ArrayList<>(early);
        early.clear();
        for (Numbered next : waiting) {
            forward(next);
        }
    }

    private boolean isVideo(Frame frame) {
        return videoFormat
                .map(format -> format.trackIndex() == frame.trackIndex())
                .orElse(false);
    }

    private boolean isAudio(Frame frame) {
        return audioFormat
                .map(format -> format.trackIndex() == frame.trackIndex())
                .orElse(false);
    }

    private void forward(Numbered numbered) throws IOException {
        Frame frame = numbered.frame;
        boolean video = isVideo(frame);
        if (waitsForKeyframe && videoFormat.isPresent() && !(video && frame.keyframe())) {
            return;
        }
        waitsForKeyframe = false;
        long pts = time.map(frame.ptsMicros());
        if (pts < 0) {
            return;
        }
        if (video) {
            videoMicros = pts;
            order.add(
                    new OutputFrame(true, pts, frame.durationMicros(), frame.keyframe(), frame.data()),
                    System.nanoTime());
        } else if (isAudio(frame)) {
            audio.add(numbered.packet, frame, pts);
        }
    }

    private void flush() throws IOException {
        if (!started) {
            return;
        }
        audio.poll(videoMicros);
        long nowNanos = System.nanoTime();
        for (Optional<OutputFrame> next = order.next(audio.isDelayed(), nowNanos);
                next.isPresent();
                next = order.next(audio.isDelayed(), nowNanos)) {
            target.frame(next.get());
        }
    }

    @Override
    public void skipped() {
        skipped = true;
    }

    @Override
    public void tick() throws IOException {
        target.tick();
        flush();
    }

    @Override
    public boolean isAccepted() {
        return target.isAccepted();
    }

    @Override
    public long bytesSent() {
        return target.bytesSent();
    }

    @Override
    public void abort() {
        target.abort();
    }

    @Override
    public void close() {
        audio.close();
        target.close();
    }
}
