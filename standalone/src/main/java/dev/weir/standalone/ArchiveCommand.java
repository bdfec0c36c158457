package dev.weir.standalone;

import picocli.CommandLine.Command;

/** Groups what can be done with an archive. */
@Command(
        name = "archive",
        description = "Check recordings.",
        mixinStandardHelpOptions = true,
        subcommands = ArchiveVerifyCommand.class,
        synopsisSubcommandLabel = "COMMAND")
final class ArchiveCommand {}
