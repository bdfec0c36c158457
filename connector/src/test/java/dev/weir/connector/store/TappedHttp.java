package dev.weir.connector.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Keeps the requests that go to another client, and may do something before each of them or change it. */
final class TappedHttp implements SdkHttpClient {
    /** What happens to a request before it is sent. */
    interface Tap {
        /** Returns the request to send, or throws as a network does. */
        HttpExecuteRequest before(HttpExecuteRequest request) throws IOException;
    }

    private final SdkHttpClient client;
    private final Tap tap;
    private final List<SdkHttpRequest> requests = new ArrayList<>();

    TappedHttp(SdkHttpClient client, Tap tap) {
        this.client = client;
        this.tap = tap;
    }

    List<SdkHttpRequest> requests() {
        return requests;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                requests.add(request.httpRequest());
                return client.prepareRequest(tap.before(request)).call();
            }

            @Override
            public void abort() {}
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
