package dev.weir.gateway.session;

/**
 * What the answer to a POST needs.
 *
 * @param id id of the session, for its URL
 * @param streamId the stream
 * @param answerSdp the answer, with all our candidates
 * @param etag strong entity tag that names the ICE session, with its quotes (RFC 9725 section 4.3.1)
 */
public record CreatedSession(String id, String streamId, String answerSdp, String etag) {}
