package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the kernel says of a thread's nice value is what counts. */
class NicenessTest {
    private static final Path THREADS = Path.of("/proc/self/task");

    /** Returns field 19 of proc_pid_stat(5), of which the second, in brackets, may have blanks. */
    private static int niceOf(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int ownNice() {
        return niceOf(Path.of("/proc/thread-self"));
    }

    @Test
    void aThreadAndWhatItStartsAreNice() {
        int usual = ownNice();
        CompletableFuture<Integer> own = new CompletableFuture<>();
        CompletableFuture<Integer> child = new CompletableFuture<>();
        new Thread(() -> {
                    assertThat(Niceness.raise(usual + 3)).isTrue();
                    own.complete(ownNice());
                    new Thread(() -> child.complete(ownNice())).start();
                })
                .start();

        assertThat(own.join()).isEqualTo(usual + 3);
        assertThat(child.join()).isEqualTo(usual + 3);
        assertThat(ownNice()).isEqualTo(usual);
    }

    @Test
    void compilersAreNiceAndNobodyElse() throws IOException {
        int usual = ownNice();

        int raised = Niceness.raiseCompilers(usual + 1);

        assertThat(raised).isPositive();
        try (Stream<Path> threads = Files.list(THREADS)) {
            assertThat(threads.filter(thread -> niceOf(thread) == usual + 1).count())
                    .isEqualTo(raised);
        }
    }
}
