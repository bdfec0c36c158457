package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chromium behind bad networks: as a viewer beside one whose path is good, and as a publisher. */
@ExtendWith(SharedTestBed.class)
@Timeout(600)
class LossyPathIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** How long each state of the path is watched. */
    private static final int SECONDS = Integer.getInteger("weir.lossy.seconds", 3);

    /** Part of the clean run that is asked for; a few seconds on a busy machine allow no closer one. */
    private static final double CLOSE = SECONDS >= 20 ? 0.95 : 0.8;

    /** Whether it is watched long enough to hold a bad path to figures. */
    private static final boolean LONG = SECONDS >= 20;

    private static final long SEED = Long.getLong("weir.lossy.seed", 4);

    /** What a page saw between two looks. */
    private record Span(
            double seconds,
            int frames,
            int freezes,
            double frozenSeconds,
            int audioPackets,
            int audioLost,
            double concealedSeconds,
            double videoBps) {
        static Span of(JsonNode before, JsonNode after) {
            double seconds = (after.path("at").asDouble() - before.path("at").asDouble()) / 1_000;
            return new Span(
                    seconds,
                    delta(before, after, "framesDecoded"),
                    delta(before, after, "freezes"),
                    seconds(before, after, "freezeSeconds"),
                    delta(before, after, "audioPacketsReceived") + delta(before, after, "audioPacketsSent"),
                    delta(before, after, "audioPacketsLost"),
                    seconds(before, after, "audioConcealedSeconds"),
                    delta(before, after, "videoBytesSent") * 8 / seconds);
        }

        private static double seconds(JsonNode before, JsonNode after, String name) {
            return after.path(name).asDouble() - before.path(name).asDouble();
        }

        private static int delta(JsonNode before, JsonNode after, String name) {
            return after.path(name).asInt() - before.path(name).asInt();
        }

        double framesPerSecond() {
            return frames / seconds;
        }
    }

    /** Lets time pass on the page's own clock, during which it has to stay alive. */
    private static void letPass(int seconds, Page page) throws Exception {
        double until = page.evaluate("report()").path("at").asDouble() + seconds * 1_000.0;
        page.awaitTrue(
                "report().then(r => r.at >= " + until + ")",
                Duration.ofSeconds(seconds).plus(PATIENCE));
    }

    private static Span[] watch(Page... pages) throws Exception {
        JsonNode[] before = new JsonNode[pages.length];
        for (int i = 0; i < pages.length; i++) {
            before[i] = pages[i].evaluate("report()");
        }
        letPass(SECONDS, pages[0]);
        Span[] spans = new Span[pages.length];
        for (int i = 0; i < pages.length; i++) {
            spans[i] = Span.of(before[i], pages[i].evaluate("report()"));
        }
        return spans;
    }

    /** Watches once the player's jitter buffer has had its time to find out; 50 ms of jitter come on top. */
    private static Span[] watchBehind(BadPath path, PathConditions conditions, String what, Page poor, Page good)
            throws Exception {
        path.bothWays(conditions.withJitter(Duration.ofMillis(50)));
        letPass(2, poor);
        Span[] spans = watch(poor, good);
        tell(what + ", 50 ms jitter, beside a good path", spans);
        return spans;
    }

    private static void tell(String what, Span... spans) {
        System.out.println(what
                + Stream.of(spans)
                        .map(span -> String.format(
                                Locale.ROOT,
                                ": %.1f frames/s, %d freezes of together %.1f s",
                                span.framesPerSecond(),
                                span.freezes,
                                span.frozenSeconds))
                        .collect(Collectors.joining()));
    }

    @Test
    void aViewerBehindABadPathSeesWhatOthersSeeAndHarmsNobody(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("lossy-viewer"));
                BadPath path = new BadPath(weir, SEED);
                Page publisher = bed.publisherPage();
                Page good = bed.viewerPage();
                Page poor = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/lossy") + "', 'VP8')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            good.evaluate("play('" + weir.uri("/whep/lossy") + "')");
            poor.evaluate("play('" + weir.uri("/whep/lossy") + "', '', " + path.port() + ")");
            for (Page page : new Page[] {good, poor}) {
                page.awaitTrue("report().then(r => r.framesDecoded > 60)", PATIENCE);
            }

            Span[] five = watchBehind(path, BadPath.CLEAN.withLoss(0.05, 1), "5 % loss", poor, good);
            Span[] ten = watchBehind(path, BadPath.CLEAN.withLoss(0.10, 3), "10 % loss in bursts", poor, good);
            Span[] thirty = watchBehind(path, BadPath.CLEAN.withLoss(0.30, 1), "30 % loss", poor, good);
            path.bothWays(BadPath.CLEAN);
            poor.awaitTrue("keepsDecoding(60)", PATIENCE);
            Span[] after = watch(poor, good);
            tell("no loss", after);

            String seen = poor.evaluate("report()") + " " + path;
            assertThat(five[0].framesPerSecond()).as(seen).isGreaterThanOrEqualTo(CLOSE * five[1].framesPerSecond());
            assertThat(five[0].frozenSeconds)
                    .as(seen)
                    .isLessThanOrEqualTo(five[1].frozenSeconds + (1 - CLOSE) * five[0].seconds);
            if (LONG) {
                assertThat(five[0].freezes).as(seen).isLessThanOrEqualTo(five[1].freezes + SECONDS / 30);
            }
            assertThat(ten[0].framesPerSecond())
                    .as(seen)
                    .isGreaterThanOrEqualTo((LONG ? 0.9 : 0.5) * ten[1].framesPerSecond());
            assertThat(thirty[0].framesPerSecond())
                    .as(seen)
                    .isGreaterThanOrEqualTo((LONG ? 0.5 : 0.2) * thirty[1].framesPerSecond());
            assertThat(after[0].framesPerSecond()).as(seen).isGreaterThanOrEqualTo(CLOSE * after[1].framesPerSecond());
            assertThat(thirty[1].framesPerSecond())
                    .as("the good path while the other one was bad")
                    .isGreaterThanOrEqualTo(CLOSE * after[1].framesPerSecond());
            JsonNode beside = good.evaluate("report()");
            assertThat(beside.path("videoPacketsLost").asInt()).as("%s", beside).isZero();
            assertThat(beside.path("nacks").asInt()).as("%s", beside).isZero();
        }
    }

    @Test
    void aPublisherReachesItsTargetAtOnceAndBacksOffWithoutStarvingTheSound(TestBed bed) throws Exception {
        int target = 1_500_000;
        int bottleneck = 1_000_000;
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("lossy-publisher"));
                BadPath path = new BadPath(weir, SEED);
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            String media = "{busy: true, bitrate: " + target + ", through: " + path.port() + "}";
            publisher.evaluate("publish('" + weir.uri("/whip/thin") + "', 'VP8', " + media + ")");
            publisher.awaitTrue("report().then(r => r.connection === 'connected')", PATIENCE);
            publisher.awaitTrue(
                    "report().then(r => r.targetBitrate >= " + (target * 95 / 100) + ")", Duration.ofSeconds(5));
            viewer.evaluate("play('" + weir.uri("/whep/thin") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);
            Span[] clean = watch(publisher, viewer);

            path.toGateway(BadPath.CLEAN.withRate(bottleneck, Duration.ofMillis(300)));
            letPass(4, publisher);
            Span[] thin = watch(publisher, viewer);

            System.out.printf(Locale.ROOT, "clean %s%n1 Mbit/s %s, seen %s, %s%n", clean[0], thin[0], thin[1], path);
            String sent = publisher.evaluate("report()") + " " + viewer.evaluate("report()");
            assertThat(clean[0].videoBps).as(sent).isGreaterThan(0.6 * target);
            assertThat(thin[0].videoBps).as(sent).isBetween(LONG ? 300_000.0 : 50_000.0, (double) bottleneck);
            assertThat(thin[1].audioPackets / thin[1].seconds)
                    .as("sound, packets a second, of 50")
                    .isGreaterThan(LONG ? 49 : 45);
            assertThat(thin[1].audioLost)
                    .as("packets of sound lost, of %d: %s", thin[1].audioPackets, sent)
                    .isLessThanOrEqualTo(thin[1].audioPackets / (LONG ? 100 : 20));
            if (LONG) {
                assertThat(thin[1].framesPerSecond()).isGreaterThan(4);
                assertThat(thin[1].concealedSeconds)
                        .as("seconds of sound that came too late, %s", sent)
                        .isLessThan(0.02 * thin[1].seconds);
            }
            viewer.awaitTrue("keepsDecoding(5)", PATIENCE);
        }
    }

    @Test
    void redundantSoundOfAPublisherRepairsItsLosses(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("lossy-red"));
                BadPath path = new BadPath(weir, SEED);
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            String media = "{fps: 5, red: true, through: " + path.port() + "}";
            publisher.evaluate("publish('" + weir.uri("/whip/red") + "', 'VP8', " + media + ")");
            publisher.awaitTrue("report().then(r => r.audioPacketsSent > 50)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/red") + "')");
            viewer.awaitTrue("report().then(r => r.audioPacketsReceived > 50)", PATIENCE);

            path.toGateway(BadPath.CLEAN.withLoss(0.10, 1));
            publisher.awaitTrue("report().then(r => r.audioPacketsReportedLost > 15)", PATIENCE);

            JsonNode sent = publisher.evaluate("report()");
            JsonNode heard = viewer.evaluate("report()");
            System.out.printf(
                    Locale.ROOT,
                    "redundant sound: %d packets lost to the gateway, %d at the viewer, %s%n",
                    sent.path("audioPacketsReportedLost").asInt(),
                    heard.path("audioPacketsLost").asInt(),
                    path);
            // Only where the packet that repeats a lost one is lost too: one in ten.
            assertThat(heard.path("audioPacketsLost").asInt())
                    .as("%s %s", sent, heard)
                    .isLessThan(sent.path("audioPacketsReportedLost").asInt() / 2);
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
        }
    }
}
