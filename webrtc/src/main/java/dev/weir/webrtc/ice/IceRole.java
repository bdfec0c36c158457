package dev.weir.webrtc.ice;

/** Names the part that an agent plays (RFC 8445 sections 2.4, 6.1.1). */
public enum IceRole {
    /** Server: answers checks, sends none, is always controlled. */
    LITE,
    /** Client: gathers nothing but its sockets' addresses, checks pairs and nominates one. */
    CONTROLLING
}
