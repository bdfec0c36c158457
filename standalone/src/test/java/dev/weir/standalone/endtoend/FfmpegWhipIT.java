package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** FFmpeg 8 publishes by WHIP: DTLS in the other role, no candidates, no trickle. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class FfmpegWhipIT {
    private static final int SECONDS = 10;

    @Test
    void tenSecondsArriveWhole(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (ClientProcess ffmpeg = Ffmpeg.publish(weir.uri("/whip/ffmpeg").toString(), SECONDS)) {
            assertThat(ffmpeg.awaitExit(Duration.ofSeconds(60)))
                    .as(ffmpeg.output())
                    .isZero();
        }
        List<Path> files = weir.archive("ffmpeg").awaitMedia();
        assertThat(files).hasSize(1);
        Ffmpeg.assertDecodesSilently(files.get(0).toString());
        JsonNode probed = Ffmpeg.probe(files.get(0));
        JsonNode video = Ffmpeg.stream(probed, "video");
        assertThat(video.path("codec_name").asText()).isEqualTo("h264");
        assertThat(video.path("width").asInt()).isEqualTo(640);
        assertThat(video.path("nb_read_frames").asInt()).isEqualTo(SECONDS * 30);
        JsonNode audio = Ffmpeg.stream(probed, "audio");
        assertThat(audio.path("codec_name").asText()).isEqualTo("opus");
        assertThat(audio.path("nb_read_frames").asInt()).isBetween(SECONDS * 50 - 2, SECONDS * 50 + 2);
        assertThat(probed.path("format").path("duration").asDouble()).isCloseTo(SECONDS, within(0.2));
    }
}
