package dev.weir.connector.restream;

import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.util.ArrayList;
import java.util.List;

/** A partition of the media log in memory. Thread-safe. */
final class TestLog {
    private static final int POLL_RECORDS = 20;

    private final RelayBatchCodec codec = new RelayBatchCodec();
    private final List<byte[]> records = new ArrayList<>();

    synchronized void append(RelayBatch batch) {
        records.add(codec.encode(batch));
        notifyAll();
    }

    synchronized long end() {
        return records.size();
    }

    /** Waits a moment for records from {@code offset} on. */
    synchronized List<byte[]> poll(long offset, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; offset >= records.size() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        int from = (int) Math.min(offset, records.size());
        return List.copyOf(records.subList(from, Math.min(records.size(), from + POLL_RECORDS)));
    }
}
