package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What single packets tell of the picture, without putting frames together. */
class PacketFactsTest {
    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
    void firstPacketsOfKeyframesTellTheSize(Codec codec) {
        List<PictureSize> sizes = RecordedStream.of(codec).packets().stream()
                .map(RtpHeader::payload)
                .map(payload -> PictureSize.of(codec, payload))
                .flatMap(Optional::stream)
                .toList();

        assertThat(sizes).containsExactly(new PictureSize(494, 370), new PictureSize(494, 370));
    }

    @Test
    void sizeOfVp9WithLayersIsThatOfTheLargest() {
        // I P=0 L B V; picture id; T=0 S=0; tl0; structure of 2 layers with sizes 320x180 and 640x360; frame header.
        ByteBuffer payload = bytes("AA 05 00 01 30 0140 00B4 0280 0168 82 49 83 42 00");

        assertThat(PictureSize.of(Codec.VP9, payload)).contains(new PictureSize(640, 360));
        assertThat(PictureSize.of(Codec.VP9, payload.slice(0, 9))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // X; L T; tl0 picture index; TID 2
        "VP8, 90 60 07 80 31, 2, -1",
        // X; I L T K; 15-bit picture id; tl0; TID 1
        "VP8, 90 F0 81 23 07 5F 31, 1, -1",
        "VP8, 10 31 32, -1, -1",
        // I L F=0; picture id; T=2 U S=1 D; tl0
        "VP9, A0 05 52 07 99, 2, 1",
        "VP9, 80 05 99, -1, -1",
        // W=1; OBU_FRAME with extension: temporal 1, spatial 2
        "AV1, 10 34 30 55, 1, 2",
        "AV1, 10 30 55 66, -1, -1",
        "AV1, 90 34 30 55, -1, -1",
        // nuh_temporal_id_plus1 = 3
        "H265, 02 03 80, 2, -1",
        "H264, 41 9A 00, -1, -1",
        "OPUS, FC FF FE, -1, -1",
    })
    void layersAreReadFromDescriptors(Codec codec, String payload, int temporal, int spatial) {
        assertThat(LayerIds.temporal(codec, bytes(payload))).isEqualTo(temporal);
        assertThat(LayerIds.spatial(codec, bytes(payload))).isEqualTo(spatial);
        for (int length = 0; length < bytes(payload).remaining(); length++) {
            ByteBuffer cut = bytes(payload).limit(length);

            assertThat(LayerIds.temporal(codec, cut)).isBetween(-1, 7);
            assertThat(LayerIds.spatial(codec, cut)).isBetween(-1, 7);
        }
    }

    @Test
    void parameterSetsAreReadFromPackets() {
        ParameterSets sets = ParameterSets.of(Codec.H264);
        boolean changed = false;
        for (ByteBuffer packet : RecordedStream.of(Codec.H264).packets()) {
            changed |= sets.observePayload(RtpHeader.payload(packet));
        }

        assertThat(changed).isTrue();
        assertThat(sets.isComplete()).isTrue();
    }

    @Test
    void elementsAreFoundInAnExtensionBlockAlone() {
        ByteBuffer block = bytes("BEDE 0001 10 85 00 00");

        int found = HeaderExtensions.findInBlock(block, 1);

        assertThat(block.get(HeaderExtensions.offset(found)) & 0xFF).isEqualTo(0x85);
        assertThat(HeaderExtensions.length(found)).isEqualTo(1);
        assertThat(HeaderExtensions.findInBlock(block, 2)).isEqualTo(-1);
        assertThat(HeaderExtensions.findInBlock(bytes("BEDE 0002 10 85 00 00"), 1))
                .isEqualTo(-1);
        assertThat(HeaderExtensions.findInBlock(ByteBuffer.allocate(0), 1)).isEqualTo(-1);
    }
}
