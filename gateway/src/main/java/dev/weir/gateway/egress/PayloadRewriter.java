package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.codec.PictureInfo;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What of a packet is not sent to a viewer as it came, RTP header apart: picture numbers in the payload, the dependency
 * descriptor, repetitions of sound. One thread.
 */
final class PayloadRewriter {
    private final Wire wire;
    /** Null unless the viewer knows dependency descriptors. */
    private final @Nullable DescriptorRow descriptors;

    private PictureNumbers pictures;
    private @Nullable RedundantAudio redundancy;

    /** Takes the id of the dependency descriptor in the viewer's session, -1 = it knows none. */
    PayloadRewriter(OutputFormat format, int descriptorId, Wire wire) {
        this.wire = wire;
        this.descriptors = descriptorId < 0 ? null : new DescriptorRow(descriptorId);
        this.pictures = new PictureNumbers(format.codec().isNamed("VP8"));
    }

    /** Goes on in another codec. */
    void change(OutputFormat format) {
        pictures = new PictureNumbers(format.codec().isNamed("VP8"));
        redundancy = null;
    }

    /** Takes the id of the dependency descriptor in the source's packets, -1 = they have none. */
    void descriptorSource(int id) {
        if (descriptors != null) {
            descriptors.source(id);
        }
    }

    /** Returns whether the viewer is told layers by dependency descriptors. */
    boolean isDescribed() {
        return descriptors != null && descriptors.isDescribed();
    }

    /** Goes on with the keyframe of another source, or behind a hole. */
    void follow(RelayPacket keyframe) {
        pictures.follow(keyframe.picture());
        if (descriptors != null) {
            descriptors.follow(keyframe);
        }
    }

    /** Leaves a picture out. */
    void skip(RelayPacket packet) {
        pictures.skip(packet.picture());
    }

    /** Returns the numbers that the packet of a picture gets: to be kept for repairs of it. */
    int numbers(RelayPacket packet) {
        return descriptors != null && descriptors.isDescribed()
                ? descriptors.map(packet)
                : pictures.map(packet.picture());
    }

    /** Adds what belongs to the packet to the next header. */
    void describe(RelayPacket packet, int numbers) {
        if (descriptors != null) {
            descriptors.describe(wire, packet, numbers);
        }
    }

    /** Writes the repetitions that stand before the payload, if the viewer wants any; returns how many bytes that are. */
    int repeat(ByteBuffer out, OutputFormat format, long sequence, long timestamp, RelayPacket packet) {
        if (format.redPayloadType() < 0) {
            return 0;
        }
        RedundantAudio present = redundancy;
        if (present == null) {
            present = new RedundantAudio();
            redundancy = present;
        }
        return present.put(out, format.payloadType(), format.repetitions(), sequence, timestamp, packet);
    }

    /** Puts the payload behind the header and makes the packet ready to be sent. */
    void put(ByteBuffer out, RelayPacket packet, int numbers) {
        int start = out.arrayOffset() + out.position();
        packet.copyPayload(out.array(), start);
        if (numbers != PictureNumbers.AS_IT_IS && !isDescribed()) {
            PictureInfo.rewrite(packet.picture(), out.array(), start, numbers >>> 8, numbers & 0xFF);
        }
        out.position(out.position() + packet.payloadLength()).flip();
    }
}
