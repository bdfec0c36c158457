package dev.weir.connector.restream.target;

import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.frame.FrameSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a target needs beside the stream.
 *
 * @param url where
 * @param token bearer token, empty for none; never printed
 * @param guard which addresses are permitted
 * @param authorities PEM file of authorities, empty for the JVM's
 * @param sdpFile where plain RTP is described
 * @param ffmpeg the program
 * @param frames how frames are made, for targets that take frames
 * @param hlsSegment least duration of an HLS segment
 */
public record TargetSettings(
        TargetUrl url,
        String token,
        AddressGuard guard,
        Optional<Path> authorities,
        Optional<Path> sdpFile,
        String ffmpeg,
        FrameSettings frames,
        Duration hlsSegment) {
    @Override
    public String toString() {
        return url.toString();
    }
}
