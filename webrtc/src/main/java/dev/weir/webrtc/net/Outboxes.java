package dev.weir.webrtc.net;

import java.util.ArrayList;
import java.util.List;

/** What one loop has for each other one. On the loop that has it. */
final class Outboxes {
    private final List<Outbox> all = new ArrayList<>();

    Outbox to(EventLoop loop) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).to() == loop) {
                return all.get(i);
            }
        }
        Outbox added = new Outbox(loop);
        all.add(added);
        return added;
    }

    /** Gives everything to the other loops. */
    void send() {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).send();
        }
    }
}
