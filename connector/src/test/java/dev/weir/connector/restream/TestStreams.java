package dev.weir.connector.restream;

import dev.weir.connector.media.EncodedStream;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Streams for tests that do not look at what is in them. */
final class TestStreams {
    private TestStreams() {}

    /** Ten seconds of a black picture that flashes once a second. */
    static EncodedStream flashes(Path folder, Codec codec) {
        return EncodedStream.video(
                folder,
                codec,
                "color=black:size=320x180:rate=25,drawbox=enable='lt(mod(t,1),0.12)':color=white:t=fill,"
                        + "drawbox=x=mod(t*40\\,300):y=80:w=8:h=8:color=gray:t=fill",
                10,
                25);
    }

    /** Ten seconds of silence with a beep at each flash. */
    static EncodedStream beeps(Path folder) {
        EncodedStream audio = EncodedStream.audio(
                folder, Codec.OPUS, "aevalsrc=if(lt(mod(t\\,1)\\,0.12)\\,0.5*sin(2*PI*880*t)\\,0):s=48000", 10);
        // The encoder adds a packet to flush; again and again, it would shift the beeps.
        return new EncodedStream(
                audio.codec(), audio.ticksPerUnit(), audio.units().subList(0, 500));
    }

    /** A stream of Opus silence, not started. */
    static LiveStream silence(TestLog log) {
        byte[] silence = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFE};
        return new LiveStream(log, 7, new EncodedStream(Codec.OPUS, 960, List.of(ByteBuffer.wrap(silence))));
    }
}
