package dev.weir.standalone.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Percentiles of times, in milliseconds; zeros when nothing was recorded. */
record Percentiles(long count, double p50, double p95, double p99, double p999, double max) {
    static Percentiles of(Histogram nanos) {
        return new Percentiles(
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(95) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6,
                nanos.getMaxValue() / 1e6);
    }

    String text() {
        return count == 0
                ? "none"
                : String.format(
                        Locale.ROOT, "p50 %.2f  p95 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms", p50, p95, p99, p999, max);
    }

    void writeTo(ObjectNode node) {
        node.put("count", count)
                .put("p50", round(p50))
                .put("p95", round(p95))
                .put("p99", round(p99))
                .put("p999", round(p999))
                .put("max", round(max));
    }

    private static double round(double millis) {
        return Math.round(millis * 1_000) / 1_000.0;
    }
}
