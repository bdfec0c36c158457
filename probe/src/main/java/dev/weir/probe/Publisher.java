package dev.weir.probe;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.RTCRtpCodecCapability;
import dev.onvoid.webrtc.RTCRtpEncodingParameters;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.media.MediaType;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.List;

/** A peer connection that sends the test picture in one chosen codec and the test tone in Opus. Owner closes it. */
final class Publisher implements AutoCloseable {
    private final AudioDeviceModule audioDevice;
    private final PeerConnectionFactory factory;
    private final CustomVideoSource videoSource = new CustomVideoSource();
    private final CustomAudioSource audioSource = new CustomAudioSource();
    private final VideoTrack videoTrack;
    private final AudioTrack audioTrack;
    private final Peer peer;
    private final TestMedia media;

    Publisher(TestPicture picture, int framesPerSecond) {
        // The dummy layer, never initialised: the headless module together with a custom audio source aborts the
        // process.
        audioDevice = new AudioDeviceModule(AudioLayer.kDummyAudio);
        factory = new PeerConnectionFactory(audioDevice);
        videoTrack = factory.createVideoTrack("video", videoSource);
        audioTrack = factory.createAudioTrack("audio", audioSource);
        peer = new Peer(factory, transceiver -> {});
        media = new TestMedia(videoSource, audioSource, picture, framesPerSecond);
    }

    /** Adds both tracks to the connection, for an offer. */
    void addTracks(VideoCodec codec, int bitrateBps) throws ProbeException {
        List<RTCRtpCodecCapability> all =
                factory.getRtpSenderCapabilities(MediaType.VIDEO).getCodecs();
        List<RTCRtpCodecCapability> chosen = all.stream()
                .filter(c -> c.getName().equalsIgnoreCase(codec.name())
                        || c.getName().equalsIgnoreCase("rtx"))
                .toList();
        if (chosen.stream().noneMatch(c -> c.getName().equalsIgnoreCase(codec.name()))) {
            throw new ProbeException("this libwebrtc build cannot encode " + codec);
        }
        peer.connection().addTransceiver(audioTrack, sendOnly(new RTCRtpEncodingParameters()));
        RTCRtpEncodingParameters encoding = new RTCRtpEncodingParameters();
        encoding.maxBitrate = bitrateBps;
        RTCRtpTransceiver video = peer.connection().addTransceiver(videoTrack, sendOnly(encoding));
        video.setCodecPreferences(chosen);
    }

    /** Adds both tracks so that they answer a remote offer. */
    void addAnsweringTracks() {
        peer.connection().addTrack(audioTrack, List.of("probe"));
        peer.connection().addTrack(videoTrack, List.of("probe"));
    }

    void start() {
        media.start();
    }

    Peer peer() {
        return peer;
    }

    private static RTCRtpTransceiverInit sendOnly(RTCRtpEncodingParameters encoding) {
        RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.SEND_ONLY;
        init.streamIds = List.of("probe");
        init.sendEncodings = List.of(encoding);
        return init;
    }

    @Override
    public void close() {
        media.close();
        peer.close();
        // Tracks and sources belong to the connection now; disposing them here is refused by the binding.
        factory.dispose();
        audioDevice.dispose();
    }
}
