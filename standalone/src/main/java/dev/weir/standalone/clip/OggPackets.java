package dev.weir.standalone.clip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes the packets out of an Ogg file with one logical stream (RFC 3533 section 6). */
final class OggPackets {

    private static final int HEADER_LENGTH = 27;
    private static final int SEGMENT_COUNT_OFFSET = 26;
    private static final int FULL_SEGMENT = 255;

    private OggPackets() {}

    /**
     * Returns every packet, headers too.
     *
     * @throws IllegalArgumentException if a page does not begin where one must
     */
    static List<ByteBuffer> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> packets = new ArrayList<>();
        byte[] open = new byte[0];
        int page = 0;
        while (page < file.length) {
            if (page + HEADER_LENGTH > file.length
                    || !"OggS".equals(new String(file, page, 4, StandardCharsets.US_ASCII))) {
                throw new IllegalArgumentException("no Ogg page at offset " + page);
            }
            int segments = in.get(page + SEGMENT_COUNT_OFFSET) & 0xFF;
            int data = page + HEADER_LENGTH + segments;
            for (int i = 0; i < segments; i++) {
                int length = in.get(page + HEADER_LENGTH + i) & 0xFF;
                byte[] longer = new byte[open.length + length];
                System.arraycopy(open, 0, longer, 0, open.length);
                System.arraycopy(file, data, longer, open.length, length);
                data += length;
                open = longer;
                if (length < FULL_SEGMENT) {
                    packets.add(ByteBuffer.wrap(open));
                    open = new byte[0];
                }
            }
            page = data;
        }
        return packets;
    }
}
