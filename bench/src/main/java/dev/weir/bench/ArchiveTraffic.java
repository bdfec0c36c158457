package dev.weir.bench;

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

/**
 * Makes the log of one stream, second by second: H264-shaped video of 30 pictures/s with a keyframe every two seconds, and
 * Opus-shaped sound. One thread.
 */
final class ArchiveTraffic {
    private static final long START_MICROS = 1_790_000_000_000_000L;
    private static final long NTP_OFFSET_SECONDS = 2_208_988_800L;
    private static final int FRAMES_PER_SECOND = 30;
    private static final int SOUNDS_PER_SECOND = 50;
    private static final int PACKET_BYTES = 1_180;
    private static final int SOUND_BYTES = 80;
    private static final int BATCH_PACKETS = 10;

    /** SPS and PPS of 1280x720, as STAP-A (RFC 6184 section 5.7.1). */
    private static final byte[] PARAMETER_SETS = HexFormat.of()
            .parseHex("780019" + "6742c01fd9005005bb0110000003001000000303c0f1832480" + "0005" + "68cb83cb20");

    private final String streamId;
    private final int frameBytes;
    private final RelayBatchCodec codec = new RelayBatchCodec();
    private final List<LogEntry> waiting = new ArrayList<>();
    private final byte[] noise = new byte[PACKET_BYTES];
    private long mediaBytes;
    private long sequence = 1_000;
    private long batches;
    private long seconds;

    ArchiveTraffic(String streamId, int kbps) {
        this.streamId = streamId;
        this.frameBytes = Math.max(1_000, (kbps * 125 - SOUNDS_PER_SECOND * SOUND_BYTES) / FRAMES_PER_SECOND);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (i * 31 + 7);
        }
    }

    /** Returns the bytes of RTP payload so far. */
    long mediaBytes() {
        return mediaBytes;
    }

    /** Returns the record values of the next second. */
    List<byte[]> nextSecond() {
        List<byte[]> records = new ArrayList<>();
        long second = seconds++;
        if (second == 0) {
            waiting.add(configuration());
        }
        for (int track = 0; track < 2; track++) {
            long at = START_MICROS + second * 1_000_000;
            long ntp = (at / 1_000_000 + NTP_OFFSET_SECONDS) << 32;
            waiting.add(new SenderReport(track, "", ntp, second * (track == 0 ? 90_000 : 48_000), at));
        }
        int sounds = 0;
        for (int frame = 0; frame < FRAMES_PER_SECOND; frame++) {
            long micros = START_MICROS + second * 1_000_000 + frame * 1_000_000L / FRAMES_PER_SECOND;
            for (; sounds * FRAMES_PER_SECOND < (frame + 1) * SOUNDS_PER_SECOND; sounds++) {
                ByteBuffer payload = ByteBuffer.wrap(noise, 0, SOUND_BYTES).duplicate();
                long index = second * SOUNDS_PER_SECOND + sounds;
                add(records, packet(1, index, index * 960, false, false, micros, sound(payload)));
            }
            video(records, second * FRAMES_PER_SECOND + frame, micros);
        }
        flush(records);
        return records;
    }

    /** Returns the record that ends the stream. */
    byte[] end() {
        long at = START_MICROS + seconds * 1_000_000;
        return codec.encode(new RelayBatch(streamId, 1, batches++, at, List.of(new EndOfStream(at, "publisher-left"))));
    }

    private static TrackConfiguration configuration() {
        TrackInfo video = new TrackInfo(0, "video", "video", "H264", 90_000, 0, "packetization-mode=1", List.of());
        TrackInfo audio = new TrackInfo(1, "audio", "audio", "OPUS", 48_000, 2, "", List.of());
        return new TrackConfiguration(List.of(video, audio), List.of());
    }

    private static ByteBuffer sound(ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload);
        return copy.put(0, (byte) 0xFC).flip().asReadOnlyBuffer();
    }

    private void video(List<byte[]> records, long frame, long micros) {
        boolean key = frame % (2 * FRAMES_PER_SECOND) == 0;
        long ticks = frame * 90_000 / FRAMES_PER_SECOND;
        if (key) {
            add(records, packet(0, sequence++, ticks, false, true, micros, ByteBuffer.wrap(PARAMETER_SETS)));
        }
        for (int left = frameBytes; left > 0; left -= PACKET_BYTES) {
            byte[] payload = noise.clone();
            payload[0] = (byte) (key ? 0x7C : 0x5C);
            payload[1] = (byte) ((left == frameBytes ? 0x80 : 0) | (left <= PACKET_BYTES ? 0x40 : 0) | (key ? 5 : 1));
            ByteBuffer bytes = ByteBuffer.wrap(payload, 0, Math.max(10, Math.min(left, PACKET_BYTES)));
            add(records, packet(0, sequence++, ticks, left <= PACKET_BYTES, false, micros, bytes));
        }
    }

    private static LogPacket packet(
            int track,
            long sequence,
            long ticks,
            boolean marker,
            boolean keyframeStart,
            long micros,
            ByteBuffer payload) {
        return new LogPacket(
                track, "", 96 + track, 1_000 + track, sequence, ticks, marker, keyframeStart, micros, payload);
    }

    private void add(List<byte[]> records, LogPacket packet) {
        mediaBytes += packet.payload().remaining();
        waiting.add(packet);
        if (waiting.size() >= BATCH_PACKETS) {
            flush(records);
        }
    }

    private void flush(List<byte[]> records) {
        if (!waiting.isEmpty()) {
            long at = START_MICROS + (seconds - 1) * 1_000_000;
            records.add(codec.encode(new RelayBatch(streamId, 1, batches++, at, waiting)));
            waiting.clear();
        }
    }
}
