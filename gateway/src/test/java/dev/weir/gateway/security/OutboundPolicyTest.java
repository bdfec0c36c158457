package dev.weir.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.access.OutboundPolicy;
import dev.weir.gateway.conformance.Row;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the gateway's own requests may go, address by address. */
class OutboundPolicyTest {
    @ParameterizedTest
    @Row("T08")
    @CsvSource({
        "8.8.8.8, true",
        "1.1.1.1, true",
        "93.184.215.14, true",
        "172.15.255.255, true",
        "172.32.0.0, true",
        "100.63.255.255, true",
        "100.128.0.0, true",
        "169.253.255.255, true",
        "223.255.255.255, true",
        "2606:4700:4700::1111, true",
        "2a00:1450:4001:80b::200e, true",
        "::ffff:8.8.8.8, true",
        "64:ff9b::808:808, true",
        "0.0.0.0, false",
        "0.1.2.3, false",
        "10.0.0.1, false",
        "10.255.255.255, false",
        "100.64.0.1, false",
        "100.100.100.200, false",
        "127.0.0.1, false",
        "127.255.255.254, false",
        "169.254.169.254, false",
        "169.254.170.2, false",
        "172.16.0.1, false",
        "172.31.255.255, false",
        "192.0.0.192, false",
        "192.0.2.1, false",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "198.51.100.7, false",
        "203.0.113.9, false",
        "224.0.0.1, false",
        "240.0.0.1, false",
        "255.255.255.255, false",
        "::, false",
        "::1, false",
        "::127.0.0.1, false",
        "::ffff:127.0.0.1, false",
        "::ffff:a9fe:a9fe, false",
        "64:ff9b::7f00:1, false",
        "64:ff9b::a9fe:a9fe, false",
        "64:ff9b:1::1, false",
        "100::1, false",
        "2001::1, false",
        "2001:db8::1, false",
        "2002:7f00:1::, false",
        "fc00::1, false",
        "fd00:ec2::254, false",
        "fe80::1, false",
        "fec0::1, false",
        "ff02::1, false",
    })
    void t08OnlyThePublicInternetIsReached(String address, boolean permitted) throws Exception {
        assertThat(OutboundPolicy.PUBLIC.permits(InetAddress.getByName(address)))
                .isEqualTo(permitted);
    }

    @Test
    @Row("T08")
    void t08TheOperatorMayNameMore() throws Exception {
        OutboundPolicy policy = new OutboundPolicy(List.of(Cidr.parse("10.1.0.0/16"), Cidr.parse("fd12::/16")));

        assertThat(policy.permits(InetAddress.getByName("10.1.2.3"))).isTrue();
        assertThat(policy.permits(InetAddress.getByName("::ffff:10.1.2.3"))).isTrue();
        assertThat(policy.permits(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThat(policy.permits(InetAddress.getByName("fd12::1"))).isTrue();
        assertThat(policy.permits(InetAddress.getByName("fd13::1"))).isFalse();
        for (String wrong : List.of("10.0.0.0/33", "10.0.0.0/x", "example.org/8", "10.0.0", "")) {
            assertThatThrownBy(() -> Cidr.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
