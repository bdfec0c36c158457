package dev.weir.standalone.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** nginx (Debian nginx-core) that takes PUT and DELETE and serves what it got, as an origin of HLS does. */
final class UploadServer implements AutoCloseable {
    private final List<String> command;
    private final int port;
    private ClientProcess process;

    UploadServer(Path folder) throws IOException {
        port = RestreamIT.freePort();
        Files.createDirectories(folder.resolve("files"));
        Path file = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log stderr warn;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  types { application/vnd.apple.mpegurl m3u8; video/mp4 mp4 m4s; }
                  server {
                    listen 127.0.0.1:%2$d;
                    root %1$s/files;
                    client_max_body_size 100m;
                    dav_methods PUT DELETE;
                    create_full_put_path on;
                    add_header Access-Control-Allow-Origin * always;
                    add_header Cache-Control no-cache always;
                  }
                }
                """.formatted(folder.toAbsolutePath(), port));
        command = List.of(
                "nginx",
                "-p",
                folder.toAbsolutePath().toString(),
                "-c",
                file.toAbsolutePath().toString());
        process = start();
    }

    private ClientProcess start() throws IOException {
        ClientProcess started = ClientProcess.start("nginx", command);
        Awaitility.await(started.output()).atMost(Duration.ofSeconds(20)).until(this::listens);
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/" + path);
    }

    /** Lets it do nothing any more: the kernel still takes connections and bytes for it. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** Kills it without a word to anybody. */
    void kill() throws IOException, InterruptedException {
        signal("KILL");
        process.close();
    }

    /** Starts it again at the same address, with the files that it had. */
    void restart() throws IOException {
        process = start();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(process.handle().pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " gave " + status);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
