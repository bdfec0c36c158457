package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks the content of one EBML master element, strictly. */
final class EbmlReader {
    private final ByteBuffer file;
    private final int id;
    private final int end;
    private int at;

    EbmlReader(ByteBuffer file, int id, int start, int end) {
        this.file = file;
        this.id = id;
        this.at = start;
        this.end = end;
    }

    boolean hasNext() {
        return at < end;
    }

    int id() {
        return id;
    }

    int position() {
        return at;
    }

    int length() {
        return end - at;
    }

    /** Enters the next element and steps over it. */
    EbmlReader next() throws MalformedMediaException {
        int start = at;
        int idLength = Integer.numberOfLeadingZeros(u8() << 24) + 1;
        if (idLength > 4) {
            throw new MalformedMediaException("no element id at " + start);
        }
        at = start;
        int child = (int) number(idLength);
        int sizeStart = at;
        int sizeLength = Integer.numberOfLeadingZeros(u8() << 24) + 1;
        if (sizeLength > 8) {
            throw new MalformedMediaException("no element size at " + sizeStart);
        }
        at = sizeStart;
        long size = number(sizeLength) & ((1L << (7 * sizeLength)) - 1);
        if (size > end - at) {
            throw new MalformedMediaException(
                    "element " + Integer.toHexString(child) + " at " + start + " is cut off: " + size + " bytes");
        }
        EbmlReader element = new EbmlReader(file, child, at, at + (int) size);
        at += (int) size;
        return element;
    }

    /** Enters the next element, which must have this id. */
    EbmlReader next(int expected) throws MalformedMediaException {
        EbmlReader element = next();
        if (element.id != expected) {
            throw new MalformedMediaException("expected element " + Integer.toHexString(expected) + ", found "
                    + Integer.toHexString(element.id) + " before " + at);
        }
        return element;
    }

    int u8() throws MalformedMediaException {
        return (int) number(1);
    }

    int i16() throws MalformedMediaException {
        return (short) number(2);
    }

    /** Reads the rest as an unsigned integer. */
    long unsigned() throws MalformedMediaException {
        return number(end - at);
    }

    /** Reads the rest as a float of 8 bytes. */
    double real() throws MalformedMediaException {
        return Double.longBitsToDouble(number(8));
    }

    String text() {
        byte[] bytes = new byte[end - at];
        file.get(at, bytes);
        at = end;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    ByteBuffer rest() {
        return file.slice(at, end - at);
    }

    private long number(int length) throws MalformedMediaException {
        if (length > 8 || end - at < length) {
            throw new MalformedMediaException("element " + Integer.toHexString(id) + " is too short at " + at);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = (value << 8) | (file.get(at++) & 0xFF);
        }
        return value;
    }
}
