package dev.weir.gateway.http;

import java.util.Map;

/**
 * A protocol extension that a session has (RFC 9725 section 4.9), told by a {@code Link} on its 201.
 *
 * @param relation for example {@code urn:ietf:params:whep:ext:core:layer}
 * @param path segment below the session's address where it is found
 * @param attributes of the link
 */
record Extension(String relation, String path, Map<String, String> attributes) {
    Link link(String sessionPath) {
        return new Link(sessionPath + "/" + path, relation, attributes);
    }
}
