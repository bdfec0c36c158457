package dev.weir.standalone.export;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.GrowingFile;
import dev.weir.connector.mux.GrowingFile.Container;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a playable file. The log is read twice: first to find the tracks and the length, which stand at the start of a file,
 * then to write, so that a file may be larger than memory. One thread.
 */
final class MediaExport {
    private final LogReader reader;
    private final Selection selection;
    private final Assembly assembly;

    MediaExport(LogReader reader, Selection selection, boolean keepDamaged) {
        this.reader = reader;
        this.selection = selection;
        this.assembly = new Assembly(selection, keepDamaged);
    }

    /** Reads the selection without writing anything. */
    Survey survey(LogReader.Progress progress) throws StartFailure, IOException {
        Survey survey = new Survey(selection.fromMicros());
        assembly.run(reader, survey, progress);
        if (survey.start().isEmpty()) {
            throw new StartFailure(survey.whyNothing(selection.stream()));
        }
        return survey;
    }

    /** Checks that every track fits the container. */
    static void requireFit(Survey survey, Container container) throws StartFailure {
        for (TrackFormat format : survey.formats()) {
            if (!container.fits(format.codec())) {
                String fitting = Arrays.stream(Container.values())
                        .filter(other -> survey.formats().stream().allMatch(track -> other.fits(track.codec())))
                        .map(other -> "--format " + other.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" or "));
                throw new StartFailure(format.codec() + " does not fit "
                        + container.name().toLowerCase(Locale.ROOT) + ": use " + fitting);
            }
        }
    }

    /** Writes what {@code survey} found. */
    void write(Survey survey, Container container, TargetFile target, LogReader.Progress progress) throws IOException {
        GrowingFile file = GrowingFile.start(container, survey.formats(), survey.durationMicros(), target.channel());
        Frame start = survey.start().orElseThrow();
        long[] left = {survey.frameCount()};
        assembly.run(
                reader,
                (frame, format, arrivalMicros) -> {
                    boolean begun = survey.isWhole()
                            || left[0] < survey.frameCount()
                            || (frame.trackIndex() == start.trackIndex() && frame.ptsTicks() == start.ptsTicks());
                    if (begun && left[0] > 0 && frame.ptsMicros() >= start.ptsMicros()) {
                        left[0]--;
                        file.add(shifted(frame, start));
                    }
                },
                progress);
        if (left[0] != 0) {
            throw new IOException("the log gave other frames the second time: " + left[0] + " are missing");
        }
        file.finish();
    }

    /** Moves a frame on the time line so that the file starts at 0. */
    private static Frame shifted(Frame frame, Frame start) {
        long ticks = Math.multiplyExact(start.ptsTicks(), frame.clockRateHz()) / start.clockRateHz();
        return new Frame(
                frame.trackIndex(),
                frame.clockRateHz(),
                Math.max(0, frame.ptsTicks() - ticks),
                frame.durationTicks(),
                frame.keyframe(),
                frame.data(),
                frame.firstOffset(),
                frame.lastOffset());
    }
}
