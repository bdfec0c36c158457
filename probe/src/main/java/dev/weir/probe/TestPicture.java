package dev.weir.probe;

import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The moving picture that the publisher sends: a drifting gradient with a bouncing square, a white flash in the first
 * tenth of every second (the tone sounds in the same tenth, so that lip sync can be measured), and the frame number as
 * 32 black or white blocks along the top edge.
 */
final class TestPicture {
    private static final int BITS = 32;
    private static final byte BLACK = 16;
    private static final byte WHITE = (byte) 235;

    private final int widthPx;
    private final int heightPx;

    TestPicture(int widthPx, int heightPx) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
    }

    /** A new buffer that the caller releases. */
    NativeI420Buffer draw(int frame, int framesPerSecond) {
        NativeI420Buffer buffer = NativeI420Buffer.allocate(widthPx, heightPx);
        boolean flash = frame % framesPerSecond * 10 < framesPerSecond;
        byte[] row = new byte[widthPx];
        int barHeight = Math.max(8, heightPx / 20);
        int square = heightPx / 5;
        int left = bounce(frame * 5, widthPx - square);
        int top = barHeight + bounce(frame * 3, heightPx - barHeight - square);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                if (y < barHeight) {
                    row[x] = ((frame >>> (BITS - 1 - x * BITS / widthPx)) & 1) == 1 ? WHITE : BLACK;
                } else if (flash || (x >= left && x < left + square && y >= top && y < top + square)) {
                    row[x] = WHITE;
                } else {
                    row[x] = (byte) (40 + ((x + y + frame * 2) & 127));
                }
            }
            buffer.getDataY().put(y * buffer.getStrideY(), row);
        }
        fillChroma(buffer.getDataU(), buffer.getStrideU(), frame);
        fillChroma(buffer.getDataV(), buffer.getStrideV(), -frame);
        return buffer;
    }

    private void fillChroma(ByteBuffer plane, int stride, int shift) {
        byte[] row = new byte[(widthPx + 1) / 2];
        for (int y = 0; y < (heightPx + 1) / 2; y++) {
            Arrays.fill(row, (byte) (96 + ((y + shift) & 63)));
            plane.put(y * stride, row);
        }
    }

    private static int bounce(int position, int range) {
        int folded = Math.floorMod(position, 2 * range);
        return folded < range ? folded : 2 * range - folded;
    }
}
