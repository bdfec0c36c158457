package dev.weir.gateway.facts;

import dev.weir.gateway.relay.FreezeDetector;
import dev.weir.gateway.relay.RelayPacket;

/** Counts packets and frames of one layer, in all and since the last interval. Mirror thread. */
final class LayerTally {
    final FreezeDetector freezes = new FreezeDetector();
    long packets;
    long bytes;
    long packetsLost;
    long frames;
    long keyframes;
    long undecodable;
    long intervalBytes;
    long intervalFrames;
    long interFrameMicrosMax;
    double jitterTicks;
    private long lastTransitTicks = Long.MIN_VALUE;
    private long levelSum;
    private int levels;
    private long lastFrameMicros = Long.MIN_VALUE;

    void onPacket(RelayPacket packet, int clockRateHz) {
        packets++;
        bytes += packet.payloadLength();
        intervalBytes += packet.payloadLength();
        long transit = (long) (packet.arrivalMicros() * (clockRateHz / 1e6)) - packet.extendedTimestamp();
        long difference = Math.abs(transit - lastTransitTicks);
        // A step of more than a second is a break of the time line, not jitter.
        if (lastTransitTicks != Long.MIN_VALUE && difference < clockRateHz) {
            jitterTicks += (difference - jitterTicks) / 16;
        }
        lastTransitTicks = transit;
    }

    void onFrame(TrackedFrame frame) {
        frames++;
        intervalFrames++;
        packetsLost += frame.missing();
        keyframes += frame.keyframe ? 1 : 0;
        if (frame.decodable) {
            freezes.onFrame(frame.lastArrivalMicros);
        } else {
            undecodable++;
        }
        if (lastFrameMicros != Long.MIN_VALUE) {
            interFrameMicrosMax = Math.max(interFrameMicrosMax, frame.lastArrivalMicros - lastFrameMicros);
        }
        lastFrameMicros = frame.lastArrivalMicros;
        if (frame.hasAudioLevel) {
            levelSum += frame.audioLevelDbov;
            levels++;
        }
    }

    boolean hasAudioLevel() {
        return levels > 0;
    }

    float audioLevelDbov() {
        return (float) levelSum / levels;
    }

    void nextInterval() {
        intervalBytes = 0;
        intervalFrames = 0;
        interFrameMicrosMax = 0;
        levelSum = 0;
        levels = 0;
    }
}
