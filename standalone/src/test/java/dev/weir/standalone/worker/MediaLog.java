package dev.weir.standalone.worker;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** The log of one stream, second by second: H264 with a keyframe every two seconds whose slices are noise, and Opus. */
final class MediaLog {
    private static final long START_MICROS = 1_790_000_000_000_000L;
    private static final long NTP_OFFSET_SECONDS = 2_208_988_800L;
    private static final int FRAMES_PER_SECOND = 25;
    private static final int PACKET_BYTES = 1_180;
    private static final int BATCH_PACKETS = 10;

    /** SPS and PPS of 1280x720, as STAP-A (RFC 6184 section 5.7.1). */
    private static final byte[] PARAMETER_SETS = HexFormat.of()
            .parseHex("780019" + "6742c01fd9005005bb0110000003001000000303c0f1832480" + "0005" + "68cb83cb20");

    private final String streamId;
    private final int frameBytes;
    private final RelayBatchCodec codec = new RelayBatchCodec();
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<LogEntry> waiting = new ArrayList<>();
    private long sequence = 1_000;
    private long batches;
    private long seconds;

    MediaLog(String streamId, int kbps) {
        this.streamId = streamId;
        this.frameBytes = kbps * 125 / FRAMES_PER_SECOND;
    }

    /** Returns the record values of the next second. */
    List<byte[]> nextSecond() {
        List<byte[]> records = new ArrayList<>();
        if (seconds == 0) {
            TrackInfo video = new TrackInfo(0, "video", "video", "H264", 90_000, 0, "packetization-mode=1", List.of());
            TrackInfo audio = new TrackInfo(1, "audio", "audio", "OPUS", 48_000, 2, "", List.of());
            waiting.add(new TrackConfiguration(List.of(video, audio), List.of()));
        }
        for (int track = 0; track < 2; track++) {
            long at = START_MICROS + seconds * 1_000_000;
            long ntp = (at / 1_000_000 + NTP_OFFSET_SECONDS) << 32;
            waiting.add(new SenderReport(track, "", ntp, seconds * (track == 0 ? 90_000 : 48_000), at));
        }
        for (int frame = 0; frame < FRAMES_PER_SECOND; frame++) {
            video(records, seconds * FRAMES_PER_SECOND + frame);
            for (int sound = 0; sound < 2; sound++) {
                long index = (seconds * FRAMES_PER_SECOND + frame) * 2 + sound;
                byte[] payload = noise(80);
                payload[0] = (byte) 0xFC;
                add(
                        records,
                        new LogPacket(
                                1,
                                "",
                                97,
                                1_001,
                                index,
                                index * 960,
                                false,
                                false,
                                START_MICROS + index * 20_000,
                                ByteBuffer.wrap(payload)));
            }
        }
        flush(records);
        seconds++;
        return records;
    }

    /** Returns the record that ends the stream. */
    byte[] end() {
        long at = START_MICROS + seconds * 1_000_000;
        return codec.encode(new RelayBatch(streamId, 1, batches++, at, List.of(new EndOfStream(at, "publisher-left"))));
    }

    private void video(List<byte[]> records, long frame) {
        boolean key = frame % (2 * FRAMES_PER_SECOND) == 0;
        if (key) {
            add(records, packet(frame, false, true, PARAMETER_SETS));
        }
        for (int left = frameBytes; left > 0; left -= PACKET_BYTES) {
            byte[] payload = noise(Math.max(10, Math.min(left, PACKET_BYTES)));
            payload[0] = (byte) (key ? 0x7C : 0x5C);
            payload[1] = (byte) ((left == frameBytes ? 0x80 : 0) | (left <= PACKET_BYTES ? 0x40 : 0) | (key ? 5 : 1));
            add(records, packet(frame, left <= PACKET_BYTES, false, payload));
        }
    }

    private LogPacket packet(long frame, boolean marker, boolean keyframeStart, byte[] payload) {
        long micros = START_MICROS + frame * 1_000_000 / FRAMES_PER_SECOND;
        return new LogPacket(
                0,
                "",
                96,
                1_000,
                sequence++,
                frame * 90_000 / FRAMES_PER_SECOND,
                marker,
                keyframeStart,
                micros,
                ByteBuffer.wrap(payload));
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void add(List<byte[]> records, LogPacket packet) {
        waiting.add(packet);
        if (waiting.size() >= BATCH_PACKETS) {
            flush(records);
        }
    }

    private void flush(List<byte[]> records) {
        if (!waiting.isEmpty()) {
            long at = START_MICROS + seconds * 1_000_000;
            records.add(codec.encode(new RelayBatch(streamId, 1, batches++, at, waiting)));
            waiting.clear();
        }
    }
}
