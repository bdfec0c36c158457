package dev.weir.connector.assemble;

import dev.weir.connector.assemble.FrameSource.SourceFrame;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.EncodedFrame;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One layer of a track: its packets become frames, damaged ones are left out up to the next keyframe, the others wait here
 * for their turn. What is consumed, that is delivered or left out for good, is never read again.
 */
final class Layer {
    private static final String PACKETS_LOST = "packets-lost";
    private static final String NO_KEYFRAME = "no-keyframe";
    private static final String NO_PARAMETERS = "no-parameter-sets";
    private static final long NONE = Long.MIN_VALUE;

    private final Codec codec;
    private final AssembleConfig config;
    private final FormatReader formats;
    private final MediaClock clock;
    private final ArrayDeque<PendingFrame> queue = new ArrayDeque<>();
    private final List<Integer> ssrcs = new ArrayList<>();

    private Optional<FrameSource> source = Optional.empty();
    private Optional<SenderReport> report = Optional.empty();
    private Optional<TrackFormat> lastFormat = Optional.empty();
    private long queuedBytes;
    private boolean needsKeyframe;
    private boolean restart;
    private LossTally loss = LossTally.NONE;
    private long leftOutFromOffset = Long.MAX_VALUE;
    private long leftOutThrough = NONE;
    private String declaredReason = "";
    private Consumed consumed;

    /** How far this layer has come for good, and what holds from there on. */
    private record Consumed(int ssrcIndex, long sequence, boolean needsKeyframe, boolean restart, LossTally loss) {}

    Layer(TrackInfo track, Codec codec, AssembleConfig config) {
        this.codec = codec;
        this.config = config;
        this.formats = new FormatReader(track, codec);
        this.clock = new MediaClock(track.clockRateHz());
        this.needsKeyframe = isVideo();
        this.consumed = new Consumed(-1, NONE, needsKeyframe, false, LossTally.NONE);
    }

    private boolean isVideo() {
        return codec.kind() == MediaKind.VIDEO;
    }

    MediaClock clock() {
        return clock;
    }

    Optional<SenderReport> report() {
        return report;
    }

    void onReport(SenderReport latest) {
        report = Optional.of(latest);
    }

    /** Names the reason that the log itself gives for the next hole. */
    void declare(String reason) {
        declaredReason = reason;
    }

    void add(ReceivedPacket packet, long nowMicros) {
        int ssrc = packet.packet().ssrc();
        if (source.isEmpty() || source.get().ssrc() != ssrc) {
            if (ssrcs.contains(ssrc)) {
                return;
            }
            open(ssrc);
        }
        FrameSource current = source.orElseThrow();
        current.add(packet);
        current.drain(nowMicros, false, this::onFrame);
    }

    private void open(int ssrc) {
        source.ifPresent(old -> old.drain(0, true, this::onFrame));
        long window = config.reorderWindow().toNanos() / 1_000;
        source = Optional.of(new FrameSource(ssrc, codec, new ReorderBuffer(window, Math.min(window, 500_000))));
        ssrcs.add(ssrc);
        restart = true;
        needsKeyframe = isVideo();
    }

    /** Lets time pass: holes that were waited for long enough are given up. */
    void advance(long nowMicros, boolean flush) {
        source.ifPresent(current -> current.drain(nowMicros, flush, this::onFrame));
    }

    private void onFrame(SourceFrame frame) {
        if (frame.missing() > 0) {
            loss = loss.missing(frame.missing(), declaredReason.isEmpty() ? PACKETS_LOST : declaredReason);
            declaredReason = "";
        }
        EncodedFrame encoded = frame.encoded();
        boolean hurt = encoded.damaged() || (encoded.afterLoss() && !encoded.keyframe());
        if (isVideo() && hurt && !config.keepDamaged()) {
            needsKeyframe = true;
        }
        boolean unusable = encoded.damaged() && !config.keepDamaged();
        if (unusable || (needsKeyframe && !encoded.keyframe())) {
            leaveOut(frame, loss.isEmpty() && !encoded.damaged() ? NO_KEYFRAME : PACKETS_LOST);
            return;
        }
        Optional<TrackFormat> format = Optional.empty();
        if (isVideo() && encoded.keyframe()) {
            format = formats.video(encoded.data()).or(() -> lastFormat);
            if (format.isEmpty()) {
                leaveOut(frame, NO_PARAMETERS);
                return;
            }
            lastFormat = format;
        }
        needsKeyframe = false;
        long from = Math.min(leftOutFromOffset, frame.firstOffset());
        queue.add(new PendingFrame(
                encoded,
                source.orElseThrow().ssrc(),
                restart,
                frame.firstArrivalMicros(),
                frame.lastArrivalMicros(),
                frame.firstOffset(),
                frame.lastOffset(),
                from,
                loss,
                format));
        queuedBytes += encoded.data().remaining();
        restart = false;
        clearLoss();
    }

    private void clearLoss() {
        loss = LossTally.NONE;
        leftOutFromOffset = Long.MAX_VALUE;
        leftOutThrough = NONE;
    }

