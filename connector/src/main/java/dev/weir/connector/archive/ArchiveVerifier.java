package dev.weir.connector.archive;

import dev.weir.connector.archive.Manifest.Track;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.AvroContainer;
import dev.weir.connector.mux.HlsPlaylist;
import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.connector.mux.MediaFile;
import dev.weir.connector.mux.MediaFile.Sample;
import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proves the archive of one stream against the log: reads the log as the archive does, reads every object back, and compares
 * the frames one by one. One thread.
 */
public final class ArchiveVerifier {
    private final ObjectStore store;
    private final ArchiveSettings settings;
    private final String streamId;
    private final TreeMap<Long, LoggedEpoch> epochs = new TreeMap<>();

    /** Verifies what {@code settings} put into {@code store}; the length and size of objects do not matter. */
    public ArchiveVerifier(ObjectStore store, ArchiveSettings settings, String streamId) {
        this.store = store;
        this.settings = settings;
        this.streamId = streamId;
    }

    /** Takes the next record of the log; those of other streams and of publishers that were replaced are passed over. */
    public void add(RelayBatch batch, long offset) {
        if (!batch.streamId().equals(streamId) || (!epochs.isEmpty() && epochs.lastKey() > batch.epoch())) {
            return;
        }
        LoggedEpoch known = epochs.get(batch.epoch());
        if (known == null) {
            if (!epochs.isEmpty() && !epochs.lastEntry().getValue().ended()) {
                epochs.lastEntry().getValue().supersede();
            }
            known = new LoggedEpoch(batch, settings);
            epochs.put(batch.epoch(), known);
        }
        known.add(batch, offset);
    }

    /**
     * Reads the archive and compares.
     *
     * @param patient whether frames of an epoch that is over in the log may still come; otherwise they are lost
     * @return one verdict per epoch that the log holds
     */
    public List<EpochVerdict> verify(boolean patient) throws IOException {
        List<EpochVerdict> verdicts = new ArrayList<>();
        for (LoggedEpoch epoch : epochs.values()) {
            verdicts.add(new Comparison(epoch).verdict(patient));
        }
        return verdicts;
    }

    /** The comparison of one epoch. */
    private final class Comparison {
        private final LoggedEpoch logged;
        private final String folder;
        private final Map<Integer, FrameMatch> tracks = new TreeMap<>();
        private final List<String> problems = new ArrayList<>();
        private final List<String> playable = new ArrayList<>();
        private long corrupt;
        private long gaps;
        private long objects;
        private long bytes;
        private boolean complete;

        Comparison(LoggedEpoch logged) {
            this.logged = logged;
            this.folder = ArchiveKeys.epochFolder(settings.prefix(), streamId, logged.epoch());
            logged.frames().forEach((track, frames) -> tracks.put(track, new FrameMatch(frames, logged.isTruncated())));
        }

        EpochVerdict verdict(boolean patient) throws IOException {
            for (String key : store.list(folder)) {
                if (ArchiveKeys.isManifest(key)) {
                    manifest(key);
                }
            }
            playlist();
            long left = tracks.values().stream().mapToLong(FrameMatch::left).sum();
            boolean pending = !complete && (patient || !logged.ended());
            long lost = tracks.values().stream().mapToLong(FrameMatch::lost).sum() + (pending ? 0 : left);
            if (lost > 0) {
                problems.add(lost + " " + (settings.packaging().keepsRecords() ? "records" : "frames")
                        + " are in the log and not in the archive");
            }
            if (logged.missingBatches() > 0) {
                problems.add("the log lacks " + logged.missingBatches() + " records");
            }
            return new EpochVerdict(
                    logged.epoch(),
                    logged.ended(),
                    logged.isCutShort(),
                    complete,
                    logged.packets(),
                    logged.frames().values().stream().mapToLong(List::size).sum(),
                    tracks.values().stream().mapToLong(FrameMatch::archived).sum(),
                    lost,
                    tracks.values().stream().mapToLong(FrameMatch::duplicated).sum(),
                    tracks.values().stream().mapToLong(FrameMatch::damaged).sum(),
                    corrupt,
                    gaps,
                    pending ? left : 0,
                    tracks.values().stream().mapToLong(FrameMatch::unproven).sum(),
                    logged.missingBatches(),
                    objects,
                    bytes,
                    problems);
        }

        private void manifest(String key) throws IOException {
            Manifest manifest;
            String object;
            try {
                manifest = ManifestJson.read(read(key));
                object = ArchiveKeys.resolve(folder, manifest.object());
            } catch (FileNotFoundException e) {
                return; // Listed, and gone since: the next look will tell.
            } catch (IOException e) {
                corrupt(key + " is no manifest: " + e.getMessage());
                return;
            }
            gaps += manifest.gaps().size();
            complete = manifest.next().isEmpty();
            if (manifest.hls()) {
                playable.add(ArchiveKeys.uri(manifest.object()));
            }
            object(object, manifest);
        }

