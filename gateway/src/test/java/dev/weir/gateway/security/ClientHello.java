package dev.weir.gateway.security;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A DTLS 1.2 ClientHello as a browser's: a server that looks at it answers. */
final class ClientHello {
    private ClientHello() {}

    static byte[] datagram() {
        byte[] extensions = HexFormat.ofDelimiter(" ")
                .parseHex(String.join(
                        " ",
                        "00 0a 00 04 00 02 00 17", // supported_groups: secp256r1
                        "00 0b 00 02 01 00", // ec_point_formats: uncompressed
                        "00 0d 00 06 00 04 04 03 04 01", // signature_algorithms: ECDSA and RSA with SHA-256
                        "00 0e 00 07 00 04 00 07 00 01 00", // use_srtp: GCM, CM
                        "00 17 00 00", // extended_master_secret
                        "ff 01 00 01 00")); // renegotiation_info
        ByteBuffer body = ByteBuffer.allocate(200);
        body.putShort((short) 0xFEFD).put(new byte[32]).put((byte) 0).put((byte) 0);
        body.putShort((short) 2).putShort((short) 0xC02B); // ECDHE-ECDSA-AES128-GCM-SHA256
        body.put((byte) 1).put((byte) 0);
        body.putShort((short) extensions.length).put(extensions).flip();

        int length = body.remaining();
        ByteBuffer record = ByteBuffer.allocate(13 + 12 + length);
        record.put((byte) 22).putShort((short) 0xFEFD).put(new byte[8]).putShort((short) (12 + length));
        record.put((byte) 1).put((byte) 0).putShort((short) length); // ClientHello
        record.putShort((short) 0).put((byte) 0).putShort((short) 0); // sequence, fragment offset
        record.put((byte) 0).putShort((short) length).put(body);
        return record.array();
    }
}
