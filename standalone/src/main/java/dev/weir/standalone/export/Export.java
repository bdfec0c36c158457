package dev.weir.standalone.export;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.mux.GrowingFile.Container;
import dev.weir.standalone.export.ExportReport.Track;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes a selection of the log into a file. One thread. */
public final class Export {
    private final LogReader reader;
    private final Selection selection;
    private final Consumer<String> notes;

    /**
     * Takes what to export.
     *
     * @param notes told what the user should know
     */
    public Export(LogReader reader, Selection selection, Consumer<String> notes) {
        this.reader = reader;
        this.selection = selection;
        this.notes = notes;
    }

    /**
     * Writes the file; it exists when this returns, and is as it was before when this throws.
     *
     * @param force whether a file of this name may be replaced
     * @param keepDamaged whether pictures with holes are kept
     * @param progress told how far it is, from 0 to 1000
     * @throws StartFailure with one clear line
     */
    public ExportReport write(
            ExportFormat format, Path output, boolean force, boolean keepDamaged, LogReader.Progress progress)
            throws StartFailure, IOException {
        try (TargetFile target = TargetFile.create(output, force)) {
            ExportReport report = format.container().isPresent()
                    ? media(format.container().get(), output, target, keepDamaged, progress)
                    : packets(format, output, target, progress);
            target.commit();
            return report;
        }
    }

    private ExportReport media(
            Container container, Path output, TargetFile target, boolean keepDamaged, LogReader.Progress progress)
            throws StartFailure, IOException {
        MediaExport export = new MediaExport(reader, selection, keepDamaged);
        Survey survey = export.survey((done, total) -> progress.at(done, 2 * total));
        MediaExport.requireFit(survey, container);
        survey.notes().forEach(notes);
        export.write(survey, container, target, (done, total) -> progress.at(total + done, 2 * total));
        List<Track> tracks = new ArrayList<>();
        for (Survey.TrackTally tally : survey.tracks()) {
            String what = tally.format().codec()
                    + (tally.format().widthPx() > 0
                            ? " " + tally.format().widthPx() + "x"
                                    + tally.format().heightPx()
                            : "");
            boolean video = tally.format().widthPx() > 0;
            tracks.add(new Track(
                    tally.format().trackId(), what, tally.frames(), video ? tally.keyframes() : 0, tally.bytes()));
        }
        long missing = survey.gaps().stream().mapToLong(GapFound::packets).sum();
        return new ExportReport(
                output,
                selection.stream(),
                selection.span().epoch(),
                survey.durationMicros(),
                target.channel().size(),
                "frames",
                tracks,
                survey.gaps().size(),
                missing);
    }

    private ExportReport packets(ExportFormat format, Path output, TargetFile target, LogReader.Progress progress)
            throws StartFailure, IOException {
        PacketFile file =
                format == ExportFormat.PCAP ? new PcapFile(target.channel()) : new RtpdumpFile(target.channel());
        PacketExport export = new PacketExport(selection, file);
        export.run(reader, progress);
        if (export.count() == 0) {
            throw new StartFailure("no packet of stream '" + selection.stream() + "' arrived in this range");
        }
        List<Track> tracks = new ArrayList<>();
        export.packets().forEach((name, count) -> {
            String what =
                    format == ExportFormat.PCAP ? "UDP port " + export.ports().get(name) : "RTP";
            tracks.add(new Track(name, what, count, 0, 0));
        });
        return new ExportReport(
                output,
                selection.stream(),
                selection.span().epoch(),
                export.durationMicros(),
                target.channel().size(),
                "packets",
                tracks,
                0,
                0);
    }
}
