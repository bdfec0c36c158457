package dev.weir.connector.restream.rtmp;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.frame.FrameTarget;
import dev.weir.connector.restream.frame.OutputCodec;
import dev.weir.connector.restream.frame.OutputFrame;
import dev.weir.connector.restream.frame.OutputTrack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Publishes by RTMP, RTMPS and Enhanced RTMP: no child process, no copy of the key outside of this JVM. One thread. */
public final class RtmpTarget implements FrameTarget {
    private static final Set<OutputCodec> UNKNOWN_TO_RTMP = EnumSet.of(OutputCodec.PCMU, OutputCodec.PCMA);
    private static final int MICROS_PER_MILLI = 1_000;

    private final RtmpSession session;
    private Optional<OutputTrack> video = Optional.empty();
    private Optional<OutputTrack> audio = Optional.empty();
    private Optional<OutputTrack> announce = Optional.empty();
    private long videoMicros;
    private long bytes;

    private RtmpTarget(RtmpSession session) {
        this.session = session;
    }

    /**
     * Connects and publishes.
     *
     * @throws IOException when the server cannot be reached, or refuses
     */
    public static RtmpTarget open(TargetUrl url, CheckedSockets sockets) throws IOException {
        return new RtmpTarget(RtmpSession.publish(url, sockets));
    }

    @Override
    public void start(Optional<OutputTrack> videoTrack, Optional<OutputTrack> audioTrack) throws IOException {
        for (Optional<OutputTrack> track : List.of(videoTrack, audioTrack)) {
            if (track.isPresent() && UNKNOWN_TO_RTMP.contains(track.get().codec())) {
                throw new IOException("RTMP does not carry " + track.get().codec() + ": set restream.audio to aac");
            }
        }
        video = videoTrack;
        audio = audioTrack;
        session.send(
                RtmpMessage.DATA,
                0,
                Amf0.encode("@setDataFrame", "onMetaData", FlvTags.metadata(videoTrack, audioTrack)));
        announce(videoTrack, RtmpMessage.VIDEO, 0);
        announce(audioTrack, RtmpMessage.AUDIO, 0);
    }

    private void announce(Optional<OutputTrack> track, int type, long millis) throws IOException {
        Optional<ByteBuffer> header = track.flatMap(FlvTags::header);
        if (header.isPresent()) {
            session.send(type, millis, header.get());
        }
    }

    @Override
    public void videoChanged(OutputTrack changed) {
        announce = Optional.of(changed);
    }

    @Override
    public void frame(OutputFrame frame) throws IOException {
        if (frame.video()) {
            requireDecodingOrder(frame.ptsMicros());
        }
        long millis = frame.ptsMicros() / MICROS_PER_MILLI;
        int type = frame.video() ? RtmpMessage.VIDEO : RtmpMessage.AUDIO;
        if (frame.video() && announce.isPresent()) {
            video = announce;
            announce = Optional.empty();
            session.send(
                    RtmpMessage.DATA,
                    millis,
                    Amf0.encode("@setDataFrame", "onMetaData", FlvTags.metadata(video, audio)));
            announce(video, RtmpMessage.VIDEO, millis);
        }
        Optional<OutputTrack> track = frame.video() ? video : audio;
        if (track.isPresent()) {
            session.send(type, millis, FlvTags.frame(track.get().codec(), frame.keyframe(), frame.data()));
            bytes += frame.data().remaining();
        }
    }

    /** RTMP's time stamps are decoding times, which equal the ones that RTP tells only without B-frames. */
    private void requireDecodingOrder(long ptsMicros) throws IOException {
        if (ptsMicros < videoMicros) {
            throw new IOException("the video has B-frames, which RTMP targets do not carry:"
                    + " turn them off at the publisher, or use another kind of target");
        }
        videoMicros = ptsMicros;
    }

    @Override
    public void tick() throws IOException {
        session.check();
    }

    @Override
    public long bytesSent() {
        return bytes;
    }

    @Override
    public void abort() {
        session.abort();
    }

    @Override
    public void close() {
        session.close();
    }
}
