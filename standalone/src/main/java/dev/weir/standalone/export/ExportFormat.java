package dev.weir.standalone.export;

import dev.weir.connector.mux.GrowingFile.Container;
import java.util.Locale;
import java.util.Optional;

/** The kinds of file that the log can be written to. */
public enum ExportFormat {
    /** Fragmented MP4. */
    MP4(Optional.of(Container.MP4)),
    /** WebM. */
    WEBM(Optional.of(Container.WEBM)),
    /** Matroska. */
    MKV(Optional.of(Container.MKV)),
    /** Packet capture. */
    PCAP(Optional.empty()),
    /** RTP dump of rtptools. */
    RTPDUMP(Optional.empty());

    private final Optional<Container> container;

    ExportFormat(Optional<Container> container) {
        this.container = container;
    }

    Optional<Container> container() {
        return container;
    }

    /** Returns the format that belongs to a file name's extension. */
    public static Optional<ExportFormat> ofFileName(String name) {
        for (ExportFormat format : values()) {
            if (name.toLowerCase(Locale.ROOT).endsWith("." + format)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** Returns the name on the command line, which is the usual file name extension. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
