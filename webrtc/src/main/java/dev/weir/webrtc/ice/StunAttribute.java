package dev.weir.webrtc.ice;

/** Numbers of STUN attributes (RFC 8489 section 18.3, RFC 8445 section 20.1). */
final class StunAttribute {
    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    private static final int MAPPED_ADDRESS = 0x0001;
    private static final int REALM = 0x0014;
    private static final int NONCE = 0x0015;
    private static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    private static final int PASSWORD_ALGORITHM = 0x001D;
    private static final int USERHASH = 0x001E;

    private StunAttribute() {}

    /** Returns whether an agent must understand the attribute and we do not (RFC 8489 section 14). */
    static boolean isUnknownButRequired(int type) {
        if (type >= 0x8000) {
            return false;
        }
        return switch (type) {
            case MAPPED_ADDRESS,
                    USERNAME,
                    MESSAGE_INTEGRITY,
                    ERROR_CODE,
                    UNKNOWN_ATTRIBUTES,
                    REALM,
                    NONCE,
                    MESSAGE_INTEGRITY_SHA256,
                    PASSWORD_ALGORITHM,
                    USERHASH,
                    XOR_MAPPED_ADDRESS,
                    PRIORITY,
                    USE_CANDIDATE -> false;
            default -> true;
        };
    }
}
