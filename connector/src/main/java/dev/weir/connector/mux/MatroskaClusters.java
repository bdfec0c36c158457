package dev.weir.connector.mux;

import java.util.ArrayList;
import java.util.List;

/** Merges the tracks of an object by decode time and cuts them into clusters. */
final class MatroskaClusters {
    private final ObjectSamples samples;
    private final List<Long> cutsMicros;
    private final long maxClusterMillis;
    private final long startMicros;
    private final int[] next;
    private final List<MatroskaCluster> clusters = new ArrayList<>();

    /** Takes settled samples; times in the clusters count from {@code startMicros}. */
    MatroskaClusters(ObjectSamples samples, List<Long> cutsMicros, long maxClusterMillis, long startMicros) {
        this.samples = samples;
        this.cutsMicros = cutsMicros;
        this.maxClusterMillis = maxClusterMillis;
        this.startMicros = startMicros;
        this.next = new int[samples.tracks().size()];
    }

    List<MatroskaCluster> build() {
        for (int i = 0; i < cutsMicros.size(); i++) {
            long until = i + 1 < cutsMicros.size() ? cutsMicros.get(i + 1) : Long.MAX_VALUE;
            MatroskaCluster cluster = start(millis(cutsMicros.get(i)), true);
            for (int track = earliest(until); track >= 0; track = earliest(until)) {
                TrackSamples source = samples.tracks().get(track);
                int index = next[track]++;
                long decodeMillis = millis(source.decodeMicros(index));
                if (decodeMillis - cluster.startMillis() >= maxClusterMillis) {
                    cluster = start(decodeMillis, false);
                }
                cluster.add(source.number(), millis(source.ptsMicros(index)), source.frame(index));
            }
        }
        return clusters;
    }

    private MatroskaCluster start(long millis, boolean atKeyframe) {
        MatroskaCluster cluster = new MatroskaCluster(millis, atKeyframe);
        clusters.add(cluster);
        return cluster;
    }

    /** Returns the track whose next sample is decoded first and before {@code until}, -1 when there is none. */
    private int earliest(long until) {
        int earliest = -1;
        long micros = until;
        for (int i = 0; i < next.length; i++) {
            TrackSamples track = samples.tracks().get(i);
            if (next[i] < track.count() && track.decodeMicros(next[i]) < micros) {
                earliest = i;
                micros = track.decodeMicros(next[i]);
            }
        }
        return earliest;
    }

    private long millis(long micros) {
        return Math.floorDiv(micros - startMicros + 500, 1_000L);
    }
}
