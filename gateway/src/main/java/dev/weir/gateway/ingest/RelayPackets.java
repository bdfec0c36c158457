package dev.weir.gateway.ingest;

import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.codec.PictureInfo;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes the relay's packets from those of a publisher. One thread. */
final class RelayPackets {
    private final Publication publication;
    private final WallClock clock;
    private final RelayPacket.Builder builder = RelayPacket.builder(MediaKind.VIDEO);

    RelayPackets(Publication publication, WallClock clock) {
        this.publication = publication;
        this.clock = clock;
    }

    /** Copies a packet, borrowed until return, of whose payload {@code length} bytes from the index {@code start} on count. */
    RelayPacket of(
            Source source,
            ByteBuffer packet,
            int start,
            int length,
            int payloadType,
            long sequence,
            long timestamp,
            boolean keyframe,
            long now) {
        List<ByteBuffer> sets = source.setsBefore(packet, start, length, keyframe, sequence, timestamp);
        RelayPacket.Builder next = builder.mediaKind(source.section.kind())
                .trackIndex(source.section.track().index())
                .rid(source.rid)
                .payloadType(payloadType)
                .ssrc(source.ssrc)
                .extendedSequence(sequence)
                .extendedTimestamp(timestamp)
                .marker(false)
                .keyframeStart(false)
                .arrival(now, clock.microsAt(now))
                .epoch(publication.epoch())
                .parameterSets(List.of());
        List<RelayPacket> ahead = sets.isEmpty() ? List.of() : parameterSets(next, sets);
        return next.marker(RtpHeader.marker(packet))
                .keyframeStart(keyframe)
                .picture(source.isVideo() ? source.picture(packet, start, length) : PictureInfo.NONE)
                .parameterSets(ahead)
                .received(packet, start, length)
                .build();
    }

    private static List<RelayPacket> parameterSets(RelayPacket.Builder from, List<ByteBuffer> sets) {
        List<RelayPacket> made = new ArrayList<>(sets.size());
        for (ByteBuffer set : sets) {
            made.add(from.picture(PictureInfo.NONE).payload(set).build());
        }
        return List.copyOf(made);
    }
}
