package dev.weir.webrtc.sdp;

/** Strict decimal numbers of SDP: digits only, no sign. */
final class Numbers {
    private Numbers() {}

    static int parse(String digits, int maximum, int line, String what) throws SdpException {
        return (int) parseLong(digits, maximum, line, what);
    }

    static long parseLong(String digits, long maximum, int line, String what) throws SdpException {
        long value = digits.isEmpty() || digits.length() > 12 ? -1 : 0;
        for (int i = 0; i < digits.length() && value >= 0; i++) {
            char c = digits.charAt(i);
            value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : -1;
        }
        if (value < 0 || value > maximum) {
            throw new SdpException(line, what + " is not a number from 0 to " + maximum + ": " + Quoted.of(digits));
        }
        return value;
    }
}
