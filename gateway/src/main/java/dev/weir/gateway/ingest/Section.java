package dev.weir.gateway.ingest;

import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.HeaderExtensions;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One accepted m-line of a publisher's session with the track that it became. Immutable. */
final class Section {
    private final NegotiatedMedia media;
    private final RelayTrack track;
    private final Map<Integer, Codec> codecs;
    private final int expectedPayloadType;

    private Section(NegotiatedMedia media, RelayTrack track, Map<Integer, Codec> codecs, int expectedPayloadType) {
        this.media = media;
        this.track = track;
        this.codecs = codecs;
        this.expectedPayloadType = expectedPayloadType;
    }

    /** Numbers the accepted audio and video sections; those without a codec that we can read are left out. */
    static List<Section> of(List<NegotiatedMedia> negotiated) {
        List<Section> sections = new ArrayList<>();
        for (NegotiatedMedia media : negotiated) {
            if (!media.rejected()) {
                of(media, sections.size()).ifPresent(sections::add);
            }
        }
        return List.copyOf(sections);
    }

    private static Optional<Section> of(NegotiatedMedia media, int index) {
        Map<Integer, Codec> codecs = new HashMap<>();
        int expected = -1;
        for (Map.Entry<Integer, CodecFormat> entry : media.payloadTypes().entrySet()) {
            Optional<Codec> codec = codecOf(entry.getValue());
            if (codec.isPresent()) {
                codecs.put(entry.getKey(), codec.get());
                expected = expected < 0 ? entry.getKey() : expected;
            }
        }
        CodecFormat format = media.payloadTypes().get(expected);
        if (format == null) {
            return Optional.empty();
        }
        MediaKind kind = media.kind().equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
        RelayTrack track =
                new RelayTrack(index, media.kind(), kind, format, media.rids(), expected, media.extensionIds());
        return Optional.of(new Section(media, track, Map.copyOf(codecs), expected));
    }

    /** To forward it, Opus of many channels is Opus. */
    private static Optional<Codec> codecOf(CodecFormat format) {
        return format.isNamed("multiopus") ? Optional.of(Codec.OPUS) : Codec.ofEncodingName(format.encodingName());
    }

    NegotiatedMedia media() {
        return media;
    }

    /** Returns the track with the format that is expected before a packet came. */
    RelayTrack track() {
        return track;
    }

    RelayTrack trackWith(int payloadType) {
        CodecFormat format = media.payloadTypes().getOrDefault(payloadType, track.format());
        return new RelayTrack(
                track.index(), track.trackId(), track.kind(), format, track.rids(), payloadType, track.extensionIds());
    }

    MediaKind kind() {
        return track.kind();
    }

    int clockRateHz() {
        return Math.max(1, track.format().clockRateHz());
    }

    boolean carries(int payloadType) {
        return codecs.containsKey(payloadType);
    }

    /** Returns whether {@code payloadType} is redundant audio (RFC 2198), whose blocks are of types that are carried. */
    boolean isRedundant(int payloadType) {
        CodecFormat format = media.payloadTypes().get(payloadType);
        return format != null && format.isNamed("red");
    }

    Codec codec(int payloadType) {
        Codec codec = codecs.get(payloadType);
        return codec == null ? expectedCodec() : codec;
    }

    Codec expectedCodec() {
        Codec codec = codecs.get(expectedPayloadType);
        if (codec == null) {
            throw new IllegalStateException("section without a codec");
        }
        return codec;
    }

    /** Returns the payload type that {@code rtxPayloadType} repairs, -1 when it is none of RTX. */
    int repairedBy(int rtxPayloadType) {
        return media.rtxPayloadTypes().getOrDefault(rtxPayloadType, -1);
    }

    boolean hasNack() {
        return media.hasFeedback(expectedPayloadType, "nack");
    }

    boolean hasPli() {
        return media.hasFeedback(expectedPayloadType, "nack pli");
    }

    boolean hasFir() {
        return media.hasFeedback(expectedPayloadType, "ccm fir");
    }

    boolean hasRemb() {
        return media.hasFeedback(expectedPayloadType, "goog-remb");
    }

    int midExtension() {
        return extension(HeaderExtensions.MID_URI);
    }

    int ridExtension() {
        return extension(HeaderExtensions.RID_URI);
    }

    int repairedRidExtension() {
        return extension(HeaderExtensions.REPAIRED_RID_URI);
    }

    int dependencyExtension() {
        return extension(ExtensionUri.DEPENDENCY_DESCRIPTOR);
    }

    /** Returns the id of the transport-wide sequence number, -1 unless its feedback was agreed on. */
    int transportSequenceExtension() {
        return media.hasFeedback(expectedPayloadType, "transport-cc")
                ? extension(HeaderExtensions.TRANSPORT_SEQUENCE_URI)
                : -1;
    }

    private int extension(String uri) {
        return media.extensionIds().getOrDefault(uri, -1);
    }
}
