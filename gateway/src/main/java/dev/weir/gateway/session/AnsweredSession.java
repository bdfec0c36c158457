package dev.weir.gateway.session;

/**
 * A session that is made, and the answer, which it does not keep.
 *
 * @param answerSdp the later of offer and answer
 */
record AnsweredSession(LiveSession session, String answerSdp) {}
