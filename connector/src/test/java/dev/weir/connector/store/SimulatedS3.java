package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The part of S3 that the store uses, in memory: PUT, HEAD, GET, list and multipart uploads, with {@code If-None-Match} and
 * {@code Content-MD5}. Path style, one bucket. Answers as the S3 API reference says; signatures are not checked. Anything
 * else, deleting above all, is refused by an exception.
 */
public final class SimulatedS3 {
    /** What a request asks for. */
    public enum Operation {
        PUT("s3:PutObject"),
        HEAD("s3:GetObject"),
        GET("s3:GetObject"),
        LIST("s3:ListBucket"),
        CREATE_UPLOAD("s3:PutObject"),
        UPLOAD_PART("s3:PutObject"),
        COMPLETE_UPLOAD("s3:PutObject"),
        ABORT_UPLOAD("s3:AbortMultipartUpload"),
        LIST_UPLOADS("s3:ListBucketMultipartUploads");

        private final String right;

        Operation(String right) {
            this.right = right;
        }

        /** Returns the action that a policy has to allow for it (Amazon S3's service authorization reference). */
        public String right() {
            return right;
        }

        public boolean isWrite() {
            return this != HEAD && this != GET && this != LIST && this != LIST_UPLOADS;
        }
    }

    /** A request, header names in lower case. */
    public record Request(
            String method, String key, Map<String, String> query, Map<String, String> headers, ByteBuffer body) {
        public Operation operation() {
            return switch (method) {
                case "PUT" -> query.containsKey("partNumber") ? Operation.UPLOAD_PART : Operation.PUT;
                case "HEAD" -> Operation.HEAD;
                case "POST" -> query.containsKey("uploads") ? Operation.CREATE_UPLOAD : Operation.COMPLETE_UPLOAD;
                case "DELETE" -> {
                    if (!query.containsKey("uploadId")) {
                        throw new IllegalArgumentException("deletes " + key);
                    }
                    yield Operation.ABORT_UPLOAD;
                }
                case "GET" -> {
                    if (query.containsKey("uploads")) {
                        yield Operation.LIST_UPLOADS;
                    }
                    yield key.isEmpty() ? Operation.LIST : Operation.GET;
                }
                default -> throw new IllegalArgumentException(method);
            };
        }
    }

    /** An answer. */
    public record Response(int status, Map<String, String> headers, ByteBuffer body) {
        public static Response error(int status, String code) {
            return xml(status, "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
        }

        public static Response xml(int status, String text) {
            return new Response(
                    status, Map.of("Content-Type", "application/xml"), ByteBuffer.wrap(text.getBytes(UTF_8)));
        }

        static Response empty(int status, Map<String, String> headers) {
            return new Response(status, headers, ByteBuffer.allocate(0));
        }
    }

    private record Stored(ByteBuffer content, String tag, Map<String, String> metadata) {}

    private record Upload(String key, Map<String, String> metadata, SortedMap<Integer, ByteBuffer> parts) {}

    private final SortedMap<String, Stored> objects = new TreeMap<>();
    private final SortedMap<String, Upload> uploads = new TreeMap<>();
    private final int listed;
    private final Set<String> rightsUsed = new TreeSet<>();
    private int uploadsBegun;
    private int overwritten;

    public SimulatedS3() {
        this(1_000);
    }

    /** Lists {@code listed} keys per answer. */
    SimulatedS3(int listed) {
        this.listed = listed;
    }

    /** Does what the request asks for. */
    public synchronized Response handle(Request request) {
        rightsUsed.add(request.operation().right());
        return switch (request.operation()) {
            case PUT -> put(request);
            case HEAD, GET -> get(request);
            case LIST -> list(request);
            case CREATE_UPLOAD -> create(request);
            case UPLOAD_PART -> part(request);
            case COMPLETE_UPLOAD -> complete(request);
            case ABORT_UPLOAD ->
                uploads.remove(uploadId(request)) == null
                        ? Response.error(404, "NoSuchUpload")
                        : Response.empty(204, Map.of());
            case LIST_UPLOADS -> listUploads(request);
        };
    }

