package dev.weir.webrtc.ice;

/** Lists the classes of a Binding message (RFC 8489 section 5). */
enum StunClass {
    REQUEST(0x0001),
    INDICATION(0x0011),
    SUCCESS(0x0101),
    ERROR(0x0111);

    private final int bindingType;

    StunClass(int bindingType) {
        this.bindingType = bindingType;
    }

    /** Returns the message type of a Binding message of this class. */
    int bindingType() {
        return bindingType;
    }
}
