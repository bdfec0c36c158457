package dev.weir.webrtc.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The layers that a publisher offers to send at once (RFC 8853).
 *
 * @param rids in the offer's order, alternatives included
 * @param streams the list as the offer wrote it, without the pause signs, to be answered with {@code recv}
 */
record Simulcast(List<String> rids, String streams) {
    private static final int MAX_LAYERS = 8;
    private static final Simulcast NONE = new Simulcast(List.of(), "");

    static Simulcast of(MediaSection section) throws SdpException {
        Optional<Attribute> simulcast = section.attributeList().first("simulcast");
        if (simulcast.isEmpty()) {
            return NONE;
        }
        String[] fields = simulcast.get().value().split(" +", -1);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            if (fields[i].equals("send")) {
                return read(
                        fields[i + 1].replace("~", ""),
                        sendRids(section),
                        simulcast.get().line());
            }
        }
        return NONE;
    }

    private static Simulcast read(String streams, Set<String> declared, int line) throws SdpException {
        List<String> rids = new ArrayList<>();
        for (String rid : streams.split("[;,]", -1)) {
            if (!declared.contains(rid)) {
                throw new SdpException(line, "simulcast names " + Quoted.of(rid) + ", which no a=rid sends");
            }
            rids.add(rid);
        }
        if (rids.size() > MAX_LAYERS || new HashSet<>(rids).size() != rids.size()) {
            throw new SdpException(line, "simulcast needs at most " + MAX_LAYERS + " different layers");
        }
        return new Simulcast(List.copyOf(rids), streams);
    }

    private static Set<String> sendRids(MediaSection section) throws SdpException {
        Set<String> rids = new HashSet<>();
        for (Attribute rid : section.attributeList().named("rid")) {
            String[] fields = rid.value().split(" +", -1);
            if (!fields[0].matches("[A-Za-z0-9_-]{1,32}")) {
                throw new SdpException(rid.line(), "rid is not a short name: " + Quoted.of(fields[0]));
            }
            if (fields.length > 1 && fields[1].equals("send")) {
                rids.add(fields[0]);
            }
        }
        return rids;
    }
}
