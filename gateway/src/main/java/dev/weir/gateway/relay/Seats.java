package dev.weir.gateway.relay;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Who watches a stream. Subscribers come and go from any thread. */
final class Seats {
    private static final Seat[] NOBODY = {};

    /** A subscriber's place; {@code joined} belongs to who publishes. */
    static final class Seat {
        final Subscriber subscriber;
        boolean joined;

        private Seat(Subscriber subscriber) {
            this.subscriber = subscriber;
        }
    }

    private final AtomicReference<Seat[]> taken = new AtomicReference<>(NOBODY);

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

    /** Returns all of them, not to be changed. */
    Seat[] all() {
        return Objects.requireNonNull(taken.get());
    }
}
