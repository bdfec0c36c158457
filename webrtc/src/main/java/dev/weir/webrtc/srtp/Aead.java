package dev.weir.webrtc.srtp;

/** AES-GCM with a 16-byte tag under one key. One thread. */
interface Aead {
    int TAG_LENGTH = 16;
    int IV_LENGTH = 12;

    /**
     * Encrypts {@code length} bytes behind the first {@code clear} ones from {@code offset} on, in place, and puts the tag
     * behind them. Authenticates the clear bytes and {@code more} too. The caller answers for {@code iv} being new.
     */
    void seal(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more);

    /** Checks and decrypts what {@link #seal} made of {@code length} bytes; false = not authentic. */
    boolean open(byte[] iv, byte[] packet, int offset, int clear, int length, byte[] more);
}
