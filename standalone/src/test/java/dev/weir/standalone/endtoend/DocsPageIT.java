package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The gateway's description of its HTTP interface, as a browser shows it. */
@ExtendWith(SharedTestBed.class)
@Timeout(60)
class DocsPageIT {
    @Test
    void theDocsPageShowsEveryOperationAndTheBrowserHasNothingToComplainOf(TestBed bed) throws Exception {
        try (Page page = bed.browser().open(bed.weir().uri("/docs"))) {
            page.awaitTrue("document.querySelectorAll('#value-Problem').length === 1", Duration.ofSeconds(20));
            JsonNode counts = page.evaluate("""
                    fetch('/openapi.json').then((response) => response.json()).then((api) => ({
                      described: Object.values(api.paths).flatMap((item) => Object.keys(item))
                        .filter((key) => key !== 'parameters').length,
                      shown: document.querySelectorAll('#operations .method').length,
                    }))
                    """);

            assertThat(counts.path("shown").asInt())
                    .isGreaterThan(15)
                    .isEqualTo(counts.path("described").asInt());
            assertThat(page.messages()).isEmpty();
        }
    }
}
