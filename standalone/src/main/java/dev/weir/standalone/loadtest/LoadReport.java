package dev.weir.standalone.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What a load test found.
 *
 * @param plan what was done
 * @param seconds length of the measurement
 * @param connected viewers that connected
 * @param refused viewers that did not
 * @param closed viewers that the server let go before the end
 * @param complaint why the first viewer was refused or let go, empty when none was
 * @param profile SRTP profile of the first viewer, "none" without one
 * @param packetsIn packets that the publishers sent in the measurement
 * @param packetsOut packets that viewers received in it
 * @param bytesOut their payload bytes
 * @param missing sequence numbers that no viewer got, by retransmission or otherwise, of the whole run
 * @param ownDrops datagrams that full receive buffers of this process lost, of the whole run: no fault of the server
 * @param recovered packets that came by retransmission, of the whole run
 * @param latency from the publisher's call to the viewer's, both of this process
 * @param answered from POST to answer
 * @param firstPacket from POST to the first packet
 * @param keyframe from POST to the first whole keyframe
 * @param keyframeRequests keyframes that the server asked the publishers for, in the whole run
 * @param runSeconds length of the whole run so far
 * @param serverCpuNanos CPU time of the server's process in the measurement, -1 = not asked for
 * @param serverResidentBytes its memory at the end
 * @param ownCpuNanos CPU time of this process in the measurement
 */
public record LoadReport(
        LoadPlan plan,
        double seconds,
        int connected,
        int refused,
        int closed,
        String complaint,
        String profile,
        long packetsIn,
        long packetsOut,
        long bytesOut,
        long missing,
        long ownDrops,
        long recovered,
        Percentiles latency,
        Percentiles answered,
        Percentiles firstPacket,
        Percentiles keyframe,
        int keyframeRequests,
        double runSeconds,
        long serverCpuNanos,
        long serverResidentBytes,
        long ownCpuNanos) {

    /** Returns whether every viewer connected and stayed. */
    public boolean isWhole() {
        return refused == 0 && closed == 0;
    }

    private double perPacketMicros(long nanos) {
        return nanos / 1e3 / Math.max(1, packetsOut);
    }

    private double percent(long nanos) {
        return nanos / seconds / 1e7;
    }

    /** Returns a table for people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(text, "publishers", "%d x %d kbit/s, seed %d", plan.publishers(), plan.kbps(), plan.seed());
        line(text, "viewers", "%d connected, %d not, %d let go; %s", connected, refused, closed, profile);
        if (!complaint.isEmpty()) {
            line(text, "", "%s", complaint);
        }
        line(text, "sent to server", "%.0f packets/s", packetsIn / seconds);
        line(text, "received", "%.0f packets/s, %.1f Mbit/s", packetsOut / seconds, bytesOut * 8 / seconds / 1e6);
        line(
                text,
                "missing",
                "%d of the whole run, %d more repaired; %d datagrams lost in this tool's buffers",
                missing,
                recovered,
                ownDrops);
        line(text, "latency", "%s", latency.text());
        line(text, "POST to answer", "%s", answered.text());
        line(text, "to first packet", "%s", firstPacket.text());
        line(text, "to whole keyframe", "%s", keyframe.text());
        line(
                text,
                "keyframes asked",
                "%d, %.2f a second and publisher",
                keyframeRequests,
                keyframeRequests / runSeconds / Math.max(1, plan.publishers()));
        if (serverCpuNanos >= 0) {
            line(text, "server CPU", "%s; %d MiB resident", cpu(serverCpuNanos), serverResidentBytes >> 20);
        }
        line(text, "this tool", "%s", cpu(ownCpuNanos));
        return text.toString().stripTrailing();
    }

    private String cpu(long nanos) {
        String share = String.format(Locale.ROOT, "%.1f %% of a core", percent(nanos));
        return packetsOut == 0
                ? share
                : share + String.format(Locale.ROOT, ", %.2f us per packet received", perPacketMicros(nanos));
    }

    private static void line(StringBuilder text, String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-18s", name))
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    /** Returns one JSON object; times in milliseconds, CPU in microseconds per packet received and percent of a core. */
    public String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("publishers", plan.publishers())
                .put("kbps", plan.kbps())
                .put("seed", plan.seed())
                .put("seconds", seconds)
                .put("viewers", connected)
                .put("refused", refused)
                .put("closed", closed)
                .put("complaint", complaint)
                .put("profile", profile)
                .put("packetsIn", packetsIn)
                .put("packetsOut", packetsOut)
                .put("bytesOut", bytesOut)
                .put("missing", missing)
                .put("ownDrops", ownDrops)
                .put("recovered", recovered);
        latency.writeTo(root.putObject("latencyMillis"));
        answered.writeTo(root.putObject("answerMillis"));
        firstPacket.writeTo(root.putObject("firstPacketMillis"));
        keyframe.writeTo(root.putObject("keyframeMillis"));
        root.put("keyframeRequests", keyframeRequests).put("runSeconds", runSeconds);
        if (serverCpuNanos >= 0) {
            root.putObject("server")
                    .put("cpuPercent", percent(serverCpuNanos))
                    .put("cpuMicrosPerPacket", perPacketMicros(serverCpuNanos))
                    .put("residentBytes", serverResidentBytes);
        }
        root.putObject("tool")
                .put("cpuPercent", percent(ownCpuNanos))
                .put("cpuMicrosPerPacket", perPacketMicros(ownCpuNanos));
        return root.toString();
    }
}
