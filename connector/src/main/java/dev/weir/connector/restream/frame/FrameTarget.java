package dev.weir.connector.restream.frame;

import java.io.IOException;
import java.util.Optional;

/** A connection that takes whole frames. One thread, {@link #abort} excepted. */
public interface FrameTarget extends AutoCloseable {
    /**
     * Begins; called once, before the first frame.
     *
     * @throws IOException when the target cannot take a codec
     */
    void start(Optional<OutputTrack> video, Optional<OutputTrack> audio) throws IOException;

    /**
     * Says that the video has other parameters from the next frame on, which is a keyframe.
     *
     * @throws IOException when the target cannot go on
     */
    void videoChanged(OutputTrack video) throws IOException;

    /** Sends a frame; frames come in order of time. */
    void frame(OutputFrame frame) throws IOException;

    /** Looks whether the connection stands. */
    void tick() throws IOException;

    /** Tells whether the receiver has taken something, where it does not say so when the connection is opened. */
    default boolean isAccepted() {
        return true;
    }

    /** Returns the bytes of media sent. */
    long bytesSent();

    /** Breaks off what blocks. From any thread. */
    void abort();

    @Override
    void close();
}
