package dev.weir.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SrtpCiphersTest {
    @Test
    void theQuickOnesRunWhereTheJdkLetsUsIn() {
        assertThat(SrtpCiphers.inUse()).isEqualTo(SrtpCiphers.INTRINSIC);
    }

    @Test
    void thePortableOnesRunWhereItDoesNot() throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tell.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(told.strip()).isEqualTo("PROVIDER");
        assertThat(process.waitFor()).isZero();
    }

    /** Protects in a JVM without {@code --add-opens} and prints what did it. */
    static final class Tell {
        private Tell() {}

        public static void main(String[] args) {
            SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
            SrtpProtector protector =
                    new SrtpProtector(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
            java.nio.ByteBuffer packet = java.nio.ByteBuffer.allocate(100).limit(50);
            packet.put(0, (byte) 0x80);
            System.out.println(protector.protectRtp(packet) > 0 ? SrtpCiphers.inUse() : "failed");
        }
    }
}
