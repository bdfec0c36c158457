package dev.weir.connector.restream.aac;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.LiveMatroska;
import dev.weir.connector.mux.LiveTrack;
import dev.weir.connector.restream.child.FfmpegProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes one audio track to AAC in a child FFmpeg, for all targets that read the same packets of the log: the first target
 * that offers a packet feeds it, the others learn where on the encoder's time line it is. What comes out is kept for a
 * minute. Thread-safe; nothing here blocks a target.
 */
final class AacEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AacEncoder.class);
    private static final int REMEMBERED_PACKETS = 3_000;
    private static final int REMEMBERED_FRAMES = 60 * AacFrame.RATE_HZ / AacFrame.SAMPLES;
    private static final int WAITING = 1_000;
    private static final long HOLE_SAMPLES = AacFrame.RATE_HZ / 25;
    private static final long LONGEST_HOLE_SAMPLES = 10L * AacFrame.RATE_HZ;
    private static final int SAMPLES_PER_MILLI = AacFrame.RATE_HZ / 1_000;
    /** FFmpeg's encoder puts one frame of its own before the sound; its Opus decoder leaves out the pre-skip. */
    private static final long FIRST_FRAME_SAMPLES = 312 - AacFrame.SAMPLES;

    /** Says that a packet is too old for this encoder. */
    static final long TOO_OLD = Long.MIN_VALUE;

    private record Input(long positionSamples, ByteBuffer data) {}

    private final TrackFormat format;
    private final FfmpegProcess child;
    private final Map<Long, Long> positions = new LinkedHashMap<>();
    private final ArrayBlockingQueue<Input> waiting = new ArrayBlockingQueue<>(WAITING);
    private final ArrayDeque<AacFrame> frames = new ArrayDeque<>();
    private long newestPacket = -1;
    private long endSamples;
    private long frameCount;
    private Optional<String> failure = Optional.empty();
    private volatile boolean open = true;

    private AacEncoder(TrackFormat format, FfmpegProcess child) {
        this.format = format;
        this.child = child;
    }

    static AacEncoder start(String ffmpeg, int bitrateBps, TrackFormat format) throws IOException {
        FfmpegProcess child = FfmpegProcess.start(
                ffmpeg,
                FfmpegProcess.RESTREAM_SETTING,
                List.of(
                        "-f",
                        "matroska",
                        "-i",
                        "pipe:0",
                        "-map",
                        "0:a",
                        "-c:a",
                        "aac",
                        "-b:a",
                        Integer.toString(bitrateBps),
                        "-ar",
                        Integer.toString(AacFrame.RATE_HZ),
                        "-ac",
                        Integer.toString(AacFrame.CHANNELS),
                        "-threads",
                        "1",
                        "-flush_packets",
                        "1",
                        "-f",
                        "adts",
                        "pipe:1"),
                List.of());
        AacEncoder encoder = new AacEncoder(format, child);
        start(encoder::feed, "weir-aac-in-" + child.pid());
        start(encoder::read, "weir-aac-out-" + child.pid());
        LOG.info("process={} encodes {} to AAC at {} bit/s", child.pid(), format.codec(), bitrateBps);
        return encoder;
    }

    private static void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Takes a packet, unless another target has brought it.
     *
     * @param packet names it: grows along the track, equal for all targets
     * @param wantedSamples where it should be, so that holes become silence; negative when unknown
     * @return where it is, or {@link #TOO_OLD}
     */
    synchronized long offer(long packet, long wantedSamples, ByteBuffer data) {
        Long known = positions.get(packet);
        if (known != null) {
            return known;
        }
        if (packet < newestPacket) {
            return TOO_OLD;
        }
        int channels = format.channels();
        long hole = wantedSamples - endSamples;
        if (wantedSamples >= 0 && hole > HOLE_SAMPLES && hole < LONGEST_HOLE_SAMPLES) {
            while (wantedSamples - endSamples >= SoundUnit.SILENCE_SAMPLES) {
                put(SoundUnit.silence(format.codec(), channels), SoundUnit.SILENCE_SAMPLES);
            }
        }
        long position = endSamples;
        put(data, SoundUnit.samples(format.codec(), channels, data));
        newestPacket = packet;
        positions.put(packet, position);
        if (positions.size() > REMEMBERED_PACKETS) {
            positions.remove(positions.keySet().iterator().next());
        }
        return position;
    }

    synchronized boolean isKnown(long packet) {
        return positions.containsKey(packet);
    }

    /** Returns the newest packet; negative before the first. */
    synchronized long newestPacket() {
        return newestPacket;
    }

    private void put(ByteBuffer data, long samples) {
        if (!waiting.offer(new Input(endSamples, data.duplicate()))) {
            fail("the AAC encoder does not keep up");
        }
        endSamples += samples;
    }

    /** Returns the frames from {@code index} on that are still there. */
    synchronized List<AacFrame> from(long index) {
        List<AacFrame> found = new ArrayList<>();
        for (var newest = frames.descendingIterator(); newest.hasNext(); ) {
            AacFrame frame = newest.next();
            if (frame.index() < index) {
                break;
            }
            found.add(0, frame);
        }
        return found;
    }

    /** Throws when the encoder has failed. */
    synchronized void check() throws IOException {
        if (failure.isPresent()) {
            throw new IOException(failure.get());
        }
    }

    synchronized boolean isUsable() {
        return failure.isEmpty();
    }

    long pid() {
        return child.pid();
    }

    private synchronized void fail(String cause) {
        if (open && failure.isEmpty()) {
            failure = Optional.of(cause);
        }
    }

    private void feed() {
        LiveMatroska matroska = new LiveMatroska(child.input());
        try {
            matroska.start(List.of(LiveTrack.of(format)));
            while (open) {
                Input next = waiting.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    matroska.frame(0, next.positionSamples / SAMPLES_PER_MILLI, true, false, next.data);
                }
            }
        } catch (IOException ended) {
            fail("the AAC encoder has ended: " + child.describeEnd());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        AdtsReader reader = new AdtsReader(child.output());
        try {
            for (Optional<ByteBuffer> next = reader.next(); next.isPresent(); next = reader.next()) {
                add(next.get());
            }
        } catch (IOException ended) {
            LOG.debug("the encoder's output ended", ended);
        }
        fail("the AAC encoder has ended: " + child.describeEnd());
    }

    private synchronized void add(ByteBuffer data) {
        frames.add(new AacFrame(frameCount, FIRST_FRAME_SAMPLES + frameCount * AacFrame.SAMPLES, data));
        frameCount++;
        if (frames.size() > REMEMBERED_FRAMES) {
            frames.remove();
        }
    }

    @Override
    public void close() {
        open = false;
        child.close();
    }
}
