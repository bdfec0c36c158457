package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.standalone.clip.AccessUnit;
import dev.weir.standalone.clip.TestClip;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Clients from npm: what {@code package-lock.json} names, installed once into {@code target}. */
final class NodeClients {
    private static final Path SOURCE = Path.of("target", "test-classes", "node");
    private static final Path FOLDER = Path.of("target", "node");
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);

    private NodeClients() {}

    /** The folder that holds {@code node_modules}. */
    static synchronized Path install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        boolean changed = false;
        for (String name : List.of("package.json", "package-lock.json", "libdatachannel.js")) {
            Path target = FOLDER.resolve(name);
            if (!Files.exists(target) || Files.mismatch(SOURCE.resolve(name), target) >= 0) {
                Files.copy(SOURCE.resolve(name), target, StandardCopyOption.REPLACE_EXISTING);
                changed = true;
            }
        }
        if (changed || !Files.isDirectory(FOLDER.resolve("node_modules"))) {
            try (ClientProcess npm = ClientProcess.start(
                    "npm",
                    List.of(
                            "npm",
                            "ci",
                            "--prefix",
                            FOLDER.toString(),
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund"))) {
                assertThat(npm.awaitExit(INSTALL_TIMEOUT)).as(npm.output()).isZero();
            }
        }
        return FOLDER;
    }

    /** libdatachannel as OBS uses it; it publishes the bundled clip for so long. */
    static ClientProcess publish(String url, int seconds) throws IOException {
        Path clip = FOLDER.resolve("clip.bin");
        synchronized (NodeClients.class) {
            if (!Files.exists(clip)) {
                writeClip(clip);
            }
        }
        return ClientProcess.start(
                "libdatachannel",
                List.of(
                        "node",
                        FOLDER.resolve("libdatachannel.js").toString(),
                        url,
                        clip.toString(),
                        String.valueOf(seconds)));
    }

    private static void writeClip(Path file) throws IOException {
        TestClip clip = TestClip.load();
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (AccessUnit picture : clip.pictures()) {
                write(out, 'v', picture.annexB());
            }
            for (ByteBuffer packet : clip.audio()) {
                write(out, 'a', packet);
            }
        }
    }

    private static void write(DataOutputStream out, char kind, ByteBuffer bytes) throws IOException {
        out.writeByte(kind);
        out.writeInt(bytes.remaining());
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            out.writeByte(bytes.get(i));
        }
    }
}
