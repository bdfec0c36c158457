package dev.weir.probe;

import dev.onvoid.webrtc.media.video.I420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Turns a decoded frame into a PNG. */
final class Thumbnail {
    private Thumbnail() {}

    /** Limited-range BT.601, which is what libwebrtc's decoders give for pictures of this size. */
    static BufferedImage toImage(VideoFrame frame) {
        I420Buffer i420 = frame.buffer.toI420();
        try {
            BufferedImage image = new BufferedImage(i420.getWidth(), i420.getHeight(), BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < i420.getHeight(); y++) {
                for (int x = 0; x < i420.getWidth(); x++) {
                    int luma = i420.getDataY().get(y * i420.getStrideY() + x) & 0xff;
                    int u = i420.getDataU().get(y / 2 * i420.getStrideU() + x / 2) & 0xff;
                    int v = i420.getDataV().get(y / 2 * i420.getStrideV() + x / 2) & 0xff;
                    image.setRGB(x, y, rgb(luma, u, v));
                }
            }
            return image;
        } finally {
            i420.release();
        }
    }

    static int rgb(int luma, int u, int v) {
        int c = 298 * (luma - 16);
        int d = u - 128;
        int e = v - 128;
        int red = clamp((c + 409 * e + 128) >> 8);
        int green = clamp((c - 100 * d - 208 * e + 128) >> 8);
        int blue = clamp((c + 516 * d + 128) >> 8);
        return (red << 16) | (green << 8) | blue;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }

    static void write(BufferedImage image, Path file) throws ProbeException {
        try {
            if (!ImageIO.write(image, "png", file.toFile())) {
                throw new ProbeException("this Java runtime cannot write PNG files");
            }
        } catch (IOException e) {
            throw new ProbeException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