    /** Returns the SHA-256 of every object. */
    public synchronized SortedMap<String, String> digests() {
        return objects.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> Sha256.of(e.getValue().content()), (a, b) -> a, TreeMap::new));
    }

    /** Returns the actions that a policy has to allow for what was asked so far. */
    public synchronized Set<String> rightsUsed() {
        return new TreeSet<>(rightsUsed);
    }

    /** Returns how many uploads were begun and neither completed nor aborted. */
    public synchronized int openUploads() {
        return uploads.size();
    }

    /** Returns how often a media object was written over, which must never happen. */
    public synchronized int overwritten() {
        return overwritten;
    }

    /** Changes a byte of an object, as a broken disk does, and returns its entity tag. */
    public synchronized String corrupt(String key) {
        Stored stored = Objects.requireNonNull(objects.get(key));
        ByteBuffer changed = ByteBuffer.allocate(stored.content().remaining());
        changed.put(stored.content().duplicate()).flip();
        changed.put(0, (byte) ~changed.get(0));
        String tag = tag(changed);
        objects.put(key, new Stored(changed, tag, stored.metadata()));
        return tag;
    }

    private Response put(Request request) {
        if (isCorrupt(request)) {
            return Response.error(400, "BadDigest");
        }
        if (isTaken(request)) {
            return Response.error(412, "PreconditionFailed");
        }
        String tag = tag(request.body());
        store(request.key(), new Stored(request.body(), tag, metadata(request)));
        return Response.empty(200, Map.of("ETag", tag));
    }

    private void store(String key, Stored stored) {
        Stored before = objects.put(key, stored);
        overwritten += before != null && !key.endsWith(".m3u8") ? 1 : 0;
    }

    private boolean isTaken(Request request) {
        Stored stored = objects.get(request.key());
        String wanted = request.headers().get("if-match");
        if (stored == null) {
            return wanted != null;
        }
        return "*".equals(request.headers().get("if-none-match")) || (wanted != null && !wanted.equals(stored.tag()));
    }

    private static boolean isCorrupt(Request request) {
        String sent = request.headers().get("content-md5");
        return sent == null || !sent.equals(Base64.getEncoder().encodeToString(md5(request.body())));
    }

    private static Map<String, String> metadata(Request request) {
        return request.headers().entrySet().stream()
                .filter(header -> header.getKey().startsWith("x-amz-meta-"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Response get(Request request) {
        Stored stored = objects.get(request.key());
        if (stored == null) {
            return Response.error(404, "NoSuchKey");
        }
        Map<String, String> headers = new TreeMap<>(stored.metadata());
        headers.put("ETag", stored.tag());
        headers.put("Content-Length", Integer.toString(stored.content().remaining()));
        return new Response(200, headers, stored.content().duplicate());
    }

    private Response create(Request request) {
        String id = "upload-" + ++uploadsBegun;
        uploads.put(id, new Upload(request.key(), metadata(request), new TreeMap<>()));
        return Response.xml(
                200,
                "<InitiateMultipartUploadResult><Bucket>media</Bucket><Key>" + request.key() + "</Key><UploadId>" + id
                        + "</UploadId></InitiateMultipartUploadResult>");
    }

    private static String uploadId(Request request) {
        return request.query().getOrDefault("uploadId", "");
    }

    private Response part(Request request) {
        Upload upload = uploads.get(uploadId(request));
        if (upload == null) {
            return Response.error(404, "NoSuchUpload");
        }
        if (isCorrupt(request)) {
            return Response.error(400, "BadDigest");
        }
        upload.parts().put(Integer.valueOf(request.query().get("partNumber")), request.body());
        return Response.empty(200, Map.of("ETag", tag(request.body())));
    }

    private Response complete(Request request) {
        Upload upload = uploads.get(uploadId(request));
        if (upload == null) {
            return Response.error(404, "NoSuchUpload");
        }
        if (isTaken(request)) {
            return Response.error(412, "PreconditionFailed"); // The upload stays; its owner has to abort it.
        }
        String list = UTF_8.decode(request.body().duplicate()).toString();
        int length = 0;
        List<byte[]> digests = new ArrayList<>();
        for (ByteBuffer part : upload.parts().values()) {
            if (!list.contains(tag(part).replace("\"", "&quot;"))) {
                return Response.error(400, "InvalidPart");
            }
            digests.add(md5(part));
            length += part.remaining();
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        upload.parts().values().forEach(part -> content.put(part.duplicate()));
        ByteBuffer all = ByteBuffer.allocate(16 * digests.size());
        digests.forEach(all::put);
        String tag = tag(all.flip()).replaceAll("\"$", "-" + digests.size() + "\"");
        store(request.key(), new Stored(content.flip(), tag, upload.metadata()));
        uploads.remove(uploadId(request));
        return Response.xml(
                200,
                "<CompleteMultipartUploadResult><Key>" + request.key() + "</Key><ETag>" + tag.replace("\"", "&quot;")
                        + "</ETag></CompleteMultipartUploadResult>");
    }

    private Response listUploads(Request request) {
        String prefix = request.query().getOrDefault("prefix", "");
        StringBuilder xml = new StringBuilder("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
        uploads.forEach((id, upload) -> {
            if (upload.key().startsWith(prefix)) {
                xml.append("<Upload><Key>").append(upload.key()).append("</Key><UploadId>");
                xml.append(id).append("</UploadId></Upload>");
            }
        });
        return Response.xml(200, xml.append("</ListMultipartUploadsResult>").toString());
    }

    private Response list(Request request) {
        String prefix = request.query().getOrDefault("prefix", "");
        String after = request.query().getOrDefault("continuation-token", "");
        List<String> keys = objects.keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
                .limit(listed + 1)
                .toList();
        StringBuilder xml = new StringBuilder("<ListBucketResult>");
        for (String key : keys.subList(0, Math.min(listed, keys.size()))) {
            xml.append("<Contents><Key>").append(key).append("</Key></Contents>");
        }
        xml.append("<IsTruncated>").append(keys.size() > listed).append("</IsTruncated>");
        if (keys.size() > listed) {
            xml.append("<NextContinuationToken>").append(keys.get(listed - 1)).append("</NextContinuationToken>");
        }
        return Response.xml(200, xml.append("</ListBucketResult>").toString());
    }

    private static String tag(ByteBuffer content) {
        return '"' + HexFormat.of().formatHex(md5(content)) + '"';
    }

    private static byte[] md5(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(content.duplicate());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the key of a path-style path, empty for the bucket itself. */
    static String keyOf(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? "" : path.substring(slash + 1);
    }

    static String headerName(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
