package dev.weir.gateway.relay;

import java.util.ArrayList;
import java.util.List;

/** Brings what layers remember into one row by arrival, and leaves the order within each as it is. One thread. */
final class JoinBuffer {
    private final List<List<RelayPacket>> rows = new ArrayList<>();

    /** Adds what one layer remembers, borrowed until {@link #packets}. */
    void add(List<RelayPacket> row) {
        if (!row.isEmpty()) {
            rows.add(row);
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Returns all packets. */
    List<RelayPacket> packets() {
        int[] next = new int[rows.size()];
        int total = 0;
        for (List<RelayPacket> row : rows) {
            total += row.size();
        }
        ArrayList<RelayPacket> merged = new ArrayList<>(total);
        while (merged.size() < total) {
            int first = -1;
            for (int i = 0; i < next.length; i++) {
                boolean left = next[i] < rows.get(i).size();
                if (left && (first < 0 || arrival(i, next[i]) < arrival(first, next[first]))) {
                    first = i;
                }
            }
            merged.add(rows.get(first).get(next[first]++));
        }
        return List.copyOf(merged);
    }

    private long arrival(int row, int index) {
        return rows.get(row).get(index).arrivalNanos();
    }
}