    private void leaveOut(SourceFrame frame, String reason) {
        loss = loss.leftOut(frame.packets(), frame.encoded().extendedTimestamp(), reason);
        leftOutFromOffset = Math.min(leftOutFromOffset, frame.firstOffset());
        leftOutThrough = frame.encoded().lastSequence();
    }

    /** Returns the size of the frames that wait here. */
    long queuedBytes() {
        return queuedBytes;
    }

    Optional<PendingFrame> head() {
        return Optional.ofNullable(queue.peek());
    }

    /** Returns the frame behind the head. */
    Optional<PendingFrame> second() {
        Iterator<PendingFrame> frames = queue.iterator();
        frames.next();
        return frames.hasNext() ? Optional.of(frames.next()) : Optional.empty();
    }

    /** Returns the first keyframe in the queue. */
    Optional<PendingFrame> firstKeyframe() {
        return queue.stream().filter(frame -> frame.encoded().keyframe()).findFirst();
    }

    /**
     * Returns the least arrival minus RTP time, in microseconds, of the frames that wait here, as far as the RTP clock
     * runs on without a jump.
     */
    long leastDelay() {
        long least = Long.MAX_VALUE;
        long previous = 0;
        for (PendingFrame frame : queue) {
            long delay = frame.firstArrivalMicros() - clock.micros(frame.timestamp());
            boolean first = least == Long.MAX_VALUE;
            if (!first && (frame.restart() || Math.abs(delay - previous) > MediaClock.JUMP_MICROS)) {
                break;
            }
            least = Math.min(least, delay);
            previous = delay;
        }
        return least;
    }

    /** Says that everything before the head has been told, its gap too. */
    void consumeBeforeHead() {
        PendingFrame head = queue.element();
        consumed = new Consumed(
                ssrcs.indexOf(head.ssrc()), head.encoded().firstSequence() - 1, false, head.restart(), LossTally.NONE);
    }

    /** Takes the head away for good. */
    PendingFrame consumeHead() {
        PendingFrame head = queue.remove();
        queuedBytes -= head.encoded().data().remaining();
        consumed =
                new Consumed(ssrcs.indexOf(head.ssrc()), head.encoded().lastSequence(), false, false, LossTally.NONE);
        return head;
    }

    /** Takes everything that waits away for good, because another layer goes on from here. */
    void drop() {
        while (!queue.isEmpty()) {
            consumeHead();
        }
    }

    /** Forgets what the sender reports said, because the RTP clock jumped. */
    void forgetReport() {
        report = Optional.empty();
    }

    /** Forgets the bytes of what was left out, once nothing waits before it. */
    void consumeLeftOut() {
        if (queue.isEmpty() && leftOutThrough != NONE) {
            consumed = new Consumed(ssrcs.size() - 1, leftOutThrough, needsKeyframe, restart, loss);
            leftOutFromOffset = Long.MAX_VALUE;
            leftOutThrough = NONE;
        }
    }

    /** Returns what was left out after the last frame, for the end of the epoch. */
    LossTally trailingLoss() {
        return loss;
    }

    /** Tells whether no hole was found for the last declared reason. */
    boolean isDeclarationOpen() {
        return !declaredReason.isEmpty();
    }

    /** Returns the lowest log offset that is still needed, {@link Long#MAX_VALUE} when none is. */
    long oldestOffset() {
        long oldest = leftOutFromOffset;
        for (PendingFrame frame : queue) {
            oldest = Math.min(oldest, frame.readFromOffset());
        }
        return Math.min(
                oldest,
                source.map(current -> current.oldestOffset().orElse(Long.MAX_VALUE))
                        .orElse(Long.MAX_VALUE));
    }

    void write(DataOutput out) throws IOException {
        int known = consumed.ssrcIndex + 1;
        out.writeInt(known);
        for (int i = 0; i < known; i++) {
            out.writeInt(ssrcs.get(i));
        }
        out.writeLong(consumed.sequence);
        out.writeBoolean(consumed.needsKeyframe);
        out.writeBoolean(consumed.restart);
        out.writeLong(consumed.loss.packets());
        out.writeUTF(consumed.loss.reason());
        out.writeLong(consumed.loss.fromTimestamp());
        out.writeUTF(declaredReason);
        StateCodec.writeReport(out, report);
        clock.write(out);
    }

    void read(DataInput in, Optional<TrackFormat> format) throws IOException {
        int known = in.readInt();
        List<Integer> before = new ArrayList<>();
        for (int i = 0; i < known; i++) {
            before.add(in.readInt());
        }
        long sequence = in.readLong();
        boolean keyframe = in.readBoolean();
        boolean again = in.readBoolean();
        LossTally tally = new LossTally(in.readLong(), in.readUTF(), in.readLong());
        declaredReason = in.readUTF();
        report = StateCodec.readReport(in);
        clock.read(in);
        lastFormat = format;
        if (known > 0) {
            ssrcs.addAll(before.subList(0, known - 1));
            open(before.get(known - 1));
            source.orElseThrow().expect(sequence + 1);
            needsKeyframe = keyframe;
            restart = again;
            loss = tally;
            consumed = new Consumed(known - 1, sequence, keyframe, again, tally);
        }
    }
}
