package dev.weir.webrtc.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The recorded offers of {@code src/test/resources/offers} and our own side for the answers. */
final class Offers {
    static final LocalDescription LOCAL = new LocalDescription(
            "weirufrag",
            "weirpasswordweirpassword",
            "sha-256 " + "AB:".repeat(31) + "AB",
            List.of(
                    LocalDescription.hostCandidate(1, "::1", 8189),
                    LocalDescription.hostCandidate(0, "127.0.0.1", 8189)),
            true,
            false);

    private Offers() {}

    static Stream<String> whip() {
        return all().filter(name -> name.contains("whip"));
    }

    static Stream<String> whep() {
        return all().filter(name -> name.contains("whep"));
    }

    static Stream<String> all() {
        return Stream.of(
                "chromium-156-whep-full",
                "chromium-156-whep",
                "chromium-156-whip-full",
                "chromium-156-whip-simulcast-h264",
                "chromium-156-whip-simulcast-vp8",
                "chromium-156-whip",
                "ffmpeg-8.0.1-whip",
                "ffmpeg-8.1.2-whip",
                "firefox-esr-whep",
                "firefox-esr-whip",
                "gstreamer-1.22-whep",
                "gstreamer-1.22-whip-h264",
                "gstreamer-1.22-whip-vp8",
                "gstreamer-1.22-whip-vp9",
                "libdatachannel-0.24-whep",
                "libdatachannel-0.24-whip",
                "simple-whep-client-trickle",
                "simple-whip-client-notrickle",
                "simple-whip-client-trickle",
                "webrtc-java-0.14-whep");
    }

    static String text(String name) {
        return resource("/offers/" + name + ".sdp");
    }

    static String resource(String name) {
        try (InputStream in = Offers.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SessionDescription parse(String name) throws SdpException {
        return SessionDescription.parse(text(name));
    }

    static PublisherAnswer publish(String name) throws SdpException {
        return PublisherAnswer.negotiate(parse(name), LOCAL);
    }

    static CodecFormat video(String name) {
        return new CodecFormat(
                name, 90_000, 1, name.equals("H264") ? "packetization-mode=1;profile-level-id=42e01f" : "");
    }

    static List<OfferedTrack> stream(String videoCodec) {
        return List.of(
                new OfferedTrack(0, "video", video(videoCodec), 1111, 2222),
                new OfferedTrack(1, "audio", new CodecFormat("opus", 48_000, 2, ""), 3333, 0));
    }
}
