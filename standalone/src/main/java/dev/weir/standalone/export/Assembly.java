package dev.weir.standalone.export;

import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.Ended;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.LogRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Puts the frames of a selection together, in the same way every time it is run. One thread. */
final class Assembly {
    private final Selection selection;
    private final AssembleConfig config;

    Assembly(Selection selection, boolean keepDamaged) {
        this.selection = selection;
        AssembleConfig archive = AssembleConfig.ARCHIVE;
        this.config = new AssembleConfig(archive.reorderWindow(), archive.syncHold(), keepDamaged);
    }

    /** Takes what comes out, in order. */
    interface Sink {
        /** Takes a frame, its format, and when the record arrived that holds its start. */
        void frame(Frame frame, TrackFormat format, long arrivalMicros) throws IOException;

        /** Takes a gap. */
        default void gap(GapFound gap) {}

        /** Hears that the log lists the stream's tracks, before any frame, and whether there is a video among them. */
        default void tracks(boolean video) {}
    }

    /** Reads the selection and hands over all of it, from before its start on. */
    void run(LogReader reader, Sink sink, LogReader.Progress progress) throws IOException {
        Run run = new Run(sink);
        selection.read(reader, run::add, progress);
        run.end();
    }

    private final class Run implements AssembledEvent.Visitor {
        private final Sink sink;
        private final StreamAssembler assembler =
                new StreamAssembler(selection.stream(), selection.span().epoch(), config);
        private final Map<Integer, TrackFormat> formats = new HashMap<>();
        private final TreeMap<Long, Long> arrivals = new TreeMap<>();
        private IOException failure = new IOException();
        private boolean failed;

        Run(Sink sink) {
            this.sink = sink;
        }

        boolean add(LogRecord record) {
            for (LogEntry entry : record.batch().entries()) {
                if (entry instanceof TrackConfiguration configuration) {
                    sink.tracks(configuration.tracks().stream()
                            .anyMatch(track -> track.kind().equals("video")));
                }
            }
            arrivals.put(record.offset(), record.batch().firstArrivalMicros());
            assembler.add(record.batch(), record.offset(), event -> event.accept(this));
            arrivals.headMap(Math.min(assembler.oldestBufferedOffset(), record.offset()))
                    .clear();
            return !failed;
        }

        void end() throws IOException {
            assembler.end("end of the range", event -> event.accept(this));
            if (failed) {
                throw failure;
            }
        }

        @Override
        public void formatChanged(FormatChanged event) {
            event.formats().forEach(format -> formats.put(format.trackIndex(), format));
        }

        @Override
        public void frameReady(FrameReady event) {
            Frame frame = event.frame();
            TrackFormat format = formats.get(frame.trackIndex());
            Map.Entry<Long, Long> arrival = arrivals.floorEntry(frame.firstOffset());
            if (format == null || failed) {
                return;
            }
            try {
                sink.frame(frame, format, arrival == null ? Long.MIN_VALUE : arrival.getValue());
            } catch (IOException e) {
                failed = true;
                failure = e;
            }
        }

        @Override
        public void gapFound(GapFound event) {
            sink.gap(event);
        }

        @Override
        public void ended(Ended event) {
            formats.clear();
        }
    }
}
