package dev.weir.connector.restream.aac;

import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The encoders of a worker: one per stream, epoch and place in the log, used by all targets that stand there. Thread-safe;
 * a worker holds one for all its tasks.
 */
public final class AacEncoders {
    /**
     * What is encoded.
     *
     * @param place targets share an encoder only when they are equally far behind the present
     */
    public record Key(String streamId, long epoch, String place, String ffmpeg, int bitrateBps) {}

    private final Map<Key, Shared> shared = new HashMap<>();

    private static final class Shared {
        private final AacEncoder encoder;
        private int users;

        Shared(AacEncoder encoder) {
            this.encoder = encoder;
        }
    }

    /**
     * Joins the encoder for {@code key}, or starts it.
     *
     * @throws IOException when FFmpeg cannot be started
     */
    public synchronized AacFeed join(Key key, TrackFormat format) throws IOException {
        Shared found = shared.get(key);
        if (found == null || !found.encoder.isUsable()) {
            found = new Shared(AacEncoder.start(key.ffmpeg(), key.bitrateBps(), format));
            shared.put(key, found);
        }
        found.users++;
        Shared joined = found;
        return new AacFeed(joined.encoder, () -> leave(key, joined));
    }

    /**
     * Starts an encoder for one target that is too far behind the others.
     *
     * @throws IOException when FFmpeg cannot be started
     */
    public AacFeed alone(Key key, TrackFormat format) throws IOException {
        AacEncoder encoder = AacEncoder.start(key.ffmpeg(), key.bitrateBps(), format);
        return new AacFeed(encoder, encoder::close);
    }

    private void leave(Key key, Shared left) {
        boolean last;
        synchronized (this) {
            left.users--;
            last = left.users == 0;
            if (last) {
                shared.remove(key, left);
            }
        }
        if (last) {
            left.encoder.close(); // Outside of the lock: it waits for the child.
        }
    }

    /** Returns how many encoders are shared at the moment. */
    public synchronized int count() {
        return shared.size();
    }
}
