package dev.weir.webrtc.ice;

/** Names the part that an agent begins with (RFC 8445 sections 2.4, 2.5, 6.1.1). */
public enum IceRole {
    /** Server on a public address: answers checks, sends none, is always controlled. */
    LITE,
    /** Client: checks pairs and nominates one. */
    CONTROLLING,
    /** Server that checks too: the peer nominates. */
    CONTROLLED
}
