package dev.weir.connector.assemble;

import dev.weir.schemas.Gap;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes and reads the values that make up the state of a checkpoint. */
final class StateCodec {
    private static final int VERSION = 1;

    /** Writes fields. */
    interface Writer {
        /** Writes in the order that the reader reads. */
        void write(DataOutput out) throws IOException;
    }

    /** Reads fields. */
    interface Reader {
        /** Reads in the order that the writer wrote. */
        void read(DataInput in) throws IOException;
    }

    private StateCodec() {}

    static ByteBuffer encode(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writer.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    static void decode(ByteBuffer state, Reader reader) {
        byte[] bytes = new byte[state.remaining()];
        state.get(state.position(), bytes);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("checkpoint of version " + version + ", this is " + VERSION);
            }
            reader.read(in);
        } catch (IOException broken) {
            throw new IllegalArgumentException("not a whole checkpoint", broken);
        }
    }

    static void writeTrackInfo(DataOutput out, TrackInfo info) throws IOException {
        out.writeInt(info.trackIndex());
        out.writeUTF(info.trackId());
        out.writeUTF(info.kind());
        out.writeUTF(info.encodingName());
        out.writeInt(info.clockRateHz());
        out.writeInt(info.channels());
        out.writeUTF(info.fmtp());
        out.writeInt(info.rids().size());
        for (String rid : info.rids()) {
            out.writeUTF(rid);
        }
    }

    static TrackInfo readTrackInfo(DataInput in) throws IOException {
        int index = in.readInt();
        String id = in.readUTF();
        String kind = in.readUTF();
        String encodingName = in.readUTF();
        int clockRateHz = in.readInt();
        int channels = in.readInt();
        String fmtp = in.readUTF();
        List<String> rids = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            rids.add(in.readUTF());
        }
        return new TrackInfo(index, id, kind, encodingName, clockRateHz, channels, fmtp, rids);
    }

    static void writeFormat(DataOutput out, TrackFormat format) throws IOException {
        out.writeInt(format.trackIndex());
        out.writeUTF(format.trackId());
        out.writeUTF(format.codec().name());
        out.writeInt(format.clockRateHz());
        out.writeInt(format.channels());
        out.writeInt(format.widthPx());
        out.writeInt(format.heightPx());
        byte[] configuration = new byte[format.codecConfiguration().remaining()];
        format.codecConfiguration().duplicate().get(configuration);
        out.writeInt(configuration.length);
        out.write(configuration);
    }

    static TrackFormat readFormat(DataInput in) throws IOException {
        int index = in.readInt();
        String id = in.readUTF();
        Codec codec = Codec.valueOf(in.readUTF());
        int clockRateHz = in.readInt();
        int channels = in.readInt();
        int widthPx = in.readInt();
        int heightPx = in.readInt();
        byte[] configuration = new byte[in.readInt()];
        in.readFully(configuration);
        return new TrackFormat(
                index,
                id,
                codec.kind(),
                codec,
                clockRateHz,
                channels,
                widthPx,
                heightPx,
                ByteBuffer.wrap(configuration));
    }

    static void writeReport(DataOutput out, Optional<SenderReport> report) throws IOException {
        out.writeBoolean(report.isPresent());
        if (report.isPresent()) {
            out.writeInt(report.get().trackIndex());
            out.writeUTF(report.get().rid());
            out.writeLong(report.get().ntpTimestamp());
            out.writeLong(report.get().extendedTimestamp());
            out.writeLong(report.get().arrivalMicros());
        }
    }

    static Optional<SenderReport> readReport(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new SenderReport(in.readInt(), in.readUTF(), in.readLong(), in.readLong(), in.readLong()));
    }

    static void writeGap(DataOutput out, Optional<Gap> gap) throws IOException {
        out.writeBoolean(gap.isPresent());
        if (gap.isPresent()) {
            out.writeInt(gap.get().trackIndex());
            out.writeLong(gap.get().fromArrivalMicros());
            out.writeLong(gap.get().toArrivalMicros());
            out.writeLong(gap.get().packets());
            out.writeUTF(gap.get().reason());
        }
    }

    static Optional<Gap> readGap(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new Gap(in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readUTF()));
    }
}
