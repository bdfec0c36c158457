package dev.weir.webrtc.codec;

import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.rtp.SequenceUnwrapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** One of the streams that FFmpeg packetized; see the README beside them. */
record RecordedStream(Codec codec, List<ByteBuffer> packets, List<String> expectedFrames) {

    static RecordedStream of(Codec codec) {
        String name = codec.name().toLowerCase(Locale.ROOT);
        ByteBuffer file = ByteBuffer.wrap(resource(name + ".rtp"));
        List<ByteBuffer> packets = new ArrayList<>();
        while (file.hasRemaining()) {
            int length = file.getShort() & 0xFFFF;
            packets.add(file.slice(file.position(), length));
            file.position(file.position() + length);
        }
        List<String> frames = new String(resource(name + ".frames"), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        return new RecordedStream(codec, packets, frames);
    }

    /** Puts the frames together, leaving out the packets from {@code dropFrom} on, {@code dropCount} of them. */
    List<EncodedFrame> depacketize(int dropFrom, int dropCount) {
        List<EncodedFrame> frames = new ArrayList<>();
        Depacketizer depacketizer = Depacketizer.of(codec);
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        for (int i = 0; i < packets.size(); i++) {
            ByteBuffer packet = packets.get(i);
            long sequence = unwrapper.unwrap(RtpHeader.sequenceNumber(packet));
            if (i < dropFrom || i >= dropFrom + dropCount) {
                depacketizer.push(
                        RtpHeader.payload(packet),
                        RtpHeader.marker(packet),
                        sequence,
                        RtpHeader.timestamp(packet),
                        frames::add);
            }
        }
        depacketizer.flush(frames::add);
        return frames;
    }

    List<EncodedFrame> depacketize() {
        return depacketize(0, 0);
    }

    /** Describes a frame as the list of expected ones does. */
    static String describe(EncodedFrame frame) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(frame.data().duplicate());
            return frame.data().remaining() + " " + HexFormat.of().formatHex(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] resource(String name) {
        try (InputStream in = RecordedStream.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
