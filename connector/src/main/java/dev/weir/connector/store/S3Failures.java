package dev.weir.connector.store;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Tells what an operator must mend, and how, from what may pass by itself. */
final class S3Failures {
    private static final Set<Integer> REFUSALS = Set.of(301, 307, 400, 401, 403, 404);

    /** Codes with a status of a refusal that are none: the way or another writer was at fault. */
    private static final Set<String> PASSING = Set.of(
            "RequestTimeout",
            "BadDigest",
            "IncompleteBody",
            "InvalidPart",
            "NoSuchUpload",
            "XAmzContentSHA256Mismatch",
            "ContentSHA256Mismatch");

    private static final Map<String, String> REMEDIES = Map.of(
            "NoSuchBucket", "create the bucket, or mend s3.bucket",
            "AccessDenied", "give the sink's identity the rights of docs/archive.md on this bucket",
            "InvalidAccessKeyId", "mend s3.access.key.id",
            "SignatureDoesNotMatch", "mend s3.secret.access.key, or s3.region",
            "ExpiredToken", "the credentials have expired: renew them",
            "RequestTimeTooSkewed", "the clock of this machine is wrong: set it, by NTP for example",
            "PermanentRedirect", "the bucket is elsewhere: mend s3.region or s3.endpoint",
            "AuthorizationHeaderMalformed", "mend s3.region");

    private S3Failures() {}

    /** Returns the error code that the service gave, empty when there is none. */
    static String code(S3Exception e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null ? "" : code;
    }

    /** Returns what {@code e} means for the caller of a store. */
    static IOException of(String place, SdkException e) {
        String message = place + ": " + e.getMessage();
        if (e instanceof S3Exception answer && isRefusal(answer)) {
            String remedy = REMEDIES.getOrDefault(code(answer), "");
            return new StoreRefusedException(remedy.isEmpty() ? message : message + ". What to do: " + remedy, e);
        }
        return new IOException(message, e);
    }

    private static boolean isRefusal(S3Exception answer) {
        return REFUSALS.contains(answer.statusCode()) && !PASSING.contains(code(answer));
    }
}
