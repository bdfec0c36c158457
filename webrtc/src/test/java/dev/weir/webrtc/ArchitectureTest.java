package dev.weir.webrtc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the table of packages: which one may use which. A new package has to be entered here. */
class ArchitectureTest {
    private static final String ROOT = "dev.weir.webrtc.";

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("rtp", Set.of()),
            Map.entry("rtcp", Set.of("rtp")),
            Map.entry("sdp", Set.of()),
            Map.entry("ice", Set.of()),
            Map.entry("dtls", Set.of()),
            Map.entry("srtp", Set.of("rtp")),
            Map.entry("codec", Set.of("rtp")),
            Map.entry("transport", Set.of("ice", "dtls", "srtp", "rtp", "rtcp")),
            Map.entry("net", Set.of("transport", "ice", "dtls")),
            Map.entry("address", Set.of()),
            Map.entry("impair", Set.of()),
            Map.entry("client", Set.of("net", "transport", "srtp", "sdp", "ice", "dtls", "codec", "rtp", "rtcp")));

    /** Loops, timers and sockets are the business of {@code net}; the caller passes time in. */
    private static final Set<String> WITHOUT_THREAD_OR_CLOCK =
            Set.of("rtp", "rtcp", "sdp", "ice", "srtp", "codec", "transport");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.weir.webrtc");

    @Test
    void everyPackageIsInTheTable() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            found.add(type.getPackageName());
        }

        assertThat(found).isNotEmpty().allSatisfy(name -> assertThat(name).startsWith(ROOT));
        assertThat(MAY_USE.keySet().stream().map(ROOT::concat)).containsAll(found);
    }

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = type.getPackageName().substring(ROOT.length());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (!target.startsWith(ROOT) || target.equals(type.getPackageName())) {
                    continue;
                }
                if (!MAY_USE.get(from).contains(target.substring(ROOT.length()))) {
                    violations.add(dependency.getDescription());
                }
            }
        }

        assertThat(violations).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.weir.webrtc.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void librariesAndInputOutputStayInTheirRooms() {
        onlyIn("org.bouncycastle..", "dtls");
        onlyIn("com.sun.jna..", "net");

        onlyIn("java.net.http..", "client");
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "net..", ROOT + "impair..")
                .should()
                .dependOnClassesThat(openingSockets())
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.nio.channels..")
                .check(CLASSES);
    }

    @Test
    void protocolCodeReadsNoClockAndStartsNoThread() {
        for (String name : WITHOUT_THREAD_OR_CLOCK) {
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + name + "..")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class)
                    .check(CLASSES);
        }
    }

    private void onlyIn(String library, String room) {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> openingSockets() {
        return DescribedPredicate.describe(
                "open sockets",
                type -> type.getPackageName().equals("java.net")
                        && (type.getSimpleName().contains("Datagram")
                                || type.getSimpleName().equals("Socket")
                                || type.getSimpleName().equals("ServerSocket")
                                || type.getSimpleName().equals("NetworkInterface")
                                || type.getSimpleName().equals("URLConnection")));
    }
}
