package dev.weir.probe;

/** 48 kHz mono PCM in pieces of 10 ms: a 440 Hz hum, and an 880 Hz beep in the first tenth of every second. */
final class TestTone {
    static final int SAMPLE_RATE_HZ = 48_000;
    static final int SAMPLES = SAMPLE_RATE_HZ / 100;

    private TestTone() {}

    /** 16-bit little-endian samples of the given hundredth of a second. */
    static byte[] piece(int number) {
        boolean beep = number % 100 < 10;
        double step = 2 * Math.PI * (beep ? 880 : 440) / SAMPLE_RATE_HZ;
        double amplitude = beep ? 12_000 : 600;
        byte[] pcm = new byte[SAMPLES * 2];
        for (int i = 0; i < SAMPLES; i++) {
            int sample = (int) (amplitude * Math.sin(step * (number % 100 * SAMPLES + i)));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }
}
