package dev.weir.connector.media;

import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.Ended;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.ContainerWriter;
import dev.weir.schemas.RelayBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects what an assembler gives. */
public final class Assembled implements AssembledEvent.Visitor {
    private final List<List<TrackFormat>> formats = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final List<GapFound> gaps = new ArrayList<>();
    private final List<AssembledEvent> events = new ArrayList<>();
    private boolean ended;

    /** Assembles a whole log as the archive does. */
    public static Assembled of(List<RelayBatch> log) {
        return of(log, AssembleConfig.ARCHIVE);
    }

    /** Assembles a whole log. */
    public static Assembled of(List<RelayBatch> log, AssembleConfig config) {
        Assembled assembled = new Assembled();
        StreamAssembler assembler = new StreamAssembler(LogOf.STREAM, LogOf.EPOCH, config);
        for (int i = 0; i < log.size(); i++) {
            assembler.add(log.get(i), 100 + i, assembled::take);
        }
        return assembled;
    }

    /** Takes an event. */
    public void take(AssembledEvent event) {
        events.add(event);
        event.accept(this);
    }

    @Override
    public void formatChanged(FormatChanged event) {
        formats.add(event.formats());
    }

    @Override
    public void frameReady(FrameReady event) {
        frames.add(event.frame());
    }

    @Override
    public void gapFound(GapFound event) {
        gaps.add(event);
    }

    @Override
    public void ended(Ended event) {
        ended = true;
    }

    /** Returns the formats in order of change. */
    public List<List<TrackFormat>> formats() {
        return formats;
    }

    /** Returns all frames. */
    public List<Frame> frames() {
        return frames;
    }

    /** Returns the frames of a track. */
    public List<Frame> frames(int trackIndex) {
        return frames.stream().filter(frame -> frame.trackIndex() == trackIndex).toList();
    }

    /** Returns the gaps. */
    public List<GapFound> gaps() {
        return gaps;
    }

    /** Returns everything. */
    public List<AssembledEvent> events() {
        return events;
    }

    /** Tells whether the end came. */
    public boolean isEnded() {
        return ended;
    }

    /** Puts all frames into one object of the first format. */
    public ContainerWriter writer() {
        ContainerWriter writer = ContainerWriter.of(formats.get(0));
        frames.forEach(writer::add);
        return writer;
    }

    /** Returns the bytes from position to limit. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
