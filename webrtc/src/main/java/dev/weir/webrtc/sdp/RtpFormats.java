package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The RTP formats of one m-line that we can forward, with their retransmission formats and feedback.
 *
 * <p>Its texts are interned: the sessions of one kind of browser share them.
 *
 * @param codecs by payload type, in the peer's order of preference
 * @param rtx payload type of rtx to the payload type it repairs
 * @param feedback payload type to the feedback that both sides know
 * @param unknown readable names of the formats that we cannot forward
 */
record RtpFormats(
        Map<Integer, CodecFormat> codecs,
        Map<Integer, Integer> rtx,
        Map<Integer, Set<String>> feedback,
        List<String> unknown) {

    private static final Map<Integer, CodecFormat> STATIC_TYPES =
            Map.of(0, new CodecFormat("PCMU", 8000, 1, ""), 8, new CodecFormat("PCMA", 8000, 1, ""));
    private static final Map<String, Integer> VIDEO_CLOCKS =
            Map.of("H264", 90_000, "H265", 90_000, "VP8", 90_000, "VP9", 90_000, "AV1", 90_000);
    private static final Map<String, Integer> AUDIO_CLOCKS =
            Map.of("OPUS", 48_000, "MULTIOPUS", 48_000, "PCMU", 8_000, "PCMA", 8_000);
    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "ccm fir", "goog-remb");
    private static final Set<String> AUXILIARY = Set.of("rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "cn");
    /** The fmtp of RED whose blocks are all of one payload type. */
    private static final Pattern SAME_TYPES = Pattern.compile("([0-9]{1,3})(?:/\\1)+");

    private static final String TRANSPORT_CC = "transport-cc";
    /** The sets of feedback that were seen; five types have 325 orders. */
    private static final Map<List<String>, Set<String>> SHARED = new ConcurrentHashMap<>();

    static RtpFormats of(MediaSection section, boolean transportCc) throws SdpException {
        return of(section, transportCc, false, false);
    }

    /** As {@link #of}, for what a viewer may be sent: redundant Opus (RFC 2198) where the viewer puts it before all else. */
    static RtpFormats viewed(MediaSection section, boolean transportCc) throws SdpException {
        RtpFormats withRedundancy = of(section, transportCc, true, false);
        return withRedundancy.prefers("red") ? withRedundancy : of(section, transportCc);
    }

    /**
     * As {@link #of}, for what a publisher may send: with redundant Opus (RFC 2198), and with
     * Opus of many channels only where there is no plain Opus.
     */
    static RtpFormats published(MediaSection section, boolean transportCc) throws SdpException {
        return of(section, transportCc, true, true);
    }

    private static RtpFormats of(MediaSection section, boolean transportCc, boolean redundant, boolean publishes)
            throws SdpException {
        List<Integer> payloadTypes = payloadTypes(section);
        Map<Integer, CodecFormat> all = formats(section, payloadTypes);
        Map<Integer, CodecFormat> codecs = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (int payloadType : payloadTypes) {
            CodecFormat format = all.get(payloadType);
            if (format == null) {
                unknown.add("payload type " + payloadType);
            } else if (isForwarded(section.kind(), format)
                    || (redundant && isRedundantOpus(format, payloadTypes, all))) {
                codecs.put(payloadType, format);
            } else {
                unknown.add(format.isNamed("H264") ? format.describe() : format.encodingName());
            }
        }
        // A publisher that can send plain Opus too sends that: more players and the archive know it.
        if (publishes && codecs.values().stream().anyMatch(format -> format.isNamed("opus"))) {
            codecs.values().removeIf(format -> format.isNamed("multiopus"));
        }
        return new RtpFormats(
                Collections.unmodifiableMap(codecs),
                rtx(all, codecs),
                feedback(section, codecs, transportCc),
                List.copyOf(unknown));
    }

    /** Puts {@code payloadType} first, and leaves the formats of repair out unless {@code withRtx}. */
    RtpFormats preferring(int payloadType, boolean withRtx) {
        Map<Integer, CodecFormat> ordered = new LinkedHashMap<>();
        CodecFormat first = codecs.get(payloadType);
        if (first != null) {
            ordered.put(payloadType, first);
        }
        ordered.putAll(codecs);
        return new RtpFormats(ordered, withRtx ? rtx : Map.of(), feedback, unknown);
    }

    /** Returns whether the codec comes first. */
    boolean prefers(String encodingName) {
        return codecs.values().stream()
                .findFirst()
                .filter(format -> format.isNamed(encodingName))
                .isPresent();
    }

    List<String> names() {
        return codecs.values().stream().map(CodecFormat::describe).distinct().toList();
    }

    /** Returns {@link #unknown()} without what is no codec of its own: repair, tones, comfort noise. */
    List<String> unknownCodecs() {
        return unknown.stream()
                .filter(name -> !AUXILIARY.contains(name.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static List<Integer> payloadTypes(MediaSection section) throws SdpException {
        Set<Integer> types = new LinkedHashSet<>();
        for (String format : section.formats()) {
            types.add(Numbers.parse(format, 127, section.line(), "payload type"));
        }
        return List.copyOf(types);
    }

    private static Map<Integer, CodecFormat> formats(MediaSection section, List<Integer> payloadTypes)
            throws SdpException {
        Map<Integer, String> fmtps = fmtps(section);
        Map<Integer, CodecFormat> formats = new LinkedHashMap<>();
        for (int payloadType : payloadTypes) {
            if (STATIC_TYPES.containsKey(payloadType)) {
                formats.put(payloadType, STATIC_TYPES.get(payloadType));
            }
        }
        for (Attribute rtpmap : section.attributeList().named("rtpmap")) {
            int space = rtpmap.value().indexOf(' ');
            if (space < 0) {
                throw new SdpException(rtpmap.line(), "rtpmap needs a payload type and a name");
            }
            int payloadType = payloadType(rtpmap, space);
            formats.put(payloadType, rtpmap(rtpmap, space, fmtps.getOrDefault(payloadType, "")));
        }
        return formats;
    }

    private static CodecFormat rtpmap(Attribute rtpmap, int space, String fmtp) throws SdpException {
        String[] fields = rtpmap.value().substring(space + 1).strip().split("/", -1);
        if (fields.length < 2 || fields.length > 3 || fields[0].isEmpty()) {
            throw new SdpException(rtpmap.line(), "rtpmap needs name/clock: " + Quoted.of(rtpmap.value()));
        }
        int clock = Numbers.parse(fields[1], 1_000_000_000, rtpmap.line(), "clock rate");
        int channels = fields.length == 3 ? Numbers.parse(fields[2], 255, rtpmap.line(), "channel count") : 1;
        return new CodecFormat(fields[0].intern(), clock, channels, fmtp.intern());
    }

    private static Map<Integer, String> fmtps(MediaSection section) throws SdpException {
        Map<Integer, String> fmtps = new LinkedHashMap<>();
        for (Attribute fmtp : section.attributeList().named("fmtp")) {
            int space = fmtp.value().indexOf(' ');
            if (space < 0) {
                throw new SdpException(fmtp.line(), "fmtp needs a payload type and parameters");
            }
            fmtps.put(
                    payloadType(fmtp, space), fmtp.value().substring(space + 1).strip());
        }
        return fmtps;
    }

    private static int payloadType(Attribute attribute, int space) throws SdpException {
        return Numbers.parse(attribute.value().substring(0, space), 127, attribute.line(), "payload type");
    }

    private static boolean isForwarded(String kind, CodecFormat format) {
        Map<String, Integer> clocks = kind.equals("video") ? VIDEO_CLOCKS : AUDIO_CLOCKS;
        int clock = clocks.getOrDefault(format.encodingName().toUpperCase(Locale.ROOT), 0);
        return clock == format.clockRateHz() && !isInterleaved(format);
    }

    /** Interleaved mode (RFC 6184 section 6.4) has an order of its own that neither join buffer nor archive could follow. */
    private static boolean isInterleaved(CodecFormat format) {
        return format.isNamed("H264")
                && format.parameter("packetization-mode").filter("2"::equals).isPresent();
    }

    private static boolean isRedundantOpus(
            CodecFormat format, List<Integer> payloadTypes, Map<Integer, CodecFormat> all) {
        Matcher blocks = SAME_TYPES.matcher(format.fmtp());
        if (!format.isNamed("red") || !blocks.matches()) {
            return false;
        }
        Integer payloadType = Integer.valueOf(blocks.group(1));
        CodecFormat carried = all.get(payloadType);
        return payloadTypes.contains(payloadType)
                && carried != null
                && carried.isNamed("opus")
                && isForwarded("audio", carried)
                && carried.clockRateHz() == format.clockRateHz();
    }

    private static Map<Integer, Integer> rtx(Map<Integer, CodecFormat> all, Map<Integer, CodecFormat> codecs) {
        Map<Integer, Integer> rtx = new LinkedHashMap<>();
        all.forEach((payloadType, format) -> {
            if (format.isNamed("rtx")) {
                format.parameter("apt")
                        .filter(apt -> apt.matches("[0-9]{1,3}"))
                        .map(Integer::valueOf)
                        .filter(codecs::containsKey)
                        .ifPresent(apt -> rtx.put(payloadType, apt));
            }
        });
        return Collections.unmodifiableMap(rtx);
    }

    private static Map<Integer, Set<String>> feedback(
            MediaSection section, Map<Integer, CodecFormat> codecs, boolean transportCc) throws SdpException {
        Map<Integer, Set<String>> feedback = new LinkedHashMap<>();
        for (Attribute line : section.attributeList().named("rtcp-fb")) {
            int space = line.value().indexOf(' ');
            if (space < 0) {
                throw new SdpException(line.line(), "rtcp-fb needs a payload type and a feedback type");
            }
            String type = line.value().substring(space + 1).strip().intern();
            if (!FEEDBACK.contains(type) && !(transportCc && type.equals(TRANSPORT_CC))) {
                continue;
            }
            if (line.value().startsWith("* ")) {
                codecs.keySet().forEach(payloadType -> add(feedback, payloadType, type));
            } else if (codecs.containsKey(payloadType(line, space))) {
                add(feedback, payloadType(line, space), type);
            }
        }
        feedback.replaceAll((payloadType, types) -> SHARED.computeIfAbsent(
                List.copyOf(types), order -> Collections.unmodifiableSet(new LinkedHashSet<>(order))));
        return Collections.unmodifiableMap(feedback);
    }

    private static void add(Map<Integer, Set<String>> feedback, int payloadType, String type) {
        feedback.computeIfAbsent(payloadType, absent -> new LinkedHashSet<>()).add(type);
    }
}
