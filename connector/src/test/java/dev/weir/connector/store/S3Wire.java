package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.connector.store.SimulatedS3.Request;
import dev.weir.connector.store.SimulatedS3.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** The way between the AWS SDK and a {@link SimulatedS3}: no sockets, and whatever may happen on a way. */
public final class S3Wire implements SdkHttpClient {
    /** What happens to a request. */
    public interface Fate {
        /** Asks {@code service} or not, and answers, or throws what the client would see. */
        Response exchange(Request request, SimulatedS3 service) throws IOException;
    }

    private SimulatedS3 service = new SimulatedS3();
    private Fate fate = (request, to) -> to.handle(request);

    /** From now on leads to {@code next}, with what {@code way} makes of it. */
    void leadTo(SimulatedS3 next, Fate way) {
        service = next;
        fate = way;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest prepared) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return answer(fate.exchange(request(prepared), service));
            }

            @Override
            public void abort() {}
        };
    }

    private static Request request(HttpExecuteRequest prepared) throws IOException {
        SdkHttpRequest http = prepared.httpRequest();
        Map<String, String> query = new TreeMap<>();
        http.rawQueryParameters().forEach((name, values) -> query.put(name, first(values)));
        Map<String, String> headers = new TreeMap<>();
        http.headers().forEach((name, values) -> headers.put(SimulatedS3.headerName(name), values.get(0)));
        ByteBuffer body = ByteBuffer.allocate(0);
        if (prepared.contentStreamProvider().isPresent()) {
            try (InputStream in = prepared.contentStreamProvider().get().newStream()) {
                body = ByteBuffer.wrap(in.readAllBytes());
            }
        }
        String path = URLDecoder.decode(http.encodedPath(), UTF_8);
        return new Request(http.method().name(), SimulatedS3.keyOf(path), query, headers, body);
    }

    private static String first(List<String> values) {
        return values.isEmpty() || values.get(0) == null ? "" : values.get(0);
    }

    private static HttpExecuteResponse answer(Response response) {
        SdkHttpFullResponse.Builder http = SdkHttpFullResponse.builder().statusCode(response.status());
        response.headers().forEach(http::putHeader);
        byte[] body = new byte[response.body().remaining()];
        response.body().duplicate().get(body);
        AbortableInputStream content = AbortableInputStream.create(new ByteArrayInputStream(body));
        return HttpExecuteResponse.builder()
                .response(http.build())
                .responseBody(content)
                .build();
    }

    @Override
    public String clientName() {
        return "simulated";
    }

    @Override
    public void close() {}
}
