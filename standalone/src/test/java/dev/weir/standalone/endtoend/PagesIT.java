package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pages that the gateway serves, used as a person uses them; the pictures stay in {@code target/end-to-end}. */
@ExtendWith(SharedTestBed.class)
@Timeout(90)
class PagesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aPersonPublishesWatchesAndLooks(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        Path pictures = bed.folder().resolve("pictures");
        try (Page publish = bed.browser().open(weir.uri("/publish/pages"))) {
            publish.evaluate("document.getElementById('start').click()");
            publish.awaitTrue("window.weir.state === 'live' && window.weir.framesEncoded > 30", PATIENCE);
            publish.screenshot(pictures.resolve("publish.png"));

            try (Page play = bed.browser().open(weir.uri("/play/pages"))) {
                play.awaitTrue("window.weir.state === 'playing' && window.weir.framesDecoded > 30", PATIENCE);
                play.screenshot(pictures.resolve("play.png"));
                assertOwnResourcesOnly(play);

                try (Page status = bed.browser().open(weir.uri("/"))) {
                    status.awaitTrue("document.body.innerText.includes('pages')", PATIENCE);
                    status.awaitTrue("document.querySelector('a[href=\"/play/pages\"]') !== null", PATIENCE);
                    status.awaitTrue("document.querySelector('canvas') !== null", PATIENCE);
                    status.screenshot(pictures.resolve("status.png"));
                    assertOwnResourcesOnly(status);
                }
            }
            assertOwnResourcesOnly(publish);
            publish.evaluate("document.getElementById('stop').click()");
            publish.awaitTrue("window.weir.state === 'idle'", PATIENCE);
            publish.awaitTrue("fetch('/streams').then(r => r.text()).then(t => !t.includes('pages'))", PATIENCE);
        }
    }

    /** The pages must work without any network but the gateway. */
    private static void assertOwnResourcesOnly(Page page) throws InterruptedException {
        String foreign = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)"
                        + ".filter(name => new URL(name).origin !== location.origin).join()")
                .asText();
        assertThat(foreign).isEmpty();
        assertThat(page.messages()).isEmpty();
    }
}
