package dev.weir.standalone;

import dev.weir.connector.RestreamTopic;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a target with all that is kept of it: task, place in the log, settings, entry in the catalogue. */
@Command(
        name = "remove",
        description = "Remove a target, its settings and its place in the log.",
        mixinStandardHelpOptions = true)
final class RestreamRemoveCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MILLIS = 250;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectClient connect = new ConnectClient();

    @Parameters(paramLabel = "NAME", description = "The target.")
    private String name = "";

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        String path = connect.target(name);
        Map<String, String> settings = ConnectorSettings.of(connect.get(path + "/config"));
        connect.put(path + "/stop", "");
        Optional<StartFailure> kept = forgetPlace(path);
        connect.delete(path);
        spec.commandLine().getOut().println(name + " is removed");
        kept.ifPresent(why -> warn("its place in the log is kept, a target of that name will go on there", why));
        if (kept.isEmpty()) {
            tellCatalogue(settings);
        }
        return 0;
    }

    /** Connect takes this once the task has said its last word. */
    private Optional<StartFailure> forgetPlace(String path) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connect.delete(path + "/offsets");
                return Optional.empty();
            } catch (StartFailure notYet) {
                if (System.nanoTime() - deadlineNanos >= 0) {
                    return Optional.of(notYet);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }

    private void tellCatalogue(Map<String, String> settings) throws InterruptedException {
        try {
            RestreamTopic.forget(new RestreamSinkConfig(ConnectorSettings.resolve(settings)));
        } catch (IOException | ExecutionException | TimeoutException | KafkaException | IllegalArgumentException e) {
            warn("the status page shows it as stopped for five minutes, because Kafka was not told", e);
        }
    }

    private void warn(String what, Exception why) {
        spec.commandLine().getErr().println("weir: " + what + ": " + why.getMessage());
    }
}
