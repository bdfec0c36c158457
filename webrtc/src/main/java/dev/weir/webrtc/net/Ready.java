package dev.weir.webrtc.net;

/** What a selection key stands for. On the loop of the key. */
interface Ready {
    /** Reads, writes or accepts, as far as it goes without blocking and within the budget of a turn. */
    void onReady();
}
