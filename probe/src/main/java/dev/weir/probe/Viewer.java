package dev.weir.probe;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.RTCRtpCodecCapability;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.MediaType;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A peer connection that receives and decodes one video and one audio track. Owner closes it. */
final class Viewer implements AutoCloseable {
    private final HeadlessAudioDeviceModule audioDevice;
    private final PeerConnectionFactory factory;
    private final CompletableFuture<Long> firstFrameNanos = new CompletableFuture<>();
    private final AtomicReference<Optional<CompletableFuture<BufferedImage>>> wanted =
            new AtomicReference<>(Optional.empty());
    private final Peer peer;

    Viewer() {
        audioDevice = new HeadlessAudioDeviceModule();
        factory = new PeerConnectionFactory(audioDevice);
        // Pulls decoded audio as a sound card would; without it no audio is decoded.
        audioDevice.initPlayout();
        audioDevice.startPlayout();
        peer = new Peer(factory, this::onTrack);
    }

    /** Asks for one video and one audio track; only the given codec when there is one, else all that can be decoded. */
    void addReceivers(Optional<VideoCodec> codec) throws ProbeException {
        // The binding has no transceiver without a track; these two are never fed and never sent.
        AudioTrackSource silence = factory.createAudioSource(new AudioOptions());
        AudioTrack audio = factory.createAudioTrack("no-audio", silence);
        VideoTrack video = factory.createVideoTrack("no-video", new CustomVideoSource());
        peer.connection().addTransceiver(audio, receiveOnly());
        RTCRtpTransceiver transceiver = peer.connection().addTransceiver(video, receiveOnly());
        if (codec.isPresent()) {
            String name = codec.get().name();
            List<RTCRtpCodecCapability> chosen =
                    factory.getRtpReceiverCapabilities(MediaType.VIDEO).getCodecs().stream()
                            .filter(c -> c.getName().equalsIgnoreCase(name)
                                    || c.getName().equalsIgnoreCase("rtx"))
                            .toList();
            if (chosen.stream().noneMatch(c -> c.getName().equalsIgnoreCase(name))) {
                throw new ProbeException("this libwebrtc build cannot decode " + name);
            }
            transceiver.setCodecPreferences(chosen);
        }
    }

    Peer peer() {
        return peer;
    }

    /** When the first picture was decoded, on {@link System#nanoTime()}. */
    CompletableFuture<Long> firstFrameNanos() {
        return firstFrameNanos;
    }

    /** The next decoded picture; empty when none comes in time. */
    Optional<BufferedImage> nextPicture(Duration timeout) throws InterruptedException {
        CompletableFuture<BufferedImage> picture = new CompletableFuture<>();
        wanted.set(Optional.of(picture));
        try {
            return Optional.of(picture.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } finally {
            wanted.set(Optional.empty());
        }
    }

    private void onTrack(RTCRtpTransceiver transceiver) {
        MediaStreamTrack track = transceiver.getReceiver().getTrack();
        if (track instanceof VideoTrack video) {
            video.addSink(this::onFrame);
        }
    }

    private void onFrame(VideoFrame frame) {
        firstFrameNanos.complete(System.nanoTime());
        wanted.getAndSet(Optional.empty()).ifPresent(picture -> picture.complete(Thumbnail.toImage(frame)));
    }

    private static RTCRtpTransceiverInit receiveOnly() {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.RECV_ONLY;
        return init;
    }

    @Override
    public void close() {
        audioDevice.stopPlayout();
        peer.close();
        factory.dispose();
        audioDevice.dispose();
    }
}
