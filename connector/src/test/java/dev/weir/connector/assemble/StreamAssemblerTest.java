package dev.weir.connector.assemble;

import static dev.weir.connector.assemble.TwoTracks.AUDIO;
import static dev.weir.connector.assemble.TwoTracks.VIDEO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as they were sent, whatever task reads them and wherever it begins. */
class StreamAssemblerTest {
    @Test
    void everyFrameComesOutOnceWithItsBytesInOrderOfTime() {
        // when
        Assembled assembled = Assembled.of(TwoTracks.log().batches());

        // then
        assertThat(assembled.isEnded()).isTrue();
        assertThat(assembled.gaps()).isEmpty();
        assertThat(assembled.frames(0)).extracting(Frame::data).isEqualTo(VIDEO.units());
        assertThat(assembled.frames(1)).extracting(Frame::data).isEqualTo(AUDIO.units());
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
        assertThat(assembled.frames(0).get(0).ptsTicks()).isZero();
        assertThat(assembled.frames(0)).allMatch(frame -> frame.durationTicks() == 3_600);
        assertThat(assembled.frames(1)).allMatch(frame -> frame.durationTicks() == 960);
        assertThat(assembled.formats()).hasSize(1);
        assertThat(assembled.formats().get(0))
                .extracting(TrackFormat::kind)
                .containsExactly(MediaKind.VIDEO, MediaKind.AUDIO);
    }

    @Test
    void theLargestLayerGoesIntoTheArchiveAndAnotherWhenItDies(@TempDir Path folder) {
        // given: the large layer ends at 4 s, the small one goes on
        EncodedStream large = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(320, 240), 4, 25);
        LogOf log = new LogOf()
                .track(VIDEO, Timing.DIRECT, "q", 0, 0)
                .track(large, Timing.DIRECT, "f", 0, 1)
                .track(AUDIO, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.formats()).hasSize(2);
        assertThat(assembled.formats().get(0).get(0).widthPx()).isEqualTo(320);
        assertThat(assembled.formats().get(1).get(0).widthPx()).isEqualTo(160);
        List<Frame> pictures = assembled.frames(0);
        assertThat(pictures.subList(0, 100)).extracting(Frame::data).isEqualTo(large.units());
        Frame next = pictures.get(100);
        assertThat(next.keyframe()).isTrue();
        assertThat(next.ptsMicros()).isEqualTo(VIDEO.units().indexOf(next.data()) * 40_000L);
        assertThat(assembled.frames(1)).hasSize(AUDIO.units().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void aCheckpointContinuesWithTheSameEvents(long seed) {
        // given: an impaired log, and a checkpoint at every video keyframe
        List<RelayBatch> log = new LogOf()
                .track(VIDEO, new Timing(0, 130_000, true))
                .track(AUDIO, Timing.DIRECT)
                .batches(entries -> Mishaps.impaired(entries, new SplittableRandom(seed)));
        List<Checkpoint> checkpoints = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        Assembled whole = new Assembled();
        StreamAssembler assembler = new StreamAssembler(LogOf.STREAM, LogOf.EPOCH, AssembleConfig.ARCHIVE);
        for (int i = 0; i < log.size(); i++) {
            assembler.add(log.get(i), 100 + i, event -> {
                if (event instanceof FrameReady ready
                        && ready.frame().trackIndex() == 0
                        && ready.frame().keyframe()) {
                    checkpoints.add(assembler.checkpoint());
                    positions.add(whole.events().size());
                }
                whole.take(event);
            });
        }

        for (int i = 0; i < checkpoints.size(); i++) {
            // when
            Checkpoint checkpoint = checkpoints.get(i);
            Assembled rest = new Assembled();
            StreamAssembler resumed =
                    StreamAssembler.resume(LogOf.STREAM, LogOf.EPOCH, AssembleConfig.ARCHIVE, checkpoint.state());
            for (int offset = (int) checkpoint.offset(); offset < 100 + log.size(); offset++) {
                resumed.add(log.get(offset - 100), offset, rest::take);
            }

            // then
            List<AssembledEvent> expected =
                    new ArrayList<>(List.of(rest.events().get(0)));
            expected.addAll(
                    whole.events().subList(positions.get(i), whole.events().size()));
            assertThat(rest.formats()).as("seed " + seed).hasSize(1);
            assertThat(rest.events()).as("seed " + seed + " checkpoint " + i).isEqualTo(expected);
        }
        assertThat(checkpoints).hasSizeGreaterThan(4);
    }

    @Test
    void whatIsBufferedPinsTheOffset() {
        List<RelayBatch> log = TwoTracks.log().batches();
        StreamAssembler assembler = new StreamAssembler(LogOf.STREAM, LogOf.EPOCH, AssembleConfig.ARCHIVE);
        Assembled assembled = new Assembled();
        long delivered = -1;
        for (int i = 0; i < log.size(); i++) {
            assembler.add(log.get(i), i, assembled::take);
            for (Frame frame : assembled.frames()) {
                delivered = Math.max(delivered, frame.firstOffset());
            }
            assertThat(assembler.oldestBufferedOffset()).isGreaterThanOrEqualTo(Math.min(delivered, i));
        }
        assertThat(assembler.oldestBufferedOffset()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void garbageNeverThrows() {
        SplittableRandom random = new SplittableRandom(21);
        List<RelayBatch> log = TwoTracks.log()
                .batches(entries -> entries.stream()
                        .map(entry ->
                                entry instanceof LogPacket p && random.nextInt(4) == 0 ? scrambled(p, random) : entry)
                        .toList());

        assertThat(Assembled.of(log).isEnded()).isTrue();
    }

    private static LogEntry scrambled(LogPacket p, SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return new LogPacket(
                random.nextInt(4),
                p.rid(),
                p.payloadType(),
                p.ssrc(),
                p.extendedSequence() + random.nextInt(9) - 4,
                p.extendedTimestamp() + random.nextInt(),
                random.nextBoolean(),
                random.nextBoolean(),
                p.arrivalMicros() + random.nextInt(3_000_000) - 1_500_000,
                ByteBuffer.wrap(bytes));
    }
}
