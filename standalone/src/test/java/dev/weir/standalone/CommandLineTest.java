package dev.weir.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What somebody at a terminal meets: the help, and what is said about mistakes. */
class CommandLineTest {
    private static final int TERMINAL_COLUMNS = 80;

    private static List<CommandLine> all(CommandLine command) {
        List<CommandLine> commands = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(sub -> commands.addAll(all(sub)));
        return commands;
    }

    @Test
    void examplesFitIntoATerminalSoThatTheyCanBeCopied() {
        for (CommandLine command : all(Main.commandLine())) {
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                assertThat(line.length())
                        .as("%s: %s", command.getCommandName(), line)
                        .isLessThanOrEqualTo(TERMINAL_COLUMNS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "demo --udp 70000 | 2 | '70000' is not a port",
                "demo --kafka-port -1 | 2 | '-1' is not a port",
                "demo --http 99999 | 2 | '99999' is not HOST:PORT",
                "frobnicate | 2 | Unmatched argument",
                "config | 2 | Missing required subcommand",
                "gateway --kafka nowhere | 1 | kafka.bootstrap-servers must be host:port: nowhere",
                "gateway --http 127.0.0.1:0 --udp 0 --tls /none.pem | 1 | /none.pem: no such file",
                "log --kafka-config /none | 1 | there is no file /none",
                "restream add a --stream s --url-file /none | 1 | there is no file /none",
            })
    void mistakesAreToldInALineThatHelps(String arguments, int exitCode, String words) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("Exception", "\tat ");
    }
}
