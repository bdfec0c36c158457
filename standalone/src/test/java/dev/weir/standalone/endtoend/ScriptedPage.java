package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A tab of a browser, of whichever make, that evaluates scripts. */
interface ScriptedPage extends AutoCloseable {
    /** The value of an expression; a promise is waited for. A thrown error fails the test with its message. */
    JsonNode evaluate(String expression) throws InterruptedException;

    /** Waits until the expression, or what it promises, is true. */
    default void awaitTrue(String expression, Duration timeout) throws InterruptedException {
        try {
            Awaitility.await(expression)
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(timeout)
                    .until(() -> evaluate("Promise.resolve(" + expression + ").then(Boolean)")
                            .asBoolean());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not true within " + timeout.toSeconds() + " s: " + expression + "\nin: " + this, e);
        }
    }

    @Override
    void close();
}
