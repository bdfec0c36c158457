package dev.weir.gateway.relay;

import dev.weir.webrtc.rtp.MediaKind;

/**
 * Decides which packets are worth having after a loss: video stays shut until a keyframe starts, audio is never shut. One
 * thread.
 */
public final class KeyframeGate {
    private boolean shut;

    /** Returns whether {@code packet} may pass; a keyframe start opens the gate. */
    public boolean admits(RelayPacket packet) {
        if (!shut || packet.mediaKind() == MediaKind.AUDIO) {
            return true;
        }
        if (packet.keyframeStart()) {
            shut = false;
            return true;
        }
        return false;
    }

    /** Notes that {@code packet} was lost on the way to the receiver. */
    public void onDropped(RelayPacket packet) {
        if (packet.mediaKind() == MediaKind.VIDEO) {
            shut = true;
        }
    }

    public boolean isShut() {
        return shut;
    }
}
