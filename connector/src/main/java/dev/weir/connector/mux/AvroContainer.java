package dev.weir.connector.mux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An Avro object container file (Avro 1.12 specification, "Object Container Files") without compression, one datum to a
 * block, so that each can be found, checked and lost alone. Any Avro library reads it.
 *
 * @param metadata what the header tells, the schema under {@value #SCHEMA}
 * @param data the data in Avro binary, views of the file
 */
public record AvroContainer(Map<String, String> metadata, List<ByteBuffer> data) {
    /** Extension of the files' names. */
    public static final String EXTENSION = "avro";

    /** Media type of the files. */
    public static final String MEDIA_TYPE = "application/avro";

    /** Key of the schema in the header. */
    public static final String SCHEMA = "avro.schema";

    /** Bytes of the marker behind the header and every block. */
    public static final int SYNC_BYTES = 16;

    private static final byte[] MAGIC = {'O', 'b', 'j', 1};

    /** Copies the collections. */
    public AvroContainer {
        metadata = Map.copyOf(metadata);
        data = List.copyOf(data);
    }

    /**
     * Returns the bytes that a file begins with.
     *
     * @param metadata in the order in which it is written
     * @param sync {@value #SYNC_BYTES} bytes that tell blocks apart from their content
     */
    public static byte[] header(Map<String, String> metadata, byte[] sync) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        writeNumber(out, metadata.size());
        metadata.forEach((key, value) -> {
            writeBytes(out, key.getBytes(StandardCharsets.UTF_8));
            writeBytes(out, value.getBytes(StandardCharsets.UTF_8));
        });
        writeNumber(out, 0);
        out.writeBytes(sync);
        return out.toByteArray();
    }

    /** Returns what stands in front of a datum of so many bytes; the sync marker stands behind it. */
    public static byte[] blockStart(int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeNumber(out, 1);
        writeNumber(out, length);
        return out.toByteArray();
    }

    private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        writeNumber(out, bytes.length);
        out.writeBytes(bytes);
    }

    /** Writes an Avro long: zigzag, seven bits to a byte. */
    private static void writeNumber(ByteArrayOutputStream out, long number) {
        long left = (number << 1) ^ (number >> 63);
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    /**
     * Reads a file of ours: no compression, one datum to a block.
     *
     * @throws MalformedMediaException when it is none, or broken
     */
    public static AvroContainer read(ByteBuffer file) throws MalformedMediaException {
        ByteBuffer in = file.slice();
        if (!Arrays.equals(take(in, MAGIC.length), MAGIC)) {
            throw new MalformedMediaException("no Avro container");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int count = number(in); count > 0; count = number(in)) {
            for (int i = 0; i < count; i++) {
                String key = new String(take(in, number(in)), StandardCharsets.UTF_8);
                metadata.put(key, new String(take(in, number(in)), StandardCharsets.UTF_8));
            }
        }
        byte[] sync = take(in, SYNC_BYTES);
        List<ByteBuffer> data = new ArrayList<>();
        while (in.hasRemaining()) {
            int count = number(in);
            int length = number(in);
            if (count != 1 || length > in.remaining()) {
                throw new MalformedMediaException("a block of " + count + " data in " + length + " bytes");
            }
            data.add(in.slice(in.position(), length));
            in.position(in.position() + length);
            if (!Arrays.equals(take(in, SYNC_BYTES), sync)) {
                throw new MalformedMediaException("no sync marker behind datum " + data.size());
            }
        }
        return new AvroContainer(metadata, data);
    }

    private static byte[] take(ByteBuffer in, int length) throws MalformedMediaException {
        if (length > in.remaining()) {
            throw new MalformedMediaException("the file ends early");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Reads an Avro long that must be a length or a count. */
    private static int number(ByteBuffer in) throws MalformedMediaException {
        long zigzag = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (!in.hasRemaining()) {
                throw new MalformedMediaException("the file ends early");
            }
            byte next = in.get();
            zigzag |= (next & 0x7FL) << shift;
            if (next >= 0) {
                long number = (zigzag >>> 1) ^ -(zigzag & 1);
                if (number < 0 || number > Integer.MAX_VALUE) {
                    break;
                }
                return (int) number;
            }
        }
        throw new MalformedMediaException("not a length");
    }
}
