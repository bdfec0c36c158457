package dev.weir.connector.restream.frame;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.restream.aac.AacEncoders;
import dev.weir.connector.restream.aac.AacFeed;
import dev.weir.connector.restream.aac.AacFrame;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the audio of one connection: as it is, encoded to AAC, or silence. One thread. */
final class AudioOutput implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AudioOutput.class);

    private static final long FRAME_MICROS = AacFrame.SAMPLES * 1_000_000L / AacFrame.RATE_HZ;

    private final FrameSettings settings;
    private final Consumer<OutputFrame> out;
    private Optional<AacFeed> feed = Optional.empty();
    private Optional<TrackFormat> format = Optional.empty();
    private long epoch;
    private boolean alone;
    private boolean silent;
    private long silenceFrames;

    AudioOutput(FrameSettings settings, Consumer<OutputFrame> out) {
        this.settings = settings;
        this.out = out;
    }

    /** Begins with the stream's audio, if it has any; returns the track that the target gets. */
    Optional<OutputTrack> start(Optional<TrackFormat> audio) {
        silent = audio.isEmpty() && settings.silence() && settings.audio() == FrameSettings.Audio.AAC;
        return switch (settings.audio()) {
            case NONE -> Optional.empty();
            case COPY -> audio.map(OutputTrack::of);
            case AAC -> audio.isPresent() || silent ? Optional.of(OutputTrack.aac()) : Optional.empty();
        };
    }

    /** Tells whether frames come later than they are given. */
    boolean isDelayed() {
        return feed.isPresent();
    }

    /** Takes note of the audio's format from here on, and of the epoch. */
    void follow(TrackFormat audio, long audioEpoch) {
        if (epoch != audioEpoch || !format.map(audio::isCompatibleWith).orElse(false)) {
            leave();
            epoch = audioEpoch;
            format = Optional.of(audio);
        }
    }

    void add(long packet, Frame frame, long ptsMicros) throws IOException {
        switch (settings.audio()) {
            case NONE -> {}
            case COPY -> out.accept(new OutputFrame(false, ptsMicros, frame.durationMicros(), true, frame.data()));
            case AAC -> {
                if (!feed().offer(packet, frame, ptsMicros)) {
                    LOG.info(
                            "stream={} is too far behind the others: gets an AAC encoder of its own",
                            settings.streamId());
                    leave();
                    alone = true;
                    feed().offer(packet, frame, ptsMicros);
                }
            }
        }
    }

    private AacFeed feed() throws IOException {
        if (feed.isEmpty()) {
            AacEncoders.Key key = new AacEncoders.Key(
                    settings.streamId(), epoch, settings.place(), settings.ffmpeg(), settings.aacBitrateBps());
            TrackFormat audio = format.orElseThrow();
            feed = Optional.of(
                    alone
                            ? settings.encoders().alone(key, audio)
                            : settings.encoders().join(key, audio));
        }
        return feed.get();
    }

    /** Gives what is ready, and silence up to {@code videoMicros} when that is wanted. */
    void poll(long videoMicros) throws IOException {
        if (feed.isPresent()) {
            for (AacFeed.Timed timed : feed.get().poll()) {
                if (timed.ptsMicros() >= 0) {
                    out.accept(new OutputFrame(
                            false,
                            timed.ptsMicros(),
                            FRAME_MICROS,
                            true,
                            timed.frame().data()));
                }
            }
        }
        if (silent) {
            long pts = silenceMicros();
            while (pts <= videoMicros) {
                out.accept(new OutputFrame(false, pts, FRAME_MICROS, true, AacFrame.silence()));
                silenceFrames++;
                pts = silenceMicros();
            }
        }
    }

    private long silenceMicros() {
        return silenceFrames * AacFrame.SAMPLES * 1_000_000 / AacFrame.RATE_HZ;
    }

    private void leave() {
        feed.ifPresent(AacFeed::close);
        feed = Optional.empty();
    }

    @Override
    public void close() {
        leave();
    }
}
