package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Prints the size of typical metadata records, the figures of docs/log.md, and holds them. */
class RecordSizeTest {
    private static final long NOW = 1_795_593_612_361_022L;

    private static void requireSize(String name, byte[] encoded, int atMost) {
        System.out.println("bytes of " + name + ": " + encoded.length);
        assertThat(encoded.length).as(name).isLessThanOrEqualTo(atMost);
    }

    private static FrameMeta frame(boolean video) {
        return new FrameMeta(
                "lobby-camera",
                1_795_000_000L,
                video ? "video" : "audio",
                "",
                41_200,
                video ? TrackKind.VIDEO : TrackKind.AUDIO,
                video ? CodecName.H264 : CodecName.OPUS,
                video ? FrameType.DELTA : FrameType.AUDIO,
                video ? 6_000 : 80,
                video ? 6 : 1,
                0,
                true,
                true,
                2_070_211,
                2_070_216,
                4_332_103_000L,
                90_000,
                1_373_333_333L,
                video ? OptionalInt.empty() : OptionalInt.of(20_000),
                OptionalLong.of(NOW - 15_000),
                CaptureClock.SENDER_REPORT,
                NOW,
                NOW + 5_000,
                video ? OptionalInt.of(1_280) : OptionalInt.empty(),
                video ? OptionalInt.of(720) : OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                video ? OptionalInt.empty() : OptionalInt.of(-32),
                video ? Optional.empty() : Optional.of(true),
                4,
                69_000,
                OptionalLong.of(12_903_440));
    }

    @Test
    void framesStaySmall() {
        requireSize("a video frame", MetadataCodec.frames().encode(frame(true)), 120);
        requireSize("an audio frame", MetadataCodec.frames().encode(frame(false)), 120);
    }

    @Test
    void sessionsStatisticsAndStatesStaySmall() {
        SessionEvent closed = new SessionEvent(
                "b2Jq0vX1tTzK",
                3,
                SessionEventType.CLOSED,
                NOW,
                Role.PUBLISHER,
                "lobby-camera",
                1_795_000_000L,
                Optional.of("client-delete"),
                Optional.of("the client sent DELETE"),
                Optional.of("studio-1"),
                Optional.of("192.0.2.17:50122"),
                Optional.empty(),
                OptionalInt.of(86_655),
                OptionalInt.of(86_421),
                OptionalLong.of(31_544),
                OptionalLong.of(33_190_022),
                OptionalLong.of(0),
                List.of("H264", "OPUS"),
                List.of());
        requireSize("a closed session", MetadataCodec.sessions().encode(closed), 160);
        TrackStats stats = new TrackStats(
                "b2Jq0vX1tTzK",
                "lobby-camera",
                1_795_000_000L,
                "video",
                "",
                Role.PUBLISHER,
                Direction.INBOUND,
                TrackKind.VIDEO,
                CodecName.H264,
                NOW,
                10_000,
                31_544,
                33_190_022,
                OptionalLong.of(0),
                2_000_000,
                Optional.of(3.5f),
                OptionalLong.of(9_000),
                OptionalLong.of(150),
                OptionalLong.of(0),
                Optional.of(30f),
                OptionalInt.of(1_280),
                OptionalInt.of(720),
                OptionalInt.of(40),
                OptionalInt.of(0),
                OptionalLong.of(0),
                Optional.empty(),
                Optional.of(new PathStats(
                        Optional.of(31f),
                        12,
                        3,
                        0,
                        11,
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty())));
        requireSize("statistics of a track", MetadataCodec.stats().encode(stats), 135);
        StreamTrack track = new StreamTrack(
                "video",
                TrackKind.VIDEO,
                CodecName.H264,
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
                90_000,
                0,
                List.of(),
                OptionalInt.of(1_280),
                OptionalInt.of(720),
                9_000,
                8_998);
        StreamState state = new StreamState(
                "lobby-camera",
                1_795_000_000L,
                StreamCondition.LIVE,
                NOW,
                NOW,
                Optional.of("b2Jq0vX1tTzK"),
                List.of(track, track),
                12,
                4,
                1_290_361,
                70_700,
                OptionalLong.of(NOW),
                1_290_001,
                OptionalLong.of(NOW));
        requireSize(
                "the state of a stream with two tracks", MetadataCodec.streams().encode(state), 330);
        ArchiveObject object = new ArchiveObject(
                "lobby-camera",
                1_795_000_000L,
                "lobby-camera/1795000000/000000060000000.mp4",
                "lobby-camera/1795000000/000000060000000.json",
                "mp4",
                15_000_000,
                "0".repeat(64),
                60_000_000,
                120_000_000,
                Map.of("video", 1_800L, "audio", 3_000L),
                List.of(),
                Topics.MEDIA,
                4,
                12_000_000,
                12_005_000,
                false,
                12_004_998,
                OptionalLong.of(NOW));
        requireSize("an archived object", MetadataCodec.archive().encode(object), 270);
    }

    @Test
    void aTargetOfRestreaming() {
        RestreamTarget target = new RestreamTarget(
                "camera-1",
                "service",
                "rtmps://live.example.org:443",
                TargetState.WAITING_TO_RETRY,
                NOW,
                NOW,
                2_481_032,
                112,
                71_893_412,
                0,
                0,
                0,
                3,
                2,
                Optional.of("live.example.org:443 takes no connection (Connection refused)"),
                OptionalLong.of(NOW));
        requireSize("a target", MetadataCodec.restream().encode(target), 200);
    }
}
