package dev.weir.gateway.session;

/**
 * What a player needs that asked for our offer (draft-ietf-wish-whep section 4.3.2).
 *
 * @param id id of the session that will be, for its URL
 * @param offerSdp our offer, with all our candidates
 */
public record OfferedSession(String id, String offerSdp) {}
