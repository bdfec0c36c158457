package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the lines of one description and holds the limits; used once. */
final class SdpParser {
    static final int MAX_CHARS = 64 * 1024;
    static final int MAX_MEDIA = 32;
    static final int MAX_CANDIDATES = 64;
    static final int MAX_EXTENSIONS = 16;
    /** Of a line that is kept for the life of a session. */
    private static final int MAX_KEPT_CHARS = 1_024;

    /** Parameter sets of H264 and H265 stand in it. */
    private static final int MAX_FMTP_CHARS = 4_096;

    private static final Set<String> KEPT = Set.of("mid", "rtpmap", "rtcp-fb", "rid", "simulcast", "fmtp");

    private final List<Attribute> sessionAttributes = new ArrayList<>();
    private final List<MediaSection> media = new ArrayList<>();
    private final Set<Character> sessionLines = new HashSet<>();
    private List<Attribute> attributes = sessionAttributes;
    private Optional<String> mediaLine = Optional.empty();
    private int mediaLineNumber;
    private int candidates;
    private int extensions;

    SessionDescription parse(String text) throws SdpException {
        List<String> lines = split(text);
        for (int i = 0; i < lines.size(); i++) {
            readLine(i + 1, lines.get(i));
        }
        finishSection();
        requireSessionLines(lines.size());
        return new SessionDescription(lines, sessionAttributes, media);
    }

    private static List<String> split(String text) throws SdpException {
        if (text.length() > MAX_CHARS) {
            throw new SdpException(0, "the description is longer than " + MAX_CHARS + " characters");
        }
        List<String> lines = new ArrayList<>(text.lines()
                .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
                .toList());
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        if (lines.isEmpty()) {
            throw new SdpException(0, "the description is empty");
        }
        return lines;
    }

    private void readLine(int number, String line) throws SdpException {
        if (line.length() < 2 || line.charAt(1) != '=' || line.charAt(0) < 'a' || line.charAt(0) > 'z') {
            throw new SdpException(number, "not of the form x=value: " + Quoted.of(line));
        }
        if (line.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            throw new SdpException(number, "control character");
        }
        String value = line.substring(2);
        if (number == 1 && !line.equals("v=0")) {
            throw new SdpException(1, "a description starts with v=0: " + Quoted.of(line));
        }
        switch (line.charAt(0)) {
            case 'm' -> startSection(number, value);
            case 'a' -> readAttribute(number, value);
            default -> {
                if (mediaLine.isEmpty()) {
                    sessionLines.add(line.charAt(0));
                }
            }
        }
    }

    private void startSection(int number, String value) throws SdpException {
        finishSection();
        if (media.size() == MAX_MEDIA) {
            throw new SdpException(number, "more than " + MAX_MEDIA + " m-lines");
        }
        mediaLine = Optional.of(value);
        mediaLineNumber = number;
        attributes = new ArrayList<>();
        candidates = 0;
        extensions = 0;
    }

    private void finishSection() throws SdpException {
        if (mediaLine.isPresent()) {
            media.add(MediaSection.parse(media.size(), mediaLineNumber, mediaLine.get(), attributes));
            mediaLine = Optional.empty();
        }
    }

    private void readAttribute(int number, String text) throws SdpException {
        Attribute attribute = Attribute.parse(number, text);
        int limit = attribute.name().equals("fmtp") ? MAX_FMTP_CHARS : MAX_KEPT_CHARS;
        if (attribute.value().length() > limit && KEPT.contains(attribute.name())) {
            throw new SdpException(number, "a=" + attribute.name() + " is longer than " + limit + " characters");
        }
        switch (attribute.name()) {
            case "candidate" -> {
                Candidates.check(attribute);
                if (++candidates > MAX_CANDIDATES) {
                    throw new SdpException(number, "more than " + MAX_CANDIDATES + " candidates in one m-line");
                }
            }
            case "extmap" -> {
                if (++extensions > MAX_EXTENSIONS) {
                    throw new SdpException(number, "more than " + MAX_EXTENSIONS + " header extensions in one m-line");
                }
            }
            default -> {}
        }
        attributes.add(attribute);
    }

    private void requireSessionLines(int lastLine) throws SdpException {
        for (char required : new char[] {'v', 'o', 's', 't'}) {
            if (!sessionLines.contains(required)) {
                int line = media.isEmpty() ? lastLine : media.get(0).line();
                throw new SdpException(line, "the description has no " + required + "= line before this one");
            }
        }
    }
}
