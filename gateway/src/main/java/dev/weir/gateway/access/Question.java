package dev.weir.gateway.access;

/**
 * What a request is about to do, for the hook to judge.
 *
 * @param action {@code publish}, {@code view}, {@code list}, {@code admin}, or {@code session} for going on with a session
 * @param streamId the stream, empty when it is about none or about a session
 */
public record Question(String action, String streamId) {}
