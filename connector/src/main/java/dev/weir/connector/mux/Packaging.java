package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.GrowingFile.Container;
import java.util.List;
import java.util.Locale;

/** Which container objects get. */
public enum Packaging {
    /** What plays in most places: MP4 with a playlist, WebM for VP8, Matroska for G.711. */
    AUTO,
    /** WebM where every codec fits it, otherwise as {@link #AUTO}. */
    WEBM,
    /** Matroska for everything. */
    MKV,
    /** No media: the records of the log as they are, in Avro container files. */
    AVRO;

    /** Returns the constant of a setting's value. */
    public static Packaging of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }

    /** Returns whether records are kept rather than frames, for which there is no {@link #writer}. */
    public boolean keepsRecords() {
        return this == AVRO;
    }

    /**
     * Returns a writer for tracks of these formats.
     *
     * @throws IllegalArgumentException when there is no track, or records are kept
     */
    public ContainerWriter writer(List<TrackFormat> formats) {
        return switch (this) {
            case AUTO -> ContainerWriter.of(formats);
            case WEBM ->
                formats.stream().allMatch(format -> Container.WEBM.fits(format.codec()))
                        ? new MatroskaWriter(formats, true)
                        : ContainerWriter.of(formats);
            case MKV -> new MatroskaWriter(formats, false);
            case AVRO -> throw new IllegalArgumentException("records have no tracks");
        };
    }
}
