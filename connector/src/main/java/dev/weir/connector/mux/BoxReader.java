package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks the bytes of one box's content, strictly: reading past the end says in which box. */
final class BoxReader {
    private final ByteBuffer file;
    private final String name;
    private final int end;
    private int at;

    BoxReader(ByteBuffer file, String name, int start, int end) {
        this.file = file;
        this.name = name;
        this.at = start;
        this.end = end;
    }

    boolean hasNext() {
        return at < end;
    }

    /** Returns the type of the next box without entering it. */
    String peekType() throws MalformedMediaException {
        need(8);
        return type(at + 4);
    }

    /** Enters the next box and steps over it. */
    BoxReader next() throws MalformedMediaException {
        need(8);
        long length = u32At(at);
        String type = type(at + 4);
        if (length < 8 || length > end - at) {
            throw new MalformedMediaException(type + " at " + at + " has length " + length + " in " + name);
        }
        BoxReader box = new BoxReader(file, type, at + 8, at + (int) length);
        at += (int) length;
        return box;
    }

    /** Enters the next box, which must be of this type. */
    BoxReader next(String type) throws MalformedMediaException {
        BoxReader box = next();
        if (!box.name.equals(type)) {
            throw new MalformedMediaException("expected " + type + " in " + name + ", found " + box.name);
        }
        return box;
    }

    String name() {
        return name;
    }

    int position() {
        return at;
    }

    int end() {
        return end;
    }

    int u8() throws MalformedMediaException {
        need(1);
        return file.get(at++) & 0xFF;
    }

    int u16() throws MalformedMediaException {
        return u8() << 8 | u8();
    }

    long u32() throws MalformedMediaException {
        need(4);
        long value = u32At(at);
        at += 4;
        return value;
    }

    int i32() throws MalformedMediaException {
        return (int) u32();
    }

    long u64() throws MalformedMediaException {
        return u32() << 32 | u32();
    }

    BoxReader skip(int count) throws MalformedMediaException {
        need(count);
        at += count;
        return this;
    }

    /** Demands that everything was read. */
    void done() throws MalformedMediaException {
        if (at != end) {
            throw new MalformedMediaException((end - at) + " unexpected bytes at the end of " + name);
        }
    }

    private void need(int count) throws MalformedMediaException {
        if (end - at < count) {
            throw new MalformedMediaException(name + " ends at " + end + ", wanted " + count + " bytes at " + at);
        }
    }

    private long u32At(int position) {
        return file.getInt(position) & 0xFFFF_FFFFL;
    }

    private String type(int position) {
        byte[] bytes = new byte[4];
        file.get(position, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
