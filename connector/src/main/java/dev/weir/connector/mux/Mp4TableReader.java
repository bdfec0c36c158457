package dev.weir.connector.mux;

import java.util.List;

/** Compares the sample tables of one track with the samples that its fragments hold. */
final class Mp4TableReader {
    private final int number;
    private final List<MediaFile.Sample> samples;

    Mp4TableReader(int number, List<MediaFile.Sample> samples) {
        this.number = number;
        this.samples = samples;
    }

    void read(BoxReader trak) throws MalformedMediaException {
        if (trak.next("tkhd").skip(20).i32() != number) {
            throw new MalformedMediaException("no sample tables for track " + number);
        }
        if (trak.peekType().equals("edts")) {
            trak.next();
        }
        BoxReader media = trak.next("mdia");
        trak.done();
        media.next("mdhd");
        media.next("hdlr");
        BoxReader information = media.next("minf");
        information.next();
        information.next("dinf");
        BoxReader table = information.next("stbl");
        table.next("stsd");
        times(table.next("stts"));
        boolean reordered = table.peekType().equals("ctts");
        if (reordered) {
            offsets(table.next());
        }
        if (table.peekType().equals("stss")) {
            keyframes(table.next());
        }
        positions(
                table.next("stsc").skip(4),
                table.next("stsz").skip(8),
                table.next("co64").skip(4));
        table.done();
    }

    private MalformedMediaException differs(String what) {
        return new MalformedMediaException(what + " of track " + number + " is not as in the fragments");
    }

    private void times(BoxReader box) throws MalformedMediaException {
        int index = 0;
        for (int entries = box.skip(4).i32(); entries > 0; entries--) {
            long count = box.u32();
            long step = box.u32();
            for (; count > 0 && index < samples.size(); count--, index++) {
                MediaFile.Sample sample = samples.get(index);
                boolean last = index + 1 == samples.size();
                long expected =
                        last ? sample.durationTicks() : samples.get(index + 1).dtsTicks() - sample.dtsTicks();
                if (step != expected) {
                    throw differs("stts");
                }
            }
            if (count > 0) {
                throw differs("stts");
            }
        }
        box.done();
        requireAll(index, "stts");
    }

    private void offsets(BoxReader box) throws MalformedMediaException {
        int index = 0;
        for (int entries = box.skip(4).i32(); entries > 0; entries--) {
            long count = box.u32();
            int offset = box.i32();
            for (; count > 0 && index < samples.size(); count--, index++) {
                if (samples.get(index).ptsTicks() - samples.get(index).dtsTicks() != offset) {
                    throw differs("ctts");
                }
            }
            if (count > 0) {
                throw differs("ctts");
            }
        }
        box.done();
        requireAll(index, "ctts");
    }

    private void keyframes(BoxReader box) throws MalformedMediaException {
        int entries = box.skip(4).i32();
        for (int index = 0; index < samples.size(); index++) {
            if (samples.get(index).keyframe()) {
                if (entries-- <= 0 || box.u32() != index + 1) {
                    throw differs("stss");
                }
            }
        }
        box.done();
    }

    private void positions(BoxReader chunks, BoxReader sizes, BoxReader offsets) throws MalformedMediaException {
        if (sizes.i32() != samples.size()) {
            throw differs("stsz");
        }
        int runs = chunks.i32();
        long nextRun = runs-- > 0 ? chunks.u32() : 0;
        long perChunk = 0;
        int index = 0;
        int count = offsets.i32();
        for (int chunk = 1; chunk <= count; chunk++) {
            if (chunk == nextRun) {
                perChunk = chunks.u32();
                chunks.skip(4);
                nextRun = runs-- > 0 ? chunks.u32() : 0;
            }
            long at = offsets.u64();
            for (long i = 0; i < perChunk; i++, index++) {
                if (index >= samples.size() || samples.get(index).offset() != at) {
                    throw differs("co64");
                }
                long length = sizes.u32();
                if (length != samples.get(index).length()) {
                    throw differs("stsz");
                }
                at += length;
            }
        }
        chunks.done();
        sizes.done();
        offsets.done();
        requireAll(index, "stsc");
    }

    private void requireAll(int index, String what) throws MalformedMediaException {
        if (index != samples.size()) {
            throw differs(what);
        }
    }
}
