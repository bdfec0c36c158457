package dev.weir.webrtc.net;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what one loop does. Written by the loop, read by anybody. */
final class LoopCounters {
    final AtomicLong datagramsReceived = new AtomicLong();
    final AtomicLong bytesReceived = new AtomicLong();
    final AtomicLong datagramsSent = new AtomicLong();
    final AtomicLong bytesSent = new AtomicLong();
    final AtomicLong sendsDropped = new AtomicLong();
    final AtomicLong receiveCalls = new AtomicLong();
    final AtomicLong sendCalls = new AtomicLong();
    final AtomicLong trainsSent = new AtomicLong();
    final AtomicLong trainsRefused = new AtomicLong();
    final AtomicLong unknownUfrag = new AtomicLong();
    final AtomicLong unroutable = new AtomicLong();
    final AtomicLong handedOver = new AtomicLong();
    final AtomicLong handOversDropped = new AtomicLong();
    final AtomicLong tcpAccepted = new AtomicLong();
    final AtomicLong tcpRefused = new AtomicLong();
    final AtomicLong tcpOverdue = new AtomicLong();
    final AtomicLong endpointFailures = new AtomicLong();
    final AtomicLong endpoints = new AtomicLong();
    final AtomicLong timers = new AtomicLong();
    final AtomicLong turns = new AtomicLong();
    /** Written by any thread. */
    final AtomicLong wakeUps = new AtomicLong();

    /** Adds without a locked instruction: there is one writer. */
    static void add(AtomicLong counter, long amount) {
        counter.setOpaque(counter.getPlain() + amount);
    }

    NetStats plus(NetStats sum) {
        return new NetStats(
                sum.datagramsReceived() + datagramsReceived.getOpaque(),
                sum.bytesReceived() + bytesReceived.getOpaque(),
                sum.datagramsSent() + datagramsSent.getOpaque(),
                sum.bytesSent() + bytesSent.getOpaque(),
                sum.sendsDropped() + sendsDropped.getOpaque(),
                sum.receiveCalls() + receiveCalls.getOpaque(),
                sum.sendCalls() + sendCalls.getOpaque(),
                sum.trainsSent() + trainsSent.getOpaque(),
                sum.trainsRefused() + trainsRefused.getOpaque(),
                sum.unknownUfrag() + unknownUfrag.getOpaque(),
                sum.unroutable() + unroutable.getOpaque(),
                sum.handedOver() + handedOver.getOpaque(),
                sum.handOversDropped() + handOversDropped.getOpaque(),
                sum.tcpAccepted() + tcpAccepted.getOpaque(),
                sum.tcpRefused() + tcpRefused.getOpaque(),
                sum.tcpOverdue() + tcpOverdue.getOpaque(),
                sum.endpointFailures() + endpointFailures.getOpaque(),
                sum.endpoints() + (int) endpoints.getOpaque(),
                sum.timers() + (int) timers.getOpaque(),
                sum.turns() + turns.getOpaque(),
                sum.wakeUps() + wakeUps.get());
    }
}
