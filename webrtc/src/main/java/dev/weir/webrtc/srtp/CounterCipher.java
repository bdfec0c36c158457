package dev.weir.webrtc.srtp;

/** AES in counter mode under one key. One thread. */
interface CounterCipher {
    int IV_LENGTH = 16;

    /** Adds the key stream that begins with the block {@code iv} to the bytes, in place. */
    void crypt(byte[] iv, byte[] bytes, int offset, int length);
}
