package dev.weir.gateway.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Who watches a stream. Subscribers come and go from any thread; who of them has joined belongs to who publishes. */
final class Seats {
    private static final Seat[] NOBODY = {};

    private static final class Seat {
        private final Subscriber subscriber;
        private boolean joined;

        private Seat(Subscriber subscriber) {
            this.subscriber = subscriber;
        }
    }

    /** Joined subscribers with one {@link Subscriber#feed}. */
    static final class Row {
        final Subscriber feed;
        /** How many they are. */
        int seats;

        private Row(Subscriber feed) {
            this.feed = feed;
        }
    }

    private final AtomicReference<Seat[]> taken = new AtomicReference<>(NOBODY);

    // Of who publishes.
    private Seat[] arranged = NOBODY;
    private List<Row> rows = List.of();

    void add(Subscriber subscriber) {
        Seat seat = new Seat(subscriber);
        taken.updateAndGet(old -> {
            Seat[] all = Arrays.copyOf(old, old.length + 1);
            all[old.length] = seat;
            return all;
        });
    }

    void remove(Subscriber subscriber) {
        taken.updateAndGet(old ->
                Arrays.stream(old).filter(seat -> seat.subscriber != subscriber).toArray(Seat[]::new));
    }

    int count() {
        return all().length;
    }

    private Seat[] all() {
        return Objects.requireNonNull(taken.get());
    }

    /** Has everybody join who has not yet; returns who that is. Of who publishes. */
    List<Subscriber> join() {
        Seat[] all = all();
        List<Subscriber> joining = new ArrayList<>();
        for (Seat seat : all) {
            if (!seat.joined) {
                seat.joined = true;
                joining.add(seat.subscriber);
            }
        }
        arrange(all);
        return joining;
    }

    /** Returns who has joined, by feeds. Of who publishes. */
    List<Row> rows() {
        Seat[] all = all();
        if (all != arranged) {
            arrange(all);
        }
        return rows;
    }

    private void arrange(Seat[] all) {
        IdentityHashMap<Subscriber, Row> byFeed = new IdentityHashMap<>();
        List<Row> inOrder = new ArrayList<>();
        for (Seat seat : all) {
            if (seat.joined) {
                Row row = byFeed.get(seat.subscriber.feed());
                if (row == null) {
                    row = new Row(seat.subscriber.feed());
                    byFeed.put(row.feed, row);
                    inOrder.add(row);
                }
                row.seats++;
            }
        }
        arranged = all;
        rows = inOrder;
    }
}
