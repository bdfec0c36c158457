package dev.weir.connector.restream;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Starts real servers that take a stream, each a process of its own on free ports of loopback. */
final class Receivers {
    private Receivers() {}

    static int freeTcp() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns an even port that is free, as is the one three behind it. */
    static int freeUdp() throws IOException {
        for (int attempt = 0; attempt < 200; attempt++) {
            try (DatagramSocket first = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                int port = first.getLocalPort();
                if (port % 2 == 0 && port < 65_000) {
                    new DatagramSocket(port + 2, InetAddress.getLoopbackAddress()).close();
                    return port;
                }
            } catch (BindException taken) {
                Thread.onSpinWait();
            }
        }
        throw new IOException("no even port");
    }

    static void awaitTcp(int port) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    static boolean isUdpBound(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X ", port);
        return Files.readString(Path.of("/proc/net/udp")).contains(local);
    }

    static Path fifo(Path folder, String name) throws IOException, InterruptedException {
        Path fifo = folder.resolve(name);
        new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor();
        return fifo;
    }

    static Process run(Path folder, String log, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
    }

    /**
     * Starts nginx with its RTMP module (Debian libnginx-mod-rtmp).
     *
     * @param onPublish where it asks whether a key is good, empty = all are
     */
    static Process nginx(Path folder, int port, String onPublish) throws IOException {
        String name = "nginx-" + port;
        String config = """
                daemon off;
                master_process off;
                worker_processes 1;
                pid %1$s/%2$s.pid;
                error_log %1$s/%2$s.log info;
                load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
                events { worker_connections 256; }
                rtmp { server { listen 127.0.0.1:%3$d; chunk_size 4096; access_log off;
                  application live { live on; wait_key on; %4$s } } }
                """.formatted(folder, name, port, onPublish.isEmpty() ? "" : "on_publish " + onPublish + ";");
        Path file = Files.writeString(folder.resolve(name + ".conf"), config);
        Process process = run(folder, name + ".out", List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
        awaitTcp(port);
        return process;
    }

    /** Starts an SRT listener that hands MPEG-TS on to a UDP port (Debian srt-tools). */
    static Process srtListener(Path folder, int port, int udp, String passphrase) throws IOException {
        String secret = passphrase.isEmpty() ? "" : "&passphrase=" + passphrase;
        Process process = run(
                folder,
                "srt-" + port + ".out",
                List.of(
                        "srt-live-transmit",
                        "-q",
                        "-a:no",
                        "srt://127.0.0.1:" + port + "?mode=listener&latency=80" + secret,
                        "udp://127.0.0.1:" + udp));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isUdpBound(port));
        return process;
    }

    /** Starts an SRT caller that keeps trying. */
    static Process srtCaller(Path folder, int port, int udp) throws IOException {
        return run(
                folder,
                "srt-" + port + ".out",
                List.of(
                        "srt-live-transmit",
                        "-q",
                        "-a:yes",
                        "srt://127.0.0.1:" + port + "?mode=caller&latency=80",
                        "udp://127.0.0.1:" + udp));
    }

    /** Starts an RTSP server (Debian gir1.2-gst-rtsp-server-1.0) that takes RECORD and writes Matroska to a FIFO. */
    static Process rtsp(Path folder, int port, Path fifo, String user) throws IOException {
        String script = """
                import sys, gi
                gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
                from gi.repository import Gst, GstRtspServer, GLib
                Gst.init(None)
                port, fifo, user = sys.argv[1], sys.argv[2], sys.argv[3]
                server = GstRtspServer.RTSPServer.new()
                server.set_address('127.0.0.1'); server.set_service(port)
                factory = GstRtspServer.RTSPMediaFactory.new()
                factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
                factory.set_latency(50)
                factory.set_launch('( rtph264depay name=depay0 ! h264parse config-interval=-1 ! matroskamux name=mux '
                  'streamable=true ! filesink buffer-mode=2 sync=false location=' + fifo + ' '
                  'rtpopusdepay name=depay1 ! opusparse ! mux. )')
                if user:
                  auth = GstRtspServer.RTSPAuth.new()
                  token = GstRtspServer.RTSPToken()
                  token.set_string('media.factory.role', 'publisher')
                  name, password = user.split(':')
                  auth.set_supported_methods(2)
                  auth.add_digest(name, password, token)
                  server.set_auth(auth)
                  role = GstRtspServer.RTSPPermissions()
                  role.add_permission_for_role('publisher', 'media.factory.access', True)
                  role.add_permission_for_role('publisher', 'media.factory.construct', True)
                  factory.set_permissions(role)
                server.get_mount_points().add_factory('/in', factory)
                server.attach(None)
                print('ready', flush=True)
                GLib.MainLoop().run()
                """;
        Path file = Files.writeString(folder.resolve("rtsp-" + port + ".py"), script);
        Process process = run(
                folder,
                "rtsp-" + port + ".out",
                List.of("/usr/bin/python3", file.toString(), Integer.toString(port), fifo.toString(), user));
        awaitTcp(port);
        return process;
    }

    /** Starts Node-Media-Server from npm, which takes Enhanced RTMP. */
    static Process nodeMediaServer(Path folder, int port) throws IOException, InterruptedException {
        Path script = npm().resolve("media-server.js");
        Process process = run(
                folder,
                "node-" + port + ".out",
                List.of(
                        "node",
                        script.toString(),
                        Integer.toString(port),
                        Integer.toString(freeTcp()),
                        folder.resolve("store-" + port).toString()));
        awaitTcp(port);
        return process;
    }

    /** Installs what the lock file names, once. */
    private static Path npm() throws IOException, InterruptedException {
        Path source = Path.of("target", "test-classes", "node");
        Path target = Files.createDirectories(Path.of("target", "node").toAbsolutePath());
        boolean changed = !Files.exists(target.resolve("node_modules/node-media-server/package.json"));
        for (String name : List.of("package.json", "package-lock.json", "media-server.js")) {
            Path copy = target.resolve(name);
            if (!Files.exists(copy) || Files.mismatch(source.resolve(name), copy) >= 0) {
                Files.copy(source.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
                changed = true;
            }
        }
        if (changed) {
            Process npm = run(target, "npm.txt", List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
            if (!npm.waitFor(3, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                throw new AssertionError("npm ci failed: " + Files.readString(target.resolve("npm.txt")));
            }
        }
        return target;
    }
}
