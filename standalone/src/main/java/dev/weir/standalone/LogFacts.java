package dev.weir.standalone;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackStats;
import dev.weir.standalone.journal.FactLine;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of {@code weir log} that name a metadata topic to print instead of the media; one at most. */
final class LogFacts {
    private static final String GATEWAY = "the gateway's mirror.metadata leaves it out, or nothing was published yet;"
            + " packets are shown without this option";

    @Option(names = "--frames", description = "One line per picture or piece of sound instead of per packet.")
    private boolean frames;

    @Option(names = "--sessions", description = "The steps in the lives of publishers and viewers.")
    private boolean sessions;

    @Option(names = "--stats", description = "The statistics that are written every 10 s.")
    private boolean stats;

    @Option(names = "--streams", description = "What is live, and up to where Kafka and the archive have it.")
    private boolean streams;

    @Option(names = "--objects", description = "What the archive has made durable.")
    private boolean objects;

    @Option(names = "--targets", description = "What the targets of restreaming do, every 5 s and with each change.")
    private boolean targets;

    /**
     * A metadata topic and how it is shown.
     *
     * @param absent why there may be no such topic
     */
    record Kind<R extends Record>(
            String topic, MetadataCodec<R> codec, Function<R, String> streamOf, Line<R> lines, String absent) {

        /** Makes a line for a reader. */
        interface Line<R> {
            String of(FactLine text, R fact, long micros);
        }

        /** Returns the stream that a fact is about. */
        String stream(R fact) {
            return streamOf.apply(fact);
        }

        String line(FactLine text, R fact, long micros) {
            return lines.of(text, fact, micros);
        }
    }

    /** Returns what is to be shown, empty = the media. */
    Optional<Kind<?>> kind() {
        if (frames) {
            return Optional.of(new Kind<>(
                    Topics.FRAMES,
                    MetadataCodec.frames(),
                    FrameMeta::streamId,
                    (text, fact, micros) -> text.frame(fact),
                    GATEWAY));
        } else if (sessions) {
            return Optional.of(new Kind<>(
                    Topics.SESSIONS,
                    MetadataCodec.sessions(),
                    SessionEvent::streamId,
                    (text, fact, micros) -> text.session(fact),
                    GATEWAY));
        } else if (stats) {
            return Optional.of(new Kind<>(
                    Topics.STATS,
                    MetadataCodec.stats(),
                    TrackStats::streamId,
                    (text, fact, micros) -> text.stats(fact),
                    GATEWAY));
        } else if (streams) {
            return Optional.of(new Kind<>(
                    Topics.STREAMS,
                    MetadataCodec.streams(),
                    StreamState::streamId,
                    (text, fact, micros) -> text.stream(fact),
                    GATEWAY));
        } else if (objects) {
            return Optional.of(new Kind<>(
                    Topics.ARCHIVE,
                    MetadataCodec.archive(),
                    ArchiveObject::streamId,
                    FactLine::object,
                    "the archive sink writes it when it has archive.topic.kafka.bootstrap.servers"));
        } else if (targets) {
            return Optional.of(new Kind<>(
                    Topics.RESTREAM,
                    MetadataCodec.restream(),
                    RestreamTarget::streamId,
                    (text, fact, micros) -> text.target(fact),
                    "a target writes it when it has restream.topic.kafka.bootstrap.servers"));
        }
        return Optional.empty();
    }
}
