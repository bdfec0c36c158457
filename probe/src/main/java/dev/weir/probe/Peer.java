package dev.weir.probe;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One libwebrtc peer connection with blocking calls instead of callbacks. The native threads only complete futures; all
 * methods belong to the thread that created it, except {@link #close()}, which any thread may call.
 */
final class Peer implements AutoCloseable {
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(10);

    private final CompletableFuture<Void> gathered = new CompletableFuture<>();
    private final CompletableFuture<Long> connectedNanos = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final RTCPeerConnection connection;

    /** @param onTrack called on a native thread for each remote track */
    Peer(PeerConnectionFactory factory, Consumer<RTCRtpTransceiver> onTrack) {
        RTCConfiguration configuration = new RTCConfiguration();
        configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        connection = factory.createPeerConnection(configuration, new Observer(onTrack));
    }

    RTCPeerConnection connection() {
        return connection;
    }

    /** Creates the offer, applies it and waits until it holds every candidate. */
    String offer() throws ProbeException {
        DescriptionResult created = new DescriptionResult();
        connection.createOffer(new RTCOfferOptions(), created);
        return applyLocal(await("create an offer", created.result));
    }

    /** Answers a remote offer; the answer holds every candidate. */
    String answerTo(String offer) throws ProbeException {
        applyRemote(new RTCSessionDescription(RTCSdpType.OFFER, offer));
        DescriptionResult created = new DescriptionResult();
        connection.createAnswer(new RTCAnswerOptions(), created);
        return applyLocal(await("create an answer", created.result));
    }

    void acceptAnswer(String sdp) throws ProbeException {
        applyRemote(new RTCSessionDescription(RTCSdpType.ANSWER, sdp));
    }

    /** Waits until media may flow; the time of that moment on {@link System#nanoTime()}. */
    long awaitConnected(Duration timeout) throws ProbeException {
        return await("connect (ICE and DTLS)", connectedNanos, timeout);
    }

    /** Completes with the reason when the connection fails or the far side closes it. */
    CompletableFuture<String> ended() {
        return ended;
    }

    Collection<RTCStats> stats() throws ProbeException {
        CompletableFuture<Collection<RTCStats>> report = new CompletableFuture<>();
        connection.getStats(stats -> report.complete(stats.getStats().values()));
        return await("read statistics", report);
    }

    @Override
    public void close() {
        connection.close();
    }

    private String applyLocal(RTCSessionDescription description) throws ProbeException {
        SetResult set = new SetResult();
        connection.setLocalDescription(description, set);
        await("apply the local description", set.result);
        await("gather candidates", gathered);
        return connection.getLocalDescription().sdp;
    }

    private void applyRemote(RTCSessionDescription description) throws ProbeException {
        SetResult set = new SetResult();
        connection.setRemoteDescription(description, set);
        await("apply the remote description", set.result);
    }

    private static <T> T await(String what, CompletableFuture<T> future) throws ProbeException {
        return await(what, future, STEP_TIMEOUT);
    }

    private static <T> T await(String what, CompletableFuture<T> future, Duration timeout) throws ProbeException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ProbeException("cannot " + what + ": " + cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new ProbeException("cannot " + what + " within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProbeException("interrupted while waiting to " + what, e);
        }
    }

    private final class Observer implements PeerConnectionObserver {
        private final Consumer<RTCRtpTransceiver> onTrack;

        Observer(Consumer<RTCRtpTransceiver> onTrack) {
            this.onTrack = onTrack;
        }

        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            // Candidates are read from the gathered description.
        }

        @Override
        public void onIceGatheringChange(RTCIceGatheringState state) {
            if (state == RTCIceGatheringState.COMPLETE) {
                gathered.complete(null);
            }
        }

        @Override
        public void onConnectionChange(RTCPeerConnectionState state) {
            switch (state) {
                case CONNECTED -> connectedNanos.complete(System.nanoTime());
                case FAILED -> end("the connection failed");
                case CLOSED -> end("the far side closed the connection");
                case NEW, CONNECTING, DISCONNECTED -> {}
            }
        }

        private void end(String reason) {
            ended.complete(reason);
            connectedNanos.completeExceptionally(new IllegalStateException(reason));
        }

        @Override
        public void onTrack(RTCRtpTransceiver transceiver) {
            onTrack.accept(transceiver);
        }
    }

    private static final class DescriptionResult implements CreateSessionDescriptionObserver {
        private final CompletableFuture<RTCSessionDescription> result = new CompletableFuture<>();

        @Override
        public void onSuccess(RTCSessionDescription description) {
            result.complete(description);
        }

        @Override
        public void onFailure(String error) {
            result.completeExceptionally(new IllegalStateException(error));
        }
    }

    private static final class SetResult implements SetSessionDescriptionObserver {
        private final CompletableFuture<Void> result = new CompletableFuture<>();

        @Override
        public void onSuccess() {
            result.complete(null);
        }

        @Override
        public void onFailure(String error) {
            result.completeExceptionally(new IllegalStateException(error));
        }
    }
}
