package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.relay.LayerRates;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureInfo;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which layer a viewer gets, of a stream with three that a relay measured. */
class LayerSelectorTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final LayerRates rates = new LayerRates();
    private final LayerSelector selector = new LayerSelector();
    private long now = 100 * SECOND;

    /** q, h and f at 100, 400 and 1,600 kbit/s, each in three temporal layers of a half, a quarter and a quarter. */
    @BeforeEach
    void measure() throws Exception {
        MediaRelay relay = new MediaRelay();
        Publication publication = relay.registerPublisher("a", () -> true);
        publication.announce(List.of(new RelayTrack(
                0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of("f", "h", "q"))));
        int[] pattern = {0, 2, 1, 2};
        int[] share = {2, 1, 1};
        for (int i = 0; i < 260; i++) {
            now += SECOND / 100;
            for (String rid : List.of("f", "h", "q")) {
                int temporal = pattern[i % 4];
                int frames = temporal == 2 ? 2 : 1;
                int bps = switch (rid) {
                    case "f" -> 1_600_000;
                    case "h" -> 400_000;
                    default -> 100_000;
                };
                int bytes = bps / 8 / 25 * share[temporal] / 4 / frames;
                ByteBuffer payload = ByteBuffer.allocate(Math.max(10, bytes));
                payload.put((byte) 0x90)
                        .put((byte) 0xE0)
                        .putShort((short) (0x8000 | i))
                        .put((byte) (i / 4));
                payload.put((byte) (temporal << 6)).put((byte) 1);
                payload.rewind();
                publication.publish(RelayPacket.builder(MediaKind.VIDEO)
                        .rid(rid)
                        .arrival(now, now / 1000)
                        .marker(true)
                        .picture(PictureInfo.of(Codec.VP8, payload))
                        .epoch(publication.epoch())
                        .payload(payload)
                        .build());
            }
        }
        publication.stream().layerRates(0, rates, now);
        assertThat(rates.size()).isEqualTo(3);
        assertThat(rates.rid(0)).isEqualTo("q");
        assertThat(rates.bps(2)).isBetween(1_500_000L, 1_700_000L);
        assertThat(rates.bps(2, 0)).isBetween(700_000L, 900_000L);
    }

    private String choose(LayerChoice choice, String current, long budget) {
        return selector.choose(rates, choice, current, budget, now);
    }

    @Test
    void theHighestIsShownWhileNothingIsKnownOfThePath() {
        assertThat(choose(LayerChoice.AUTO, "", UNKNOWN)).isEqualTo("f");
        assertThat(selector.missingBps()).isZero();
    }

    @Test
    void theHighestThatFitsIsShownAndWhatTheNextOneNeedsIsTold() {
        assertThat(choose(LayerChoice.AUTO, "f", 800_000)).isEqualTo("h");
        assertThat(selector.missingBps()).isBetween(1_800_000L, 2_000_000L);
        assertThat(selector.temporalLimit()).isEqualTo(LayerFilter.NO_LIMIT);
    }

    @Test
    void aPathTooThinForTheLowestLayerGetsFewerTemporalLayers() {
        assertThat(choose(LayerChoice.AUTO, "f", 85_000)).isEqualTo("q");
        assertThat(selector.temporalLimit()).isEqualTo(1);
        assertThat(choose(LayerChoice.AUTO, "q", 20_000)).isEqualTo("q");
        assertThat(selector.temporalLimit()).isZero();
    }

    @Test
    void goingUpTakesPatienceThatEveryFailureDoubles() {
        assertThat(choose(LayerChoice.AUTO, "f", 800_000)).isEqualTo("h");
        assertThat(choose(LayerChoice.AUTO, "h", 5_000_000)).as("too soon").isEqualTo("h");
        now += 3 * SECOND;
        assertThat(choose(LayerChoice.AUTO, "h", 5_000_000)).isEqualTo("f");
        now += SECOND;
        assertThat(choose(LayerChoice.AUTO, "f", 800_000)).isEqualTo("h");
        now += 3 * SECOND;
        assertThat(choose(LayerChoice.AUTO, "h", 5_000_000)).as("burnt once").isEqualTo("h");
        now += 2 * SECOND;
        assertThat(choose(LayerChoice.AUTO, "h", 5_000_000)).isEqualTo("f");
    }

    @Test
    void whatWasAskedForIsShownAndLessWhenThePathIsThin() {
        assertThat(choose(LayerChoice.ofRid("h"), "f", UNKNOWN)).isEqualTo("h");
        assertThat(choose(LayerChoice.ofRid("h"), "h", 50_000_000)).isEqualTo("h");
        assertThat(selector.missingBps()).isZero();
        assertThat(choose(LayerChoice.ofRid("h"), "h", 200_000)).isEqualTo("q");
        assertThat(choose(LayerChoice.ofRid("gone"), "q", UNKNOWN))
                .as("a layer that is not there")
                .isEqualTo("f");
    }

    @Test
    void anAskedTemporalLayerIsALimit() {
        assertThat(choose(new LayerChoice("", -1, 1, -1, -1, 0, 0), "f", UNKNOWN))
                .isEqualTo("f");
        assertThat(selector.temporalLimit()).isEqualTo(1);
    }
}
