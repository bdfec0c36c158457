package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: a batch or a {@link MalformedRecordException}, and no large allocation. */
class MalformedRecordTest {
    private static final int ROUNDS = 20_000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {101, 102, 103})
    void mutatedRecordsAreReadOrRefused(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomBatches batches = new RandomBatches(seed);
        RelayBatchCodec codec = new RelayBatchCodec();
        byte[] encoded = codec.encode(batches.next());
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            if (i % 20 == 0) {
                encoded = codec.encode(batches.next());
            }
            refused += refuses(mutate(encoded, random), "seed " + seed + " round " + i) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(ROUNDS / 10).isLessThan(ROUNDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {201})
    void noiseBehindARightPrefixIsRefusedWithoutLargeAllocation(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] prefix = new RelayBatchCodec().encode(new RandomBatches(seed).next());
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[RelayBatchCodec.PREFIX_BYTES + random.nextInt(300)];
            random.nextBytes(noise);
            System.arraycopy(prefix, 0, noise, 0, RelayBatchCodec.PREFIX_BYTES);
            long before = threads.getCurrentThreadAllocatedBytes();
            refuses(noise, "seed " + seed + " round " + i);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000);
        }
    }

    private static boolean refuses(byte[] bytes, String round) {
        try {
            RelayBatchCodec.decode(bytes);
            return false;
        } catch (MalformedRecordException e) {
            return true;
        } catch (RuntimeException e) {
            return fail(round + ": " + e);
        }
    }

    private static byte[] mutate(byte[] source, SplittableRandom random) {
        byte[] bytes =
                random.nextInt(4) == 0 ? Arrays.copyOf(source, random.nextInt(source.length + 10)) : source.clone();
        int edits = random.nextInt(4);
        for (int i = 0; i < edits && bytes.length > RelayBatchCodec.PREFIX_BYTES; i++) {
            int at = RelayBatchCodec.PREFIX_BYTES + random.nextInt(bytes.length - RelayBatchCodec.PREFIX_BYTES);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1 << random.nextInt(8));
        }
        return bytes;
    }
}
