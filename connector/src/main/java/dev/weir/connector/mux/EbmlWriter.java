package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes EBML elements (RFC 8794) into a growing array; master elements get 4-byte sizes, filled in at the end. */
final class EbmlWriter {
    private static final int MAX_DEPTH = 8;
    private static final int SIZE_4 = 0x1000_0000;

    private final BoxWriter out = new BoxWriter();
    private final int[] starts = new int[MAX_DEPTH];
    private int depth;

    EbmlWriter start(int id) {
        id(id);
        starts[depth++] = out.size();
        out.u32(SIZE_4);
        return this;
    }

    EbmlWriter end() {
        int start = starts[--depth];
        out.patch32(start, SIZE_4 | (out.size() - start - 4));
        return this;
    }

    EbmlWriter unsigned(int id, long value) {
        int length = Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 7) / 8);
        id(id);
        size(length);
        for (int i = length - 1; i >= 0; i--) {
            out.u8((int) (value >>> (8 * i)));
        }
        return this;
    }

    /** Writes an unsigned integer of always 8 bytes, so that its element's length is known beforehand. */
    EbmlWriter unsigned8(int id, long value) {
        id(id);
        size(8);
        out.u64(value);
        return this;
    }

    EbmlWriter real(int id, double value) {
        id(id);
        size(8);
        out.u64(Double.doubleToLongBits(value));
        return this;
    }

    EbmlWriter text(int id, String value) {
        return binary(id, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    EbmlWriter binary(int id, ByteBuffer value) {
        id(id);
        size(value.remaining());
        out.put(value);
        return this;
    }

    /** Writes id and size of an element whose content the caller writes elsewhere. */
    EbmlWriter header(int id, long contentLength) {
        id(id);
        size(contentLength);
        return this;
    }

    EbmlWriter raw8(int value) {
        out.u8(value);
        return this;
    }

    EbmlWriter raw16(int value) {
        out.u16(value);
        return this;
    }

    private void id(int id) {
        int length = (32 - Integer.numberOfLeadingZeros(id) + 7) / 8;
        for (int i = length - 1; i >= 0; i--) {
            out.u8(id >>> (8 * i));
        }
    }

    private void size(long length) {
        if (length < 0x7F) {
            out.u8((int) length | 0x80);
        } else if (length < 0x0FFF_FFFF) {
            out.u32(length | SIZE_4);
        } else {
            out.u64(length | 0x0100_0000_0000_0000L);
        }
    }

    int size() {
        return out.size();
    }

    ByteBuffer written() {
        return out.written();
    }
}
