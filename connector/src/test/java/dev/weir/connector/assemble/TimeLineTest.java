package dev.weir.connector.assemble;

import static dev.weir.connector.assemble.TwoTracks.AUDIO;
import static dev.weir.connector.assemble.TwoTracks.VIDEO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.webrtc.codec.Codec;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Where frames stand in media time when tracks differ and clocks misbehave. */
class TimeLineTest {
    @Test
    void aTrackThatStartsLaterJoinsTheTimeLine() {
        // given
        LogOf log = new LogOf().track(VIDEO, Timing.DIRECT).track(AUDIO, Timing.DIRECT, "", 3_000_000, 0);

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
        LogOf log = new LogOf().track(VIDEO, Timing.DIRECT, "", 8_000_000, 0).track(AUDIO, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.formats()).hasSize(2);
        assertThat(assembled.formats().get(0)).extracting(TrackFormat::codec).containsExactly(Codec.OPUS);
        assertThat(assembled.formats().get(1)).extracting(TrackFormat::codec).containsExactly(Codec.VP8, Codec.OPUS);
        assertThat(assembled.frames(0).get(0).ptsMicros()).isEqualTo(8_000_000);
        assertThat(assembled.frames(0)).hasSize(VIDEO.units().size());
        assertThat(assembled.frames(1)).hasSize(AUDIO.units().size());
    }

    @Test
    void senderReportsAlignTracksWhoseDelaysDiffer() {
        // given: pictures arrive 400 ms late, captured at the same time
        LogOf log = new LogOf().track(VIDEO, new Timing(0, 400_000, true)).track(AUDIO, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());

        // then
        assertThat(assembled.frames(0).get(0).ptsMicros())
                .isEqualTo(assembled.frames(1).get(0).ptsMicros());
        assertThat(assembled.frames()).extracting(Frame::ptsMicros).isSorted();
    }

    @Test
    void withoutSenderReportsArrivalDecides() {
        LogOf log = new LogOf().track(VIDEO, new Timing(0, 400_000, false)).track(AUDIO, new Timing(0, 0, false));

        Assembled assembled = Assembled.of(log.batches());

        assertThat(assembled.frames(1).get(0).ptsMicros()).isZero();
        assertThat(assembled.frames(0).get(0).ptsMicros()).isEqualTo(400_000);
    }

    @Test
    void lateReportsMoveVideoSlowlyAndNeverBack() {
        // given: live assembly does not hold the start back, so the first pictures are placed by arrival
        LogOf log = new LogOf().track(VIDEO, new Timing(0, 150_000, true)).track(AUDIO, Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches(), AssembleConfig.LIVE);

        // then
        List<Frame> pictures = assembled.frames(0);
        assertThat(pictures.get(0).ptsMicros()).isEqualTo(150_000);
        assertThat(pictures.get(pictures.size() - 1).ptsMicros())
                .isEqualTo((VIDEO.units().size() - 1) * 40_000L);
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
                        ? Mishaps.arrivingLater(packet, 3_000_000)
                        : entry)
                .filter(entry -> entry instanceof LogPacket)
                .toList();

        // when
        Assembled assembled = Assembled.of(TwoTracks.log().batches(pause));

        // then
        assertThat(assembled.frames(0).get(125).ptsMicros()).isEqualTo(8_000_000);
        assertThat(assembled.frames(1).stream().filter(frame -> frame.ptsMicros() >= 8_000_000))
                .hasSize(AUDIO.units().size() - 250);
        assertThat(assembled.frames())
                .hasSize(VIDEO.units().size() + AUDIO.units().size());
        assertThat(assembled.gaps()).extracting(GapFound::reason).containsExactly("clock-jump", "clock-jump");
    }

    @Test
    void aStallOfTheNetworkMovesNothing() {
        // given: what was sent between 5 s and 6 s arrives at 6 s in one burst
        UnaryOperator<List<LogEntry>> stall = entries -> entries.stream()
                .map(entry -> entry instanceof LogPacket packet
                                && packet.arrivalMicros() >= LogOf.wall(5_000_000)
                                && packet.arrivalMicros() < LogOf.wall(6_000_000)
                        ? Mishaps.arrivingLater(packet, LogOf.wall(6_000_000) - packet.arrivalMicros())
                        : entry)
                .toList();

        // when
        Assembled assembled = Assembled.of(TwoTracks.log().batches(stall));

        // then
        assertThat(assembled.frames())
                .isEqualTo(Assembled.of(TwoTracks.log().batches()).frames().stream()
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

        Assembled assembled = Assembled.of(TwoTracks.log().batches(leap));

        assertThat(assembled.frames(0).get(125).ptsMicros()).isEqualTo(5_000_000);
        assertThat(assembled.frames(0)).hasSize(VIDEO.units().size());
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

        Assembled assembled = Assembled.of(TwoTracks.log().batches(restart));

        assertThat(assembled.frames(0)).hasSize(VIDEO.units().size());
        assertThat(assembled.frames(0).get(150).ptsMicros()).isEqualTo(6_000_000);
        assertThat(assembled.gaps()).isEmpty();
    }
}
