package dev.weir.gateway.session;

import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.HomeLoop;
import dev.weir.webrtc.net.LoopBalance;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Says on which loop a session is to live: publishers evenly on all, the viewers of a stream evenly on all and the first one
 * where the publisher is, so that a stream with one viewer needs no other loop. From any thread.
 */
final class LoopPlaces {
    private final EventLoopGroup loops;
    private final LoopBalance publishers;
    /** A stream's goes with the stream. */
    private final Map<StreamRelay, LoopBalance> viewers = Collections.synchronizedMap(new WeakHashMap<>());

    LoopPlaces(EventLoopGroup loops) {
        this.loops = loops;
        this.publishers = new LoopBalance(loops);
    }

    /** Returns the home of one who publishes {@code stream}. */
    HomeLoop publisher(StreamRelay stream) {
        HomeLoop home = publishers.home();
        viewersOf(stream).keepBeside(home);
        return home;
    }

    /** Returns the home of one who views {@code stream}. */
    HomeLoop viewer(StreamRelay stream) {
        return viewersOf(stream).home();
    }

    private LoopBalance viewersOf(StreamRelay stream) {
        return viewers.computeIfAbsent(stream, unseen -> new LoopBalance(loops));
    }
}
