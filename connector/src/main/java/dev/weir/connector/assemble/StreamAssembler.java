package dev.weir.connector.assemble;

import dev.weir.connector.assemble.AssembledEvent.Ended;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Turns the log of one epoch of one stream into frames in media time. A pure function of the records: no clock, no random,
 * so a replay gives the same events. Not thread-safe: one owner.
 *
 * <p>Nothing is left out silently: leading audio is kept, and whatever cannot be used is declared by {@link
 * AssembledEvent.GapFound}.
 */
public final class StreamAssembler {
    private static final long WALL_CLOCK_STEP_MICROS = 1_000_000;
    private static final long NONE = Long.MIN_VALUE;

    private final String streamId;
    private final long epoch;
    private final TrackSet tracks;
    private final FrameRelease release;

    private long offset = -1;
    private int entry;
    private long resumeOffset = -1;
    private int resumeEntry = -1;
    private long lastWallMicros = NONE;
    private long wallStepMicros;
    private long nowMicros = NONE;
    private boolean ended;

    /** Creates an assembler that expects the epoch from its first record on (or joins late, as if it began there). */
    public StreamAssembler(String streamId, long epoch, AssembleConfig config) {
        this.streamId = streamId;
        this.epoch = epoch;
        this.tracks = new TrackSet(config);
        this.release = new FrameRelease(tracks, config);
    }

    /**
     * Continues from {@link Checkpoint#state}.
     *
     * @throws IllegalArgumentException when the state is not one of ours
     */
    public static StreamAssembler resume(String streamId, long epoch, AssembleConfig config, ByteBuffer state) {
        StreamAssembler assembler = new StreamAssembler(streamId, epoch, config);
        StateCodec.decode(state, assembler::read);
        return assembler;
    }

    /**
     * Takes one record's batch; records come in order of offset. An end-of-stream entry ends the epoch: {@link
     * AssembledEvent.Ended} comes last and later batches are ignored.
     *
     * @throws IllegalArgumentException when the batch is of another stream or epoch
     */
    public void add(RelayBatch batch, long offset, Consumer<AssembledEvent> out) {
        if (!batch.streamId().equals(streamId) || batch.epoch() != epoch) {
            throw new IllegalArgumentException("batch of stream " + batch.streamId() + " epoch " + batch.epoch()
                    + " for stream " + streamId + " epoch " + epoch);
        }
        this.offset = offset;
        for (entry = 0; entry < batch.entries().size() && !ended; entry++) {
            LogEntry next = batch.entries().get(entry);
            boolean replay = offset < resumeOffset || (offset == resumeOffset && entry <= resumeEntry);
            next.accept(new EntryReader(replay, out));
        }
    }

    /** Takes one entry; entries that a checkpoint already reflects give their packets only. */
    private final class EntryReader implements LogEntry.Visitor<Boolean> {
        private final boolean replay;
        private final Consumer<AssembledEvent> out;

        EntryReader(boolean replay, Consumer<AssembledEvent> out) {
            this.replay = replay;
            this.out = out;
        }

        @Override
        public Boolean packet(LogPacket packet) {
            long arrival = advanceTo(packet.arrivalMicros());
            if (!tracks.add(new ReceivedPacket(packet, offset, arrival), nowMicros) && !replay) {
                tracks.ignore(packet.trackIndex());
            }
            return release();
        }

        @Override
        public Boolean trackConfiguration(TrackConfiguration configuration) {
            if (!replay) {
                tracks.configure(configuration);
                configuration.senderReports().forEach(release::onRepeatedReport);
            }
            return true;
        }

        @Override
        public Boolean senderReport(SenderReport report) {
            advanceTo(report.arrivalMicros());
            if (!replay) {
                release.onReport(report);
            }
            return release();
        }

        @Override
        public Boolean gap(Gap gap) {
            advanceTo(gap.toArrivalMicros());
            if (!replay) {
                tracks.declare(gap);
            }
            return release();
        }

        @Override
        public Boolean endOfStream(EndOfStream end) {
            advanceTo(end.arrivalMicros());
            finish(end.reason(), false, out);
            return true;
        }

        @Override
        public Boolean heartbeat(Heartbeat heartbeat) {
            advanceTo(heartbeat.arrivalMicros());
            return release();
        }

        private boolean release() {
            tracks.advance(nowMicros, false);
            if (!replay) {
                release.release(nowMicros, false, out);
            }
            return true;
        }
    }

    /** Follows the arrival stamps on a clock that goes on when the gateway's wall clock is set back. */
    private long advanceTo(long wallMicros) {
        if (lastWallMicros != NONE && wallMicros < lastWallMicros - WALL_CLOCK_STEP_MICROS) {
            wallStepMicros += lastWallMicros - wallMicros;
        }
        lastWallMicros = wallMicros;
        long arrival = wallMicros + wallStepMicros;
        nowMicros = Math.max(nowMicros, arrival);
        return arrival;
    }

    /**
     * Ends the epoch without an end-of-stream entry (a higher epoch has begun): gives all that is buffered, a gap of unknown
     * size behind it, since the gateway that wrote the epoch died, and {@link AssembledEvent.Ended} with {@code reason}. Does
     * nothing when it has ended.
     */
    public void end(String reason, Consumer<AssembledEvent> out) {
        if (!ended) {
            finish(reason, true, out);
        }
    }

    private void finish(String reason, boolean cutShort, Consumer<AssembledEvent> out) {
        ended = true;
        tracks.advance(nowMicros, true);
        release.release(nowMicros, true, out);
        release.declareTrailingGaps(out);
        if (cutShort) {
            release.declareUnknownEnd(out);
        }
        out.accept(new Ended(reason));
    }

    /** Returns the size of the frames that are whole and wait for their turn. */
    public long queuedBytes() {
        return tracks.queuedBytes();
    }

    /**
     * Returns the lowest offset whose packets are not all delivered yet: a reader that starts anew must not start behind it.
     * {@link Long#MAX_VALUE} when nothing is buffered.
     */
    public long oldestBufferedOffset() {
        return tracks.oldestOffset();
    }

    /**
     * Takes a checkpoint; call it inside the consumer while it handles the {@link AssembledEvent.FrameReady} of the frame
     * that starts an object. Until the first object of an epoch is durable, its reader must start at the epoch's first
     * record instead.
     */
    public Checkpoint checkpoint() {
        long from = Math.min(tracks.oldestOffset(), offset);
        return new Checkpoint(from, StateCodec.encode(this::write));
    }

    private void write(DataOutput out) throws IOException {
        out.writeLong(offset);
        out.writeInt(ended ? Integer.MAX_VALUE : entry);
        out.writeLong(wallStepMicros);
        tracks.write(out);
        release.write(out);
    }

    private void read(DataInput in) throws IOException {
        resumeOffset = in.readLong();
        resumeEntry = in.readInt();
        wallStepMicros = in.readLong();
        tracks.read(in);
        release.read(in);
    }
}
