package dev.weir.webrtc.client;

/** Writes wall-clock time as a 64-bit NTP timestamp (RFC 3550 section 4). */
final class NtpTime {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private NtpTime() {}

    static long ofMicros(long wallMicros) {
        long seconds = Math.floorDiv(wallMicros, MICROS_PER_SECOND) + SECONDS_1900_TO_1970;
        long fraction = (Math.floorMod(wallMicros, MICROS_PER_SECOND) << 32) / MICROS_PER_SECOND;
        return seconds << 32 | fraction;
    }
}