        private void object(String key, Manifest manifest) throws IOException {
            byte[] content;
            try {
                content = read(key);
            } catch (FileNotFoundException e) {
                corrupt(key + " is missing");
                return;
            }
            objects++;
            bytes += content.length;
            ByteBuffer file = ByteBuffer.wrap(content);
            if (content.length != manifest.sizeBytes()) {
                corrupt(key + " has " + content.length + " bytes, its manifest says " + manifest.sizeBytes());
            } else if (!Sha256.of(file).equals(manifest.sha256())) {
                corrupt(key + " has other bytes than its manifest says: the SHA-256 differs");
            }
            if (manifest.contentType().equals(AvroContainer.MEDIA_TYPE)) {
                records(key, file);
            } else {
                media(key, manifest, file);
            }
        }

        private void records(String key, ByteBuffer file) {
            FrameMatch match = match(LoggedEpoch.RECORDS);
            RelayBatchCodec codec = new RelayBatchCodec();
            try {
                for (ByteBuffer datum : AvroContainer.read(file).data()) {
                    // Encoded again, as the log's are: what is compared is what a reader gets.
                    RelayBatch batch = RelayBatchCodec.decode(LogCopyFile.value(datum));
                    match.add(LoggedEpoch.digest(ByteBuffer.wrap(codec.encode(batch))));
                }
            } catch (MalformedMediaException | MalformedRecordException e) {
                corrupt(key + " cannot be read: " + e.getMessage());
            }
        }

        private void media(String key, Manifest manifest, ByteBuffer file) throws IOException {
            List<Track> tracksWithFrames = manifest.tracks().stream()
                    .filter(track -> track.frames() > 0)
                    .toList();
            try {
                MediaFile media = MediaFile.read(file);
                if (media.tracks().size() != tracksWithFrames.size()) {
                    throw new MalformedMediaException(media.tracks().size() + " tracks");
                }
                for (int i = 0; i < tracksWithFrames.size(); i++) {
                    frames(key, tracksWithFrames.get(i), media.tracks().get(i), file);
                }
                keyframes(manifest, tracksWithFrames, media);
            } catch (MalformedMediaException | RuntimeException e) {
                corrupt(key + " cannot be read: " + e.getMessage());
                tracksWithFrames.forEach(
                        track -> match(track.format().trackIndex()).addUnreadable(track.frames()));
            }
        }

        private void frames(String key, Track expected, MediaFile.Track track, ByteBuffer file) {
            if (track.samples().size() != expected.frames()) {
                corrupt(key + " holds " + track.samples().size() + " frames of "
                        + expected.format().trackId() + ", its manifest says " + expected.frames());
            }
            FrameMatch match = match(expected.format().trackIndex());
            for (Sample sample : track.samples()) {
                match.add(LoggedEpoch.digest(file.slice((int) sample.offset(), sample.length())));
            }
        }

        /** An index that is there must be right; whether there is one is the sink's setting at that time. */
        private void keyframes(Manifest manifest, List<Track> written, MediaFile media) throws IOException {
            String key = ArchiveKeys.keyframesKey(folder, manifest.firstPtsMicros());
            List<String> found = new ArrayList<>();
            for (int i = 0; i < written.size(); i++) {
                TrackFormat format = written.get(i).format();
                for (Sample sample : media.tracks().get(i).samples()) {
                    if (sample.keyframe() && format.kind() == MediaKind.VIDEO) {
                        found.add(format.trackId() + " " + sample.offset() + " " + sample.length());
                    }
                }
            }
            try {
                List<String> told = KeyframeIndex.read(read(key)).keyframes().stream()
                        .map(keyframe -> keyframe.track() + " " + keyframe.offset() + " " + keyframe.size())
                        .toList();
                if (!told.equals(found)) {
                    corrupt(key + " tells of other keyframes than are in the object");
                }
            } catch (FileNotFoundException e) {
                return;
            } catch (MalformedMediaException e) {
                corrupt(key + " is no keyframe index: " + e.getMessage());
            }
        }

        private FrameMatch match(int track) {
            return tracks.computeIfAbsent(track, index -> new FrameMatch(List.of(), logged.isTruncated()));
        }

        private void playlist() throws IOException {
            if (playable.isEmpty()) {
                return;
            }
            String key = folder + ArchiveKeys.PLAYLIST;
            try {
                HlsPlaylist written = HlsPlaylist.parse(new String(read(key), StandardCharsets.UTF_8));
                List<String> listed = written.objectUris();
                // The playlist is written before the manifest, so it may be one object ahead.
                boolean ahead = !complete
                        && listed.size() == playable.size() + 1
                        && listed.subList(0, playable.size()).equals(playable);
                if (!listed.equals(playable) && !ahead) {
                    corrupt(key + " lists " + listed.size() + " objects instead of " + playable.size());
                } else if (complete && !written.isEnded()) {
                    corrupt(key + " does not tell the end");
                }
            } catch (FileNotFoundException e) {
                corrupt(key + " is missing");
            } catch (IllegalArgumentException e) {
                corrupt(key + " is no playlist of ours: " + e.getMessage());
            }
        }

        private void corrupt(String problem) {
            corrupt++;
            problems.add(problem);
        }

        private byte[] read(String key) throws IOException {
            try (InputStream in = store.get(key)) {
                return in.readAllBytes();
            }
        }
    }
}
