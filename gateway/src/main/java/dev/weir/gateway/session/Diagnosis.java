package dev.weir.gateway.session;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says for people why a session did not connect, from what is known of it, and what to set.
 *
 * @param timeoutSeconds how long it was waited for
 * @param offered addresses that our answer named, {@code host:port}
 * @param published whether they come from {@code udp.public-address}
 * @param candidates what may be told of the client's candidates
 * @param checksReceived authentic checks that came
 * @param checksRefused other STUN for this session
 */
record Diagnosis(
        long timeoutSeconds,
        List<String> offered,
        boolean published,
        List<String> candidates,
        long checksReceived,
        long checksRefused) {

    /** A network of IPv6 as Java writes it ends in them. */
    private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(?=/)");

    /** Returns one to four sentences. */
    String text() {
        if (checksReceived > 0) {
            return "The client reached us (" + checksReceived
                    + " connectivity checks) but the DTLS handshake did not finish"
                    + " within " + timeoutSeconds + " s. Either our answers do not reach the client, or it went away"
                    + " meanwhile: look at its log, and at firewalls for outgoing UDP.";
        }
        if (checksRefused > 0) {
            return checksRefused + " connectivity checks arrived, none with the password of our answer: the client uses"
                    + " another answer than the one it was sent. Is there a proxy that changes or caches the SDP?";
        }
        return "No packet arrived within " + timeoutSeconds + " s. We offered " + String.join(", ", described())
                + "; the client offered " + theirs() + ". " + advice();
    }

    private List<String> described() {
        List<String> all = new ArrayList<>();
        for (String address : offered) {
            all.add(address + reach(address));
        }
        return all;
    }

    private String theirs() {
        // Those of TCP are for servers that listen there; we are reached by UDP, or connected to.
        List<String> udp = candidates.stream()
                .filter(candidate -> !candidate.contains("tcp/"))
                .map(candidate -> ZEROS.matcher(candidate).replaceFirst("::"))
                .distinct()
                .toList();
        return udp.isEmpty() ? "no address (it need not)" : String.join(", ", udp);
    }

    private String advice() {
        String port =
                offered.isEmpty() ? "" : offered.get(0).substring(offered.get(0).lastIndexOf(':') + 1);
        if (offered.stream().allMatch(address -> reach(address).equals(Reach.LOOPBACK.note))) {
            return "Only clients on this machine reach a loopback address: set http.address or udp.addresses to an address"
                    + " that others reach.";
        }
        String open = "Open UDP port " + port + " in the firewall and publish it from the container, if there is one";
        if (published) {
            return open + "; check that udp.public-address is the address under which clients reach this machine.";
        }
        return open + "; behind NAT or in a cloud set udp.public-address to the address under which clients reach this"
                + " machine.";
    }

    private enum Reach {
        LOOPBACK(" (this machine only)"),
        PRIVATE(" (private network only)"),
        ANY("");

        private final String note;

        Reach(String note) {
            this.note = note;
        }
    }

    private static String reach(String hostAndPort) {
        String host = hostAndPort.substring(0, hostAndPort.lastIndexOf(':'));
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isLoopbackAddress()) {
                return Reach.LOOPBACK.note;
            }
            boolean uniqueLocal = address.getAddress().length == 16 && (address.getAddress()[0] & 0xFE) == 0xFC;
            boolean local = address.isSiteLocalAddress() || address.isLinkLocalAddress() || uniqueLocal;
            return (local ? Reach.PRIVATE : Reach.ANY).note;
        } catch (UnknownHostException e) {
            return Reach.ANY.note;
        }
    }
}
