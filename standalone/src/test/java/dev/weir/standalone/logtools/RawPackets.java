package dev.weir.standalone.logtools;

import dev.weir.webrtc.rtp.HeaderExtensionWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes the packets of one layer: pictures of several packets with extensions, now and then CSRCs and padding. */
final class RawPackets {
    private static final int PAYLOAD = 1_100;
    private static final int KEY_INTERVAL = 60;

    private final SplittableRandom random;
    private final boolean video;
    private final String rid;
    private final int ssrc;
    private final HeaderExtensionWriter extensions = new HeaderExtensionWriter();
    private int sequence;
    private long timestamp;
    private int frames;

    RawPackets(long seed, boolean video, String rid, int ssrc) {
        this.random = new SplittableRandom(seed);
        this.video = video;
        this.rid = rid;
        this.ssrc = ssrc;
        this.sequence = 65_500; // It wraps soon.
        this.timestamp = 0xFFFF_0000L;
    }

    int ssrc() {
        return ssrc;
    }

    /** Returns the packets of the next picture of about {@code bytes}, or one of sound. */
    byte[][] nextFrame(int bytes, int ticks) {
        int count = Math.max(1, bytes / PAYLOAD);
        byte[][] packets = new byte[count][];
        boolean key = frames++ % KEY_INTERVAL == 0;
        for (int i = 0; i < count; i++) {
            packets[i] =
                    packet(key && i == 0, i == 0, i == count - 1, Math.max(40, bytes / count - random.nextInt(40)));
        }
        timestamp = timestamp + ticks & 0xFFFF_FFFFL;
        return packets;
    }

    private byte[] packet(boolean key, boolean first, boolean last, int length) {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        int payloadType = video ? RawPublisher.VP8 : RawPublisher.OPUS;
        RtpHeader.write(out, last && video, payloadType, sequence++ & 0xFFFF, timestamp, ssrc);
        int csrcs = random.nextInt(50) == 0 ? 1 + random.nextInt(15) : 0;
        for (int i = 0; i < csrcs; i++) {
            out.putInt(random.nextInt());
        }
        ByteBuffer block = ByteBuffer.allocate(200).position(RtpHeader.FIXED_LENGTH);
        extensions.begin(block, false);
        extensions.add(RawPublisher.MID_EXTENSION, (video ? "0" : "1").getBytes(StandardCharsets.UTF_8));
        byte[] extra = new byte[1 + random.nextInt(8)];
        random.nextBytes(extra);
        extensions.add(2, extra);
        if (!rid.isEmpty()) {
            extensions.add(RawPublisher.RID_EXTENSION, rid.getBytes(StandardCharsets.UTF_8));
        }
        extensions.end();
        out.put(block.flip().position(RtpHeader.FIXED_LENGTH));
        out.put(0, (byte) (0x90 | csrcs));
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        if (video) {
            payload[0] = (byte) (first ? 0x10 : 0);
            payload[1] = (byte) (key ? 0x00 : 0x01);
            if (key) {
                // Start code and size of a VP8 key frame (RFC 6386 section 9.1).
                byte[] head = {(byte) 0x9D, 0x01, 0x2A, (byte) 0x40, 0x01, (byte) 0xF0, 0x00};
                System.arraycopy(head, 0, payload, 4, head.length);
            }
        }
        out.put(payload);
        int padding = random.nextInt(30) == 0 ? 1 + random.nextInt(200) : 0;
        if (padding > 0) {
            byte[] rest = new byte[padding];
            random.nextBytes(rest);
            rest[padding - 1] = (byte) padding;
            out.put(rest);
            out.put(0, (byte) (out.get(0) | 0x20));
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
