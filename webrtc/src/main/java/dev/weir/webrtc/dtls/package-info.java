/** DTLS 1.2 handshake, fingerprint check and SRTP key export (RFC 6347, 5764), behind a sans-IO shape. The only user of BouncyCastle. */
@NullMarked
package dev.weir.webrtc.dtls;

import org.jspecify.annotations.NullMarked;
