package dev.weir.connector.restream.frame;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.LiveTrack;
import dev.weir.connector.restream.aac.AacFrame;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A track as a target gets it.
 *
 * @param codec the codec
 * @param configuration {@code avcC}, {@code hvcC}, {@code vpcC} (with version and flags), {@code av1C}, {@code dOps} or
 *     AudioSpecificConfig; read-only, empty for VP8, PCMU and PCMA
 * @param matroska the same as Matroska has it
 * @param format the track of the log, empty for what the encoder makes
 */
public record OutputTrack(
        OutputCodec codec, ByteBuffer configuration, LiveTrack matroska, Optional<TrackFormat> format) {
    /** Describes a track of the log that is sent as it is. */
    static OutputTrack of(TrackFormat format) {
        return new OutputTrack(
                OutputCodec.of(format.codec()), format.codecConfiguration(), LiveTrack.of(format), Optional.of(format));
    }

    /** Describes what the encoder makes. */
    static OutputTrack aac() {
        ByteBuffer configuration = AacFrame.configuration();
        return new OutputTrack(
                OutputCodec.AAC,
                configuration,
                LiveTrack.aac(configuration, AacFrame.RATE_HZ, AacFrame.CHANNELS),
                Optional.empty());
    }
}
