package dev.weir.standalone;

import picocli.CommandLine.Command;

/** Groups what can be done with an archive. */
@Command(
        name = "archive",
        description = "Check recordings, and put copies of the log back.",
        mixinStandardHelpOptions = true,
        subcommands = {ArchiveVerifyCommand.class, ArchiveRestoreCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class ArchiveCommand {}
