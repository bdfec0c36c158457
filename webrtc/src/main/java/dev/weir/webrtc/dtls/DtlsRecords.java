package dev.weir.webrtc.dtls;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Looks at the headers of a datagram's records (RFC 6347 section 4.1). BouncyCastle takes a header that it cannot read for
 * the end of the association, and headers are not authenticated: anybody who forges the peer's address could send one.
 */
final class DtlsRecords {
    private static final int HEADER = 13;
    private static final int LENGTH_OFFSET = 11;
    /** Of a ClientHello, and of clients that have not heard the server's version. */
    private static final int DTLS_1_0 = 0xFEFF;

    private static final int DTLS_1_2 = 0xFEFD;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 24;

    private DtlsRecords() {}

    /** Returns the records up to the first that is malformed; the array itself when all are well-formed. */
    static byte[] wellFormed(byte[] datagram) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram);
        int at = 0;
        while (datagram.length - at >= HEADER) {
            int type = bytes.get(at) & 0xFF;
            int version = bytes.getShort(at + 1) & 0xFFFF;
            int next = at + HEADER + (bytes.getShort(at + LENGTH_OFFSET) & 0xFFFF);
            boolean known = type >= FIRST_TYPE && type <= LAST_TYPE && (version == DTLS_1_2 || version == DTLS_1_0);
            if (!known || next > datagram.length) {
                break;
            }
            at = next;
        }
        return at == datagram.length ? datagram : Arrays.copyOf(datagram, at);
    }
}
