package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes batches that use every type of entry and the whole range of every field. */
final class RandomBatches {
    private final SplittableRandom random;

    RandomBatches(long seed) {
        random = new SplittableRandom(seed);
    }

    RelayBatch next() {
        List<LogEntry> entries = new ArrayList<>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            entries.add(entry());
        }
        return new RelayBatch("s" + text(), positive(), positive(), random.nextLong() >> random.nextInt(64), entries);
    }

    private LogEntry entry() {
        return switch (random.nextInt(8)) {
            case 0 -> new TrackConfiguration(tracks(), reports());
            case 1 -> report();
            case 2 -> new Gap(index() - 1, any(), any(), positive(), text());
            case 3 -> new EndOfStream(any(), text());
            case 4 -> new Heartbeat(any());
            default -> packet();
        };
    }

    private SenderReport report() {
        return new SenderReport(index(), text(), random.nextLong(), any(), any());
    }

    private List<SenderReport> reports() {
        List<SenderReport> reports = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            reports.add(report());
        }
        return reports;
    }

    private LogPacket packet() {
        List<Integer> csrcs = new ArrayList<>();
        for (int i = random.nextInt(3) == 0 ? random.nextInt(16) : 0; i > 0; i--) {
            csrcs.add(random.nextInt());
        }
        return new LogPacket(
                index(),
                text(),
                random.nextInt(128),
                random.nextInt(),
                any(),
                any(),
                random.nextBoolean(),
                random.nextBoolean(),
                any(),
                bytes(1200),
                csrcs,
                random.nextBoolean() ? bytes(80) : ByteBuffer.allocate(0),
                random.nextInt(4) == 0 ? bytes(256) : ByteBuffer.allocate(0));
    }

    private ByteBuffer bytes(int bound) {
        byte[] bytes = new byte[random.nextInt(bound)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private List<TrackInfo> tracks() {
        List<TrackInfo> tracks = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            List<String> rids = new ArrayList<>();
            int layers = random.nextInt(4);
            for (int j = 0; j < layers; j++) {
                rids.add(text());
            }
            tracks.add(new TrackInfo(
                    index(),
                    text(),
                    text(),
                    text(),
                    1 + random.nextInt(90_000),
                    random.nextInt(3),
                    text(),
                    rids,
                    random.nextInt(129) - 1,
                    random.nextBoolean() ? Map.of() : Map.of("urn:" + text(), 1 + random.nextInt(14), "b", 3),
                    random.nextBoolean() ? List.of() : List.of(ByteBuffer.allocate(9), ByteBuffer.allocate(4))));
        }
        return tracks;
    }

    private int index() {
        return random.nextInt(4) == 0 ? random.nextInt(Integer.MAX_VALUE) : random.nextInt(3);
    }

    private long any() {
        return random.nextLong() >> random.nextInt(64);
    }

    private long positive() {
        return random.nextLong() >>> (1 + random.nextInt(63));
    }

    private String text() {
        String[] samples = {"", "h", "video", "ümlaut", "\u4e2d\u6587", "\ud83c\udfa5", "a".repeat(200)};
        return samples[random.nextInt(samples.length)];
    }
}
