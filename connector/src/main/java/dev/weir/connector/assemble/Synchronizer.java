package dev.weir.connector.assemble;

import dev.weir.schemas.SenderReport;
import java.util.Collection;
import java.util.Optional;

/**
 * Puts all layers on one time line. The reference is the audio track, whose time runs as its RTP clock does; the others
 * are placed by sender reports (RFC 3550 section 6.4.1) where both have them, else by arrival.
 */
final class Synchronizer {
    /** A sender report that contradicts the arrival stamps by more than this is not believed. */
    private static final long PLAUSIBLE_MICROS = 2_000_000;

    private Optional<Layer> reference = Optional.empty();
    private boolean referenceIsAudio;

    /** Places the layers that have frames; the earliest frame gets time 0. */
    void start(Collection<Track> tracks) {
        for (boolean audio : new boolean[] {true, false}) {
            for (Track track : tracks) {
                if (track.isAudio() == audio) {
                    track.selectedLayer()
                            .filter(layer -> layer.head().isPresent())
                            .ifPresent(layer -> join(layer, audio));
                }
            }
        }
        long origin = tracks.stream()
                .flatMap(track -> track.allLayers().stream())
                .filter(layer -> layer.clock().isAnchored())
                .mapToLong(layer -> layer.clock().anchorMicros())
                .min()
                .orElse(0);
        for (Track track : tracks) {
            for (Layer layer : track.allLayers()) {
                if (layer.clock().isAnchored()) {
                    layer.clock().shiftOrigin(origin);
                }
            }
        }
    }

    /** Places a layer by the frames that wait in it. */
    void join(Layer layer, boolean audio) {
        PendingFrame head = layer.head().orElseThrow();
        MediaClock clock = layer.clock();
        long leastDelay = layer.leastDelay();
        long base = reference.map(other -> other.clock().leastDelayMicros()).orElse(0L);
        long timestamp = head.timestamp();
        long byArrival = clock.micros(timestamp) + leastDelay - base;
        long pts = byArrival;
        if (reference.isPresent() && reference.get() != layer && layer.report().isPresent()) {
            SenderReport report = layer.report().get();
            Optional<Long> reported = reported(report);
            if (reported.isPresent()) {
                long byReport = reported.get() + clock.micros(timestamp) - clock.micros(report.extendedTimestamp());
                pts = Math.abs(byReport - byArrival) <= PLAUSIBLE_MICROS ? byReport : byArrival;
            }
        }
        clock.anchor(timestamp, pts, leastDelay + clock.micros(timestamp) - pts);
        clock.notBefore(timestamp, clock.endTicks());
        if (reference.isEmpty() || (audio && !referenceIsAudio)) {
            reference = Optional.of(layer);
            referenceIsAudio = audio;
        }
    }

    /** Returns the media time of the instant of a report, if the reference has reports too. */
    private Optional<Long> reported(SenderReport report) {
        return reference.flatMap(layer -> layer.report()
                .map(own -> layer.clock().ptsMicros(own.extendedTimestamp())
                        + ntpMicros(report.ntpTimestamp() - own.ntpTimestamp())));
    }

    /** Takes the latest report of a layer into account. */
    void onReport(Layer layer, Collection<Track> tracks) {
        if (reference.isPresent() && reference.get() == layer) {
            for (Track track : tracks) {
                track.allLayers().forEach(this::steer);
            }
        } else {
            steer(layer);
        }
    }

    private void steer(Layer layer) {
        if (reference.isEmpty() || reference.get() == layer || !layer.clock().isAnchored()) {
            return;
        }
        layer.report()
                .ifPresent(report -> reported(report).ifPresent(pts -> {
                    if (Math.abs(pts - layer.clock().ptsMicros(report.extendedTimestamp())) <= PLAUSIBLE_MICROS) {
                        layer.clock().steer(report.extendedTimestamp(), pts);
                    }
                }));
    }

    boolean isReference(Layer layer) {
        return reference.isPresent() && reference.get() == layer;
    }

    boolean referenceIsAudio() {
        return referenceIsAudio;
    }

    void restore(Optional<Layer> layer, boolean audio) {
        reference = layer;
        referenceIsAudio = audio;
    }

    /** NTP timestamps count in units of 2^-32 s. */
    private static long ntpMicros(long ntp) {
        return (ntp >> 32) * 1_000_000 + (((ntp & 0xFFFF_FFFFL) * 1_000_000) >>> 32);
    }
}
