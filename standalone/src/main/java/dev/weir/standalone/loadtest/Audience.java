package dev.weir.standalone.loadtest;

import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What all viewers together saw. Any thread. */
final class Audience {
    private static final int DIGITS = 3;

    /** One-way latency, nanoseconds. */
    final Recorder latency = new Recorder(DIGITS);
    /** From just before the POST, nanoseconds: to its answer, to the first packet, to the first whole keyframe. */
    final Recorder answered = new Recorder(DIGITS);

    final Recorder firstPacket = new Recorder(DIGITS);
    final Recorder keyframe = new Recorder(DIGITS);
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private String complaint = "";

    void onRefused(String reason) {
        refused.incrementAndGet();
        complain(reason);
    }

    void onClosed(String reason) {
        closed.incrementAndGet();
        complain(reason);
    }

    private synchronized void complain(String reason) {
        complaint = complaint.isEmpty() ? reason : complaint;
    }

    /** Returns why the first viewer was refused or let go, empty when none was. */
    synchronized String complaint() {
        return complaint;
    }

    /** Returns what was recorded so far, all of it. */
    static Percentiles percentiles(Recorder recorder) {
        Histogram histogram = recorder.getIntervalHistogram();
        return Percentiles.of(histogram);
    }
}
