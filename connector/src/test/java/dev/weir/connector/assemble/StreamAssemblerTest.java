package dev.weir.connector.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.Gap;
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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamAssemblerTest {
    private static final int SECONDS = 10;

    private static EncodedStream video = new EncodedStream(Codec.VP8, 3_600, List.of());
    private static EncodedStream audio = new EncodedStream(Codec.OPUS, 960, List.of());

    @BeforeAll
    static void encode(@TempDir Path folder) {
        video = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(160, 120), SECONDS, 25);
        audio = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", SECONDS);
    }

    private static LogOf both() {
        return new LogOf().track(video, Timing.DIRECT).track(audio, Timing.DIRECT);
    }

    @Test
    void everyFrameComesOutOnceWithItsBytesInOrderOfTime() {
        // when
        Assembled assembled = Assembled.of(both().batches());

        // then
        assertThat(assembled.isEnded()).isTrue();
        assertThat(assembled.gaps()).isEmpty();
        assertThat(assembled.frames(0)).extracting(Frame::data).isEqualTo(video.units());
        assertThat(assembled.frames(1)).extracting(Frame::data).isEqualTo(audio.units());
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
        assertThat(assembled.frames(0).get(0).ptsTicks()).isZero();
        assertThat(assembled.frames(0)).allMatch(frame -> frame.durationTicks() == 3_600);
        assertThat(assembled.frames(1)).allMatch(frame -> frame.durationTicks() == 960);
        assertThat(assembled.formats()).hasSize(1);
        assertThat(assembled.formats().get(0))
                .extracting(TrackFormat::kind)
                .containsExactly(MediaKind.VIDEO, MediaKind.AUDIO);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void lossReorderingAndDuplicatesLeaveOnlyWholeFramesAndDeclareTheRest(long seed) {
        // given
        List<RelayBatch> log = both().batches(entries -> impaired(entries, new SplittableRandom(seed)));

        // when
        Assembled assembled = Assembled.of(log);
        Assembled again = Assembled.of(log);

        // then
        String says = "seed " + seed;
        assertThat(assembled.events()).as(says).isEqualTo(again.events());
        assertThat(assembled.frames(1)).as(says).extracting(Frame::data).isSubsetOf(audio.units());
        assertThat(assembled.frames(1))
                .as(says)
                .extracting(Frame::ptsTicks)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(assembled.gaps()).as(says).isNotEmpty();
        int missingAudio = audio.units().size() - assembled.frames(1).size();
        assertThat(assembled.gaps().stream()
                        .filter(gap -> gap.trackIndex() == 1)
                        .mapToLong(GapFound::packets)
                        .sum())
                .as(says)
                .isEqualTo(missingAudio);
        assertThat(decodable(assembled)).as(says).isTrue();
    }

    /** Every picture follows the one before it, or is a keyframe. */
    private static boolean decodable(Assembled assembled) {
        int expected = 0;
        for (Frame frame : assembled.frames(0)) {
            int number = video.units().indexOf(frame.data());
            if (number < 0 || number < expected || (number > expected && !frame.keyframe())) {
                return false;
            }
            expected = number + 1;
        }
        return expected > 200;
    }

    private static List<LogEntry> impaired(List<LogEntry> entries, SplittableRandom random) {
        List<LogEntry> result = new ArrayList<>();
        List<LogPacket> late = new ArrayList<>();
        for (LogEntry entry : entries) {
            if (!(entry instanceof LogPacket packet)) {
                result.add(entry);
                continue;
            }
            late.removeIf(old -> {
                boolean due = packet.arrivalMicros() >= old.arrivalMicros();
                if (due) {
                    result.add(old);
                }
                return due;
            });
            int fate = random.nextInt(100);
            if (fate >= 1) {
                result.add(packet);
            }
            if (fate < 4) {
                late.add(arrivingLater(packet, 20_000 + random.nextInt(1_000_000)));
            }
            if (fate == 0 && random.nextInt(2) == 0) {
                late.remove(late.size() - 1);
            }
        }
        result.addAll(late);
        return result;
    }

    private static LogPacket arrivingLater(LogPacket p, long micros) {
        return new LogPacket(
                p.trackIndex(),
                p.rid(),
                p.payloadType(),
                p.ssrc(),
                p.extendedSequence(),
                p.extendedTimestamp(),
                p.marker(),
                p.keyframeStart(),
                p.arrivalMicros() + micros,
                p.payload());
    }

    private static UnaryOperator<List<LogEntry>> without(Predicate<LogPacket> lost) {
        return entries -> entries.stream()
                .filter(entry -> !(entry instanceof LogPacket packet) || !lost.test(packet))
                .toList();
    }

    @Test
    void aLostVideoPacketCostsThePicturesUpToTheNextKeyframe() {
        // given: the first packet of picture 30 is lost; keyframes are 0, 25, 50, …
        long lostAt = LogOf.wall(30 * 40_000);

        // when
        Assembled assembled = Assembled.of(
                both().batches(without(packet -> packet.trackIndex() == 0 && packet.arrivalMicros() == lostAt)));

        // then
        assertThat(assembled.frames(0)).hasSize(video.units().size() - 20);
        assertThat(assembled.frames(1)).hasSize(audio.units().size());
        assertThat(assembled.gaps()).hasSize(1);
        GapFound gap = assembled.gaps().get(0);
        assertThat(gap.trackIndex()).isZero();
        assertThat(gap.fromPtsMicros()).isEqualTo(30 * 40_000);
        assertThat(gap.toPtsMicros()).isEqualTo(50 * 40_000);
        assertThat(gap.reason()).isEqualTo("packets-lost");
        assertThat(gap.packets()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void damagedPicturesCanBeKept() {
        long lostAt = LogOf.wall(30 * 40_000);
        List<RelayBatch> log =
                both().batches(without(packet -> packet.trackIndex() == 0 && packet.arrivalMicros() == lostAt));
        AssembleConfig keep =
                new AssembleConfig(AssembleConfig.ARCHIVE.reorderWindow(), AssembleConfig.ARCHIVE.syncHold(), true);

        assertThat(Assembled.of(log, keep).frames(0))
                .hasSizeGreaterThanOrEqualTo(video.units().size() - 1);
    }

    @Test
    void theReasonOfTheLogsOwnGapIsKept() {
        // given
        long from = 4_000_000;
        long to = 4_500_000;
        LogOf log = both().entry(to, new Gap(-1, LogOf.wall(from), LogOf.wall(to), 60, "mirror-queue-full"));

        // when
        Assembled assembled = Assembled.of(log.batches(without(
                packet -> packet.arrivalMicros() >= LogOf.wall(from) && packet.arrivalMicros() < LogOf.wall(to))));

        // then
        assertThat(assembled.gaps()).extracting(GapFound::reason).containsOnly("mirror-queue-full");
        assertThat(assembled.gaps()).extracting(GapFound::trackIndex).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aGapAtTheVeryEndIsDeclared() {
        long end = audio.units().size() * 20_000L;
        LogOf log = both().entry(
                        11_000_000,
                        new Gap(-1, LogOf.wall(10_000_000), LogOf.wall(11_000_000), 60, "mirror-queue-full"));

        assertThat(Assembled.of(log.batches()).gaps())
                .containsExactly(new GapFound(-1, end, end + 1_000_000, 60, "mirror-queue-full"));
    }

    @Test
    void picturesBeforeTheFirstKeyframeAreDeclared() {
        // given: the log starts at picture 10
        Assembled assembled =
                Assembled.of(both().batches(without(packet -> packet.arrivalMicros() < LogOf.wall(10 * 40_000))));

        // then
        assertThat(assembled.frames(0).get(0).keyframe()).isTrue();
        assertThat(assembled.frames(0)).hasSize(video.units().size() - 25);
        assertThat(assembled.frames(1)).hasSize(audio.units().size() - 20);
        assertThat(assembled.gaps()).hasSize(1);
        assertThat(assembled.gaps().get(0).reason()).isEqualTo("no-keyframe");
        assertThat(assembled.gaps().get(0).fromPtsMicros()).isZero();
        assertThat(assembled.gaps().get(0).toPtsMicros()).isEqualTo(600_000);
    }

    @Test
    void aTrackThatStartsLaterJoinsTheTimeLine() {
        // given
        LogOf log = new LogOf().track(video, Timing.DIRECT).track(audio, Timing.DIRECT, "", 3_000_000, 0);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.frames(1).get(0).ptsMicros()).isEqualTo(3_000_000);
        assertThat(assembled.frames(0).get(0).ptsMicros()).isZero();
        assertThat(assembled.gaps()).isEmpty();
    }

    @Test
    void videoThatStartsAfterTheHoldBringsANewFormat() {
        // given
        LogOf log = new LogOf().track(video, Timing.DIRECT, "", 8_000_000, 0).track(audio, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.formats()).hasSize(2);
        assertThat(assembled.formats().get(0)).extracting(TrackFormat::codec).containsExactly(Codec.OPUS);
        assertThat(assembled.formats().get(1)).extracting(TrackFormat::codec).containsExactly(Codec.VP8, Codec.OPUS);
        assertThat(assembled.frames(0).get(0).ptsMicros()).isEqualTo(8_000_000);
        assertThat(assembled.frames(0)).hasSize(video.units().size());
        assertThat(assembled.frames(1)).hasSize(audio.units().size());
    }

    @Test
    void senderReportsAlignTracksWhoseDelaysDiffer() {
        // given: pictures arrive 400 ms late, captured at the same time
        LogOf log = new LogOf().track(video, new Timing(0, 400_000, true)).track(audio, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.frames(0).get(0).ptsMicros())
                .isEqualTo(assembled.frames(1).get(0).ptsMicros());
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
    }

    @Test
    void withoutSenderReportsArrivalDecides() {
        LogOf log = new LogOf().track(video, new Timing(0, 400_000, false)).track(audio, new Timing(0, 0, false));

        Assembled assembled = Assembled.of(log.batches());

        assertThat(assembled.frames(1).get(0).ptsMicros()).isZero();
        assertThat(assembled.frames(0).get(0).ptsMicros()).isEqualTo(400_000);
    }

    @Test
    void lateReportsMoveVideoSlowlyAndNeverBack() {
        // given: live assembly does not hold the start back, so the first pictures are placed by arrival
        LogOf log = new LogOf().track(video, new Timing(0, 150_000, true)).track(audio, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches(), AssembleConfig.LIVE);

        // then
        List<Frame> pictures = assembled.frames(0);
        assertThat(pictures.get(0).ptsMicros()).isEqualTo(150_000);
        assertThat(pictures.get(pictures.size() - 1).ptsMicros())
                .isEqualTo((video.units().size() - 1) * 40_000L);
        for (int i = 1; i < pictures.size(); i++) {
            assertThat(pictures.get(i).ptsTicks() - pictures.get(i - 1).ptsTicks())
                    .isBetween(3_600L * 7 / 8 - 1, 3_600L);
        }
        assertThat(assembled.frames(1))
                .extracting(Frame::ptsTicks)
                .isEqualTo(assembled.frames(1).stream()
                        .map(frame -> assembled.frames(1).indexOf(frame) * 960L)
                        .toList());
    }

    @Test
    void anRtpClockThatStoodStillDuringAPauseIsPutRight() {
        // given: after 5 s the publisher pauses for 3 s and its RTP clocks stand still
        UnaryOperator<List<LogEntry>> pause = entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket packet && packet.arrivalMicros() >= LogOf.wall(5_000_000)
                        ? arrivingLater(packet, 3_000_000)
                        : entry)
                .filter(entry -> entry instanceof LogPacket)
                .toList();

        // when
        Assembled assembled = Assembled.of(both().batches(pause));

        // then
        assertThat(assembled.frames(0).get(125).ptsMicros()).isEqualTo(8_000_000);
        assertThat(assembled.frames(1).stream().filter(frame -> frame.ptsMicros() >= 8_000_000))
                .hasSize(audio.units().size() - 250);
        assertThat(assembled.frames())
                .hasSize(video.units().size() + audio.units().size());
        assertThat(assembled.gaps()).extracting(GapFound::reason).containsExactly("clock-jump", "clock-jump");
    }

    @Test
    void aStallOfTheNetworkMovesNothing() {
        // given: what was sent between 5 s and 6 s arrives at 6 s in one burst
        UnaryOperator<List<LogEntry>> stall = entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket packet
                                && packet.arrivalMicros() >= LogOf.wall(5_000_000)
                                && packet.arrivalMicros() < LogOf.wall(6_000_000)
                        ? arrivingLater(packet, LogOf.wall(6_000_000) - packet.arrivalMicros())
                        : entry)
                .toList();

        // when
        Assembled assembled = Assembled.of(both().batches(stall));

        // then
        assertThat(assembled.frames())
                .isEqualTo(Assembled.of(both().batches()).frames().stream()
                        .map(frame -> frame)
                        .toList());
        assertThat(assembled.gaps()).isEmpty();
    }

    @Test
    void anRtpTimestampThatLeapsForwardIsPutRight() {
        UnaryOperator<List<LogEntry>> leap = entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket p
                                && p.trackIndex() == 0
                                && p.arrivalMicros() >= LogOf.wall(5_000_000)
                        ? new LogPacket(
                                p.trackIndex(),
                                p.rid(),
                                p.payloadType(),
                                p.ssrc(),
                                p.extendedSequence(),
                                p.extendedTimestamp() + 90_000L * 3_600,
                                p.marker(),
                                p.keyframeStart(),
                                p.arrivalMicros(),
                                p.payload())
                        : entry)
                .filter(entry -> entry instanceof LogPacket)
                .toList();

        Assembled assembled = Assembled.of(both().batches(leap));

        assertThat(assembled.frames(0).get(125).ptsMicros()).isEqualTo(5_000_000);
        assertThat(assembled.frames(0)).hasSize(video.units().size());
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
    }

    @Test
    void aNewSourceGoesOnWithTheTimeLine() {
        // given: after 6 s the encoder restarts with another SSRC, sequence and timestamp
        UnaryOperator<List<LogEntry>> restart = entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket p
                                && p.trackIndex() == 0
                                && p.arrivalMicros() >= LogOf.wall(6_000_000)
                        ? new LogPacket(
                                p.trackIndex(),
                                p.rid(),
                                p.payloadType(),
                                4_711,
                                p.extendedSequence() - 60_000,
                                p.extendedTimestamp() + 77_000_000,
                                p.marker(),
                                p.keyframeStart(),
                                p.arrivalMicros(),
                                p.payload())
                        : entry)
                .filter(entry -> entry instanceof LogPacket)
                .toList();

        Assembled assembled = Assembled.of(both().batches(restart));

        assertThat(assembled.frames(0)).hasSize(video.units().size());
        assertThat(assembled.frames(0).get(150).ptsMicros()).isEqualTo(6_000_000);
        assertThat(assembled.gaps()).isEmpty();
    }

    @Test
    void theLargestLayerGoesIntoTheArchiveAndAnotherWhenItDies(@TempDir Path folder) {
        // given: the large layer ends at 4 s, the small one goes on
        EncodedStream large = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(320, 240), 4, 25);
        LogOf log = new LogOf()
                .track(video, Timing.DIRECT, "q", 0, 0)
                .track(large, Timing.DIRECT, "f", 0, 1)
                .track(audio, Timing.DIRECT);

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
        assertThat(next.ptsMicros()).isEqualTo(video.units().indexOf(next.data()) * 40_000L);
        assertThat(assembled.frames(1)).hasSize(audio.units().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void aCheckpointContinuesWithTheSameEvents(long seed) {
        // given: an impaired log, and a checkpoint at every video keyframe
        List<RelayBatch> log = new LogOf()
                .track(video, new Timing(0, 130_000, true))
                .track(audio, Timing.DIRECT)
                .batches(entries -> impaired(entries, new SplittableRandom(seed)));
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
        List<RelayBatch> log = both().batches();
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
        List<RelayBatch> log = both().batches(entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket p && random.nextInt(4) == 0 ? scrambled(p, random) : entry)
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
