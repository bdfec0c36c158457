package dev.weir.connector.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a task holds on the heap below its budget: above it, the bytes of growing and of finished objects move into files.
 * What is archived stays the same. One thread; the counter is any thread's.
 */
final class HeapBudget {
    private static final Logger LOG = LoggerFactory.getLogger(HeapBudget.class);

    /** Views of a file are addressed by an int. */
    private static final long MAX_FILE_BYTES = 1L << 30;

    /** Less than this share of the budget is not worth a file: frames that wait for their order cannot be moved. */
    private static final int SMALL_SHARE = 8;

    /** After a failure the folder is left alone for so many occasions. */
    private static final int OCCASIONS_LEFT_OUT = 1_000;

    private final long limitBytes;
    private final Path folder;
    private final AtomicLong spilledBytes = new AtomicLong();
    private int leftOut;

    HeapBudget(long limitBytes, Path folder) {
        this.limitBytes = limitBytes;
        this.folder = folder;
    }

    boolean isExceededBy(long heldBytes) {
        return heldBytes > limitBytes;
    }

    /** Returns how many bytes have been moved into files. */
    long spilledBytes() {
        return spilledBytes.get();
    }

    /**
     * Moves the growing objects of {@code epochs} except the small ones, which are less than half of all together; none when
     * all are small against the budget.
     */
    void relieve(List<EpochRecording> epochs) {
        long open = epochs.stream().mapToLong(EpochRecording::openBytes).sum();
        if (open < limitBytes / SMALL_SHARE) {
            return;
        }
        long small = open / 2 / epochs.size();
        spill(file -> {
            for (EpochRecording epoch : epochs) {
                if (epoch.openBytes() > small && file.length() + epoch.openBytes() <= MAX_FILE_BYTES) {
                    epoch.relocate(file);
                }
            }
        });
    }

    /** Returns a finished object in a file, or as it is when that fails. */
    ByteBuffer move(ByteBuffer content) {
        ByteBuffer[] view = {content};
        spill(file -> file.move(content, moved -> view[0] = moved));
        return view[0];
    }

    private interface Filling {
        void fill(SpillFile file) throws IOException;
    }

    private void spill(Filling filling) {
        if (leftOut > 0) {
            leftOut--;
            return;
        }
        try (SpillFile file = SpillFile.in(folder)) {
            filling.fill(file);
            if (file.length() > 0) {
                file.giveViews();
                spilledBytes.addAndGet(file.length());
            }
        } catch (IOException e) {
            leftOut = OCCASIONS_LEFT_OUT;
            LOG.warn("folder={} takes nothing over, objects stay on the heap: {}", folder, e.toString());
        }
    }
}
