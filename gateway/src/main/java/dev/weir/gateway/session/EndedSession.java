package dev.weir.gateway.session;

/**
 * A session that is over.
 *
 * @param publicId its name in logs and events
 */
public record EndedSession(String publicId, SessionRole role, SessionEnd end) {}
