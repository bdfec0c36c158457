package dev.weir.connector.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;

/**
 * Real S3 stores on simulated services, which make one attempt of each request. A store that was closed is used again: to make
 * an AWS client costs more than to archive an object. One thread.
 */
public final class S3Clients {
    private final long partBytes;
    private final Deque<Client> idle = new ArrayDeque<>();

    private record Client(S3ObjectStore store, S3Wire wire) {}

    /** Stores upload in parts of {@code partBytes}. */
    public S3Clients(long partBytes) {
        this.partBytes = partBytes;
    }

    /** Returns a store on {@code service} by way of {@code fate}. */
    public ObjectStore store(SimulatedS3 service, S3Wire.Fate fate) {
        Client client = idle.isEmpty() ? create() : idle.pop();
        client.wire().leadTo(service, fate);
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        idle.push(client);
                        return null;
                    }
                    try {
                        return method.invoke(client.store(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private Client create() {
        S3Config config = new S3Config(
                "media",
                "us-east-1",
                "http://s3.invalid",
                true,
                "id",
                "secret",
                Duration.ofMinutes(1),
                partBytes,
                S3Config.Encryption.DEFAULT,
                "");
        S3Wire wire = new S3Wire();
        return new Client(S3ObjectStore.of(config, wire, AwsRetryStrategy.doNotRetry()), wire);
    }
}
