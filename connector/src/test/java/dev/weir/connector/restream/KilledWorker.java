package dev.weir.connector.restream;

import dev.weir.webrtc.codec.Codec;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A JVM with a publisher and one target, for a test that kills it. */
final class KilledWorker {
    private KilledWorker() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        TestLog log = new TestLog();
        LiveStream stream = new LiveStream(log, 1, TestStreams.flashes(folder, Codec.H264), TestStreams.beeps(folder));
        TaskBed bed = new TaskBed(log, 0, "udp://127.0.0.1:" + args[1], Map.of());
        stream.start();
        System.out.println("started");
        new CountDownLatch(1).await();
        bed.close();
    }
}
