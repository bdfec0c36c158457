package dev.weir.standalone.replay;

import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.export.Selection;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Publishes a selection of the log by WHIP: the same payloads, markers, RTP time and distances of time and sequence number, so
 * losses and late packets happen again as they did. SSRCs, payload types and header extensions are those of the new session.
 * One thread.
 */
public final class Replay {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

    private final LogReader reader;
    private final Selection selection;
    private final double speed;
    private final Consumer<String> notes;

    /**
     * Takes what to publish.
     *
     * @param speed 1 = as it was; otherwise RTP time is scaled with it and sound is left out
     * @param notes told what the user should know
     */
    public Replay(LogReader reader, Selection selection, double speed, Consumer<String> notes) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed must be positive: " + speed);
        }
        this.reader = reader;
        this.selection = selection;
        this.speed = speed;
        this.notes = notes;
    }

    /**
     * Publishes until the selection is over.
     *
     * @param progress told the milliseconds of the original that are done, and all of them
     * @throws StartFailure when the server refuses or ends the session, with one clear line
     */
    public ReplayReport publish(URI whip, ClientConfig config, EventLoop loop, LogReader.Progress progress)
            throws StartFailure, InterruptedException {
        ReplayPlan plan = new ReplayPlan(selection);
        selection.read(
                reader,
                record -> {
                    plan.add(record);
                    return true;
                },
                (done, total) -> {});
        List<TrackInfo> tracks = plan.tracks();
        if (speed != 1 && tracks.removeIf(track -> track.kind().equals("audio"))) {
            notes.accept("sound is left out: it cannot be played at another speed");
        }
        if (tracks.isEmpty()) {
            throw new StartFailure("there is nothing but sound in this range: replay it with --speed 1");
        }
        CompletableFuture<String> closed = new CompletableFuture<>();
        WhipListener listener = new WhipListener() {
            @Override
            public void onClosed(String reason) {
                closed.complete(reason);
            }
        };
        List<ClientTrack> offered = tracks.stream().map(Replay::offer).toList();
        try (WhipClient client = WhipClient.publish(whip, offered, loop, listener, config)) {
            client.awaitConnected(CONNECT_PATIENCE);
            ReplaySender sender = new ReplaySender(client, plan, tracks, speed, closed::isDone, progress);
            selection.read(reader, sender::add, (done, total) -> {});
            if (closed.isDone()) {
                throw new StartFailure(whip + " ended the session: " + closed.join());
            }
            return sender.report(selection.stream(), selection.span().epoch());
        } catch (ClientException e) {
            throw new StartFailure(whip + ": " + e.getMessage(), e);
        }
    }

    private static ClientTrack offer(TrackInfo track) {
        MediaKind kind = track.kind().equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
        int channels = kind == MediaKind.VIDEO ? 1 : track.channels();
        return new ClientTrack(
                kind, List.of(new CodecFormat(track.encodingName(), track.clockRateHz(), channels, track.fmtp())));
    }
}
