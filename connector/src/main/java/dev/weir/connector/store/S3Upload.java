package dev.weir.connector.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Uploads one large object in parts. What it began it ends or aborts; what a killed writer of the same key left it aborts
 * before it begins: every writer of a key has the same content, so nothing is lost with it.
 */
final class S3Upload {
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

    private final S3Client client;
    private final CreateMultipartUploadRequest request;
    private final ByteBuffer content;
    private final int partBytes;

    /** Prepares an upload of {@code content}, position to limit. */
    S3Upload(S3Client client, CreateMultipartUploadRequest request, ByteBuffer content, long partBytes) {
        this.client = client;
        this.request = request;
        this.content = content;
        this.partBytes = Math.toIntExact(Math.min(partBytes, Integer.MAX_VALUE));
    }

    /**
     * Writes the object if its key is free and returns the entity tag that it got.
     *
     * @throws SdkException as the service says; status 412 = the key is taken
     */
    String writeIfAbsent() {
        abortLeftovers();
        String id = client.createMultipartUpload(request).uploadId();
        boolean complete = false;
        try {
            List<CompletedPart> parts = uploadParts(id);
            CompleteMultipartUploadResponse answer = client.completeMultipartUpload(completion -> completion
                    .bucket(request.bucket())
                    .key(request.key())
                    .uploadId(id)
                    .multipartUpload(list -> list.parts(parts))
                    .ifNoneMatch("*"));
            complete = true;
            return answer.eTag();
        } finally {
            if (!complete) {
                abortUninterrupted(id);
            }
        }
    }

    private List<CompletedPart> uploadParts(String id) {
        List<CompletedPart> parts = new ArrayList<>();
        for (ByteBuffer part : S3Tags.parts(content, partBytes)) {
            int number = parts.size() + 1;
            String tag = client.uploadPart(
                            upload -> upload.bucket(request.bucket())
                                    .key(request.key())
                                    .uploadId(id)
                                    .partNumber(number)
                                    .contentMD5(S3Tags.contentMd5(part)),
                            BufferBody.of(part))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        return parts;
    }

    private void abortLeftovers() {
        for (MultipartUpload upload : client.listMultipartUploads(
                        list -> list.bucket(request.bucket()).prefix(request.key()))
                .uploads()) {
            if (upload.key().equals(request.key())) {
                abort(upload.uploadId());
            }
        }
    }

    /** Aborts even when the task is being stopped, which interrupts this thread. */
    private void abortUninterrupted(String id) {
        boolean interrupted = Thread.interrupted();
        try {
            abort(id);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void abort(String id) {
        try {
            client.abortMultipartUpload(
                    abort -> abort.bucket(request.bucket()).key(request.key()).uploadId(id));
        } catch (SdkException e) {
            // The next writer of this key aborts it.
            LOG.debug("key={} upload={} cannot be aborted: {}", request.key(), id, e.getMessage());
        }
    }
}
