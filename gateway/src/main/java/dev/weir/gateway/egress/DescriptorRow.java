package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.HeaderExtensions;
import java.nio.ByteBuffer;

/**
 * Passes the dependency descriptors of a source on to one viewer (AV1 RTP specification 1.0, appendix A), with frame numbers
 * in one row over sources. What is left out keeps its number, since frames refer to others by their distance. One thread, no
 * allocation per packet.
 */
final class DescriptorRow {
    /** Start and end of the frame, template, frame number. */
    private static final int MANDATORY_LENGTH = 3;

    private static final int LARGEST_BLOCK = 512;

    private final int viewerId;
    private final ByteBuffer block = ByteBuffer.allocate(LARGEST_BLOCK);
    private int sourceId = -1;
    private boolean begun;
    private int offset;
    private int highest;

    /** Takes the id of the header extension in the viewer's session. */
    DescriptorRow(int viewerId) {
        this.viewerId = viewerId;
    }

    /** Takes the id in the source's packets, -1 when they have none. */
    void source(int id) {
        sourceId = id;
    }

    /** Returns whether the source's packets tell their layers. */
    boolean isDescribed() {
        return sourceId >= 0;
    }

    /** Goes on with another source, or behind a hole: the frame of {@code keyframe} comes next in the row. */
    void follow(RelayPacket keyframe) {
        int found = find(keyframe);
        if (found >= 0) {
            offset = begun ? highest + 1 - number(found) : 0;
            highest = number(found) + offset;
            begun = true;
        }
    }

    /** Returns the frame number that the packet gets, -1 when it has no descriptor. */
    int map(RelayPacket packet) {
        int found = find(packet);
        if (found < 0) {
            return PictureNumbers.AS_IT_IS;
        }
        int number = (number(found) + offset) & 0xFFFF;
        if ((short) (number - highest) > 0) {
            highest = number;
        }
        return number;
    }

    /** Adds the descriptor of the packet, with the frame number that {@link #map} gave, to the next header. */
    void describe(Wire wire, RelayPacket packet, int frameNumber) {
        int found = frameNumber < 0 ? -1 : find(packet);
        if (found >= 0) {
            int at = HeaderExtensions.offset(found);
            block.putShort(at + 1, (short) frameNumber);
            wire.element(viewerId, block.array(), at, HeaderExtensions.length(found));
        }
    }

    private int number(int found) {
        return block.getShort(HeaderExtensions.offset(found) + 1) & 0xFFFF;
    }

    private int find(RelayPacket packet) {
        int length = packet.headerExtensionLength();
        if (sourceId < 0 || length == 0 || length > LARGEST_BLOCK) {
            return -1;
        }
        packet.copyHeaderExtension(block.array(), 0);
        int found = HeaderExtensions.findInBlock(block.clear().limit(length), sourceId);
        return found >= 0 && HeaderExtensions.length(found) >= MANDATORY_LENGTH ? found : -1;
    }
}
