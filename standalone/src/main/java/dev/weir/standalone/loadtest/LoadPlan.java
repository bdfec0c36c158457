package dev.weir.standalone.loadtest;

import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What to do to a server.
 *
 * @param whip endpoint to publish to; {@code {}} in it stands for the number of the publisher, from 0
 * @param whep endpoint to watch at, in the same way
 * @param publishers number of streams; 0 = watch what somebody else publishes
 * @param viewers viewers in all, dealt out over the streams in turn
 * @param kbps video of each stream, kilobits of RTP payload per second; 0 = sound only
 * @param silent publishers connect and send nothing, to see what idle sessions cost
 * @param keyframes time between two keyframes of a stream, unless more are asked for
 * @param joinsPerSecond mean pace of the viewers' POSTs, which come at random times
 * @param warmUp time between the last join and the measurement
 * @param duration length of the measurement
 * @param seed of sizes, phases and times: the same seed sends the same
 * @param profiles SRTP profiles to offer, preferred first
 * @param videoPayloadType RTP payload type of H264, its retransmissions have the next one; 0 = any
 * @param soundPayloadType that of Opus; 0 = any
 * @param token bearer token, empty for none
 * @param process whose CPU time to tell
 */
public record LoadPlan(
        String whip,
        String whep,
        int publishers,
        int viewers,
        int kbps,
        boolean silent,
        Duration keyframes,
        int joinsPerSecond,
        Duration warmUp,
        Duration duration,
        long seed,
        List<SrtpProfile> profiles,
        int videoPayloadType,
        int soundPayloadType,
        String token,
        OptionalLong process) {
    static final String NUMBER = "{}";

    /** Checks that every stream has an endpoint of its own. */
    public LoadPlan {
        profiles = List.copyOf(profiles);
        if (publishers < 0 || viewers < 0 || kbps < 0 || joinsPerSecond < 1) {
            throw new IllegalArgumentException("joins per second begin with 1, publishers, viewers and kbit/s with 0");
        }
        if (publishers > 1 && (!whip.contains(NUMBER) || !whep.contains(NUMBER))) {
            throw new IllegalArgumentException(
                    "several publishers need " + NUMBER + " in both URLs, such as http://127.0.0.1:8080/whip/load-{}");
        }
        if ((videoPayloadType != 0 && (videoPayloadType < 96 || videoPayloadType > 126))
                || (soundPayloadType != 0 && (soundPayloadType < 96 || soundPayloadType > 127))) {
            throw new IllegalArgumentException("payload types are 96 to 127, and that of retransmissions too");
        }
        for (String url : List.of(whip, whep)) {
            if (!url.startsWith("http://") && !url.startsWith("https://")) {
                throw new IllegalArgumentException("not an http or https URL: " + url);
            }
        }
        if (keyframes.compareTo(SyntheticStream.LEAST_KEYFRAME_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "keyframes must be at least " + SyntheticStream.LEAST_KEYFRAME_INTERVAL.toMillis() + " ms apart: "
                            + keyframes.toMillis() + " ms");
        }
        if (duration.isZero() || duration.isNegative() || warmUp.isNegative()) {
            throw new IllegalArgumentException("the measurement needs some time");
        }
    }

    URI whip(int publisher) {
        return URI.create(whip.replace(NUMBER, Integer.toString(publisher)));
    }

    URI whep(int viewer) {
        return URI.create(whep.replace(NUMBER, Integer.toString(viewer % Math.max(1, publishers))));
    }
}
