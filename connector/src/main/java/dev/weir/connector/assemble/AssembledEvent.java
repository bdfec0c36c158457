package dev.weir.connector.assemble;

import java.util.List;

/** What a {@link StreamAssembler} gives, in order. Immutable. */
public sealed interface AssembledEvent {
    /** Calls the method of {@code visitor} that belongs to this type. */
    void accept(Visitor visitor);

    /** One method per type of event, so that the compiler finds a forgotten one. */
    interface Visitor {
        /** Visits a change of format. */
        void formatChanged(FormatChanged event);

        /** Visits a frame. */
        void frameReady(FrameReady event);

        /** Visits a declared gap. */
        void gapFound(GapFound event);

        /** Visits the end of the epoch. */
        void ended(Ended event);
    }

    /**
     * Lists all formats from here on; comes before the first frame and then whenever parsed parameters change, always
     * right before a keyframe of the track that changed. A new object must start.
     *
     * @param formats every track that frames may follow for, in order of index
     */
    record FormatChanged(List<TrackFormat> formats) implements AssembledEvent {
        /** Copies the list. */
        public FormatChanged {
            formats = List.copyOf(formats);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.formatChanged(this);
        }
    }

    /**
     * Hands over a frame. Frames come in decoding order within a track and in order of time across tracks, except those
     * that arrived later than the reorder window.
     *
     * @param frame the frame
     */
    record FrameReady(Frame frame) implements AssembledEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.frameReady(this);
        }
    }

    /**
     * Declares media that is not in the archive; comes right before the first frame after it.
     *
     * @param trackIndex the track, -1 = all
     * @param fromPtsMicros end of the last frame before it
     * @param toPtsMicros start of the first frame after it
     * @param packets packets that are missing or were left out because what they refer to is missing; 0 when the
     *     publisher's clock jumped, or when the gateway died and nobody knows what it held
     * @param reason short machine-readable word: {@code packets-lost}, {@code no-keyframe}, {@code clock-jump}, {@code
     *     no-end-of-stream}, or the reason of the log's own gap entry
     */
    record GapFound(int trackIndex, long fromPtsMicros, long toPtsMicros, long packets, String reason)
            implements AssembledEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.gapFound(this);
        }
    }

    /**
     * Ends the epoch; nothing follows.
     *
     * @param reason why, readable
     */
    record Ended(String reason) implements AssembledEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.ended(this);
        }
    }
}
