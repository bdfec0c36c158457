package dev.weir.gateway.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.FrameMeta;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a frame of each codec tells of its size and layers. */
class FrameCodecsTest {
    private final RecordedFacts facts = new RecordedFacts();
    private final FrameTracker tracker = new FrameTracker("cam", 1, 0, facts);

    private static OptionalInt optional(int value) {
        return value < 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    @ParameterizedTest
    @CsvSource({
        // X T; temporal 2; then the header of a key frame of 640x360
        "VP8, 90 20 80 000000 9d012a 8002 6801, 640, 360, 2, -1",
        "VP8, 10 000000 9d012a 8002 6801, 640, 360, -1, -1",
        // I P=0 L B E V; picture id; T=1 S=0; tl0; one layer of 640x360; frame header
        "VP9, AE 05 20 01 10 0280 0168 82 49 83 42 00, 640, 360, 1, 0",
        // STAP-A of an SPS of Baseline 640x360, a PPS and an IDR slice
        "H264, 78 000A 6742C01EDA0280BFE540 0004 68CE3C80 0003 658880, 640, 360, -1, -1",
        // W=1; OBU_FRAME with extension: temporal 1, spatial 2
        "AV1, 10 34 30 55, -1, -1, 1, 2",
    })
    void sizeAndLayersAreRead(String codec, String payload, int width, int height, int temporal, int spatial) {
        tracker.tracks(
                List.of(new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat(codec, 90_000, 1, ""), List.of())));
        byte[] bytes = HexFormat.of().parseHex(payload.replace(" ", ""));

        tracker.packet(
                RelayPacket.builder(MediaKind.VIDEO)
                        .extendedSequence(5)
                        .marker(true)
                        .keyframeStart(true)
                        .payload(bytes)
                        .build(),
                0);
        tracker.acknowledged(0, OptionalLong.of(9), 0);

        assertThat(facts.frames).hasSize(1);
        FrameMeta frame = facts.frames.get(0);
        assertThat(frame.codec()).isEqualTo(CodecName.valueOf(codec));
        assertThat(frame.widthPx()).isEqualTo(optional(width));
        assertThat(frame.heightPx()).isEqualTo(optional(height));
        assertThat(frame.temporalId()).isEqualTo(optional(temporal));
        assertThat(frame.spatialId()).isEqualTo(optional(spatial));
        assertThat(frame.payloadOffset()).hasValue(9);
    }
}
