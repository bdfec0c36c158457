package dev.weir.connector.store;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3Proxy, an S3 service that we did not write, in a JVM of its own; objects live in its memory. */
public final class S3ProxyServer implements AutoCloseable {
    /** Id of the only key. */
    public static final String KEY_ID = "weir";
    /** Its secret. */
    public static final String SECRET = "hush";

    private final Process process;
    private final int port;

    private S3ProxyServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and does not wait until it answers.
     *
     * @param folder where its files go
     * @param megabytes objects that it has room for
     */
    public static S3ProxyServer start(Path folder, long megabytes) throws IOException {
        int port = freePort();
        Properties settings = new Properties();
        settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:" + port);
        settings.setProperty("s3proxy.authorization", "aws-v4");
        settings.setProperty("s3proxy.identity", KEY_ID);
        settings.setProperty("s3proxy.credential", SECRET);
        settings.setProperty("jclouds.provider", "transient-nio2");
        Path file = folder.resolve("s3proxy.properties");
        try (var out = Files.newBufferedWriter(file)) {
            settings.store(out, "");
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + (128 + 2 * megabytes) + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        return new S3ProxyServer(process, port);
    }

    /** Returns a client, as soon as the server answers; the caller closes it. */
    public S3Client client() {
        await("S3Proxy")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(this::listens);
        return S3Client.builder()
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .endpointOverride(URI.create(endpoint()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("S3Proxy ended with " + process.exitValue());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns its URL. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Returns settings that reach {@code bucket}. */
    S3Config config(String bucket) {
        return config(bucket, SECRET, S3Config.Encryption.DEFAULT);
    }

    S3Config config(String bucket, String secret, S3Config.Encryption encryption) {
        return new S3Config(
                bucket, "us-east-1", endpoint(), true, KEY_ID, secret, Duration.ofSeconds(30), 5 << 20, encryption, "");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
