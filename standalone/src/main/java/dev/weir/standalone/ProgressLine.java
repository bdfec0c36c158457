package dev.weir.standalone;

import dev.weir.standalone.journal.LogReader;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells on standard error how far long work is: one line that is rewritten on a terminal, a line every 5 s elsewhere. */
final class ProgressLine implements LogReader.Progress {
    /** Set by the launcher when standard error is a terminal, which Java cannot tell. */
    private static final String TERMINAL = "weir.terminal";

    private static final long TERMINAL_NANOS = 200_000_000;
    private static final long FILE_NANOS = 5_000_000_000L;

    private final PrintWriter err;
    private final String what;
    private final boolean terminal = Boolean.getBoolean(TERMINAL);
    private final long startNanos = System.nanoTime();
    private long shownNanos = startNanos;
    private boolean shown;

    /** Begins each line with {@code what}. */
    ProgressLine(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    @Override
    public void at(long done, long total) {
        if (total > 0) {
            tell(String.format(Locale.ROOT, "%d %%", 100 * Math.min(done, total) / total));
        }
    }

    /** Shows {@code state} unless something was shown a moment ago. */
    void tell(String state) {
        long now = System.nanoTime();
        if (now - shownNanos < (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
            return;
        }
        shownNanos = now;
        shown = true;
        String line = "weir: " + what + ", " + state + ", " + (now - startNanos) / 1_000_000_000 + " s";
        if (terminal) {
            err.print("\r\u001b[K" + line);
            err.flush();
        } else {
            err.println(line);
        }
    }

    /** Removes the line from a terminal. */
    void clear() {
        if (terminal && shown) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
