package dev.weir.gateway.session;

import java.util.List;

/** What a session carried so far: RTP packets, their payload bytes, packets lost, codecs seen, the stream's epoch. */
record Traffic(long packets, long bytes, long packetsLost, List<String> codecs, long epoch) {
    Traffic {
        codecs = List.copyOf(codecs);
    }
}
