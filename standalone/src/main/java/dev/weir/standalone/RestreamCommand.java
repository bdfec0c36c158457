package dev.weir.standalone;

import dev.weir.standalone.process.StartFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Groups what can be done with targets: each is a connector of Connect. */
@Command(
        name = "restream",
        description = "Push streams to other servers and services.",
        mixinStandardHelpOptions = true,
        subcommands = {RestreamListCommand.class, RestreamAddCommand.class, RestreamRemoveCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "  weir restream add studio --stream lobby --url srt://studio.example.org:9000",
            "  weir restream list",
            "  weir restream pause studio"
        })
final class RestreamCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "start",
            description = "Go on with a target that was paused or stopped.",
            mixinStandardHelpOptions = true)
    int start(@Mixin ConnectClient connect, @Parameters(paramLabel = "NAME", description = "The target.") String name)
            throws StartFailure, InterruptedException {
        connect.put(connect.target(name) + "/resume", "");
        return done(name, "starts");
    }

    @Command(
            name = "pause",
            description = "Read no more; the target is disconnected after 10 s, and goes on at its place when started.",
            mixinStandardHelpOptions = true)
    int pause(@Mixin ConnectClient connect, @Parameters(paramLabel = "NAME", description = "The target.") String name)
            throws StartFailure, InterruptedException {
        connect.put(connect.target(name) + "/pause", "");
        return done(name, "pauses");
    }

    @Command(
            name = "stop",
            description = "Disconnect a target and end its task; its settings stay.",
            mixinStandardHelpOptions = true)
    int stop(@Mixin ConnectClient connect, @Parameters(paramLabel = "NAME", description = "The target.") String name)
            throws StartFailure, InterruptedException {
        connect.put(connect.target(name) + "/stop", "");
        return done(name, "stops");
    }

    @Command(
            name = "restart",
            description = "Start a target anew, with a new connection, a failed one too.",
            mixinStandardHelpOptions = true)
    int restart(@Mixin ConnectClient connect, @Parameters(paramLabel = "NAME", description = "The target.") String name)
            throws StartFailure, InterruptedException {
        connect.post(connect.target(name) + "/restart?includeTasks=true", "");
        return done(name, "restarts");
    }

    private int done(String name, String what) {
        spec.commandLine().getOut().println(name + " " + what);
        return 0;
    }
}
