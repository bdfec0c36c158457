package dev.weir.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the table of packages: who may use whom, and which library belongs where. */
class ArchitectureTest {
    private static final String BASE = "dev.weir.gateway";

    /** Package to the packages of this module that it may use; the root may use all. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("config", Set.of()),
            Map.entry("metrics", Set.of()),
            Map.entry("relay", Set.of("metrics")),
            Map.entry("ingest", Set.of("congestion", "relay", "metrics")),
            Map.entry("congestion", Set.of()),
            Map.entry("egress", Set.of("congestion", "relay", "metrics")),
            Map.entry("session", Set.of("ingest", "egress", "relay", "metrics")),
            Map.entry("facts", Set.of("session", "egress", "ingest", "relay", "metrics")),
            Map.entry("mirror", Set.of("facts", "session", "relay", "metrics")),
            Map.entry("access", Set.of("session")),
            Map.entry("tls", Set.of()),
            // A viewer's wish for a layer, and statistics, travel as they are.
            Map.entry("http", Set.of("access", "tls", "session", "ingest", "egress", "relay", "metrics")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void everyPackageIsInTheTable() {
        Set<String> found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(BASE))
                .map(name -> name.substring(BASE.length() + 1))
                .collect(Collectors.toSet());

        assertThat(found).isEqualTo(MAY_USE.keySet());
    }

    @Test
    void packagesUseOnlyWhatTheTablePermits() {
        MAY_USE.forEach((name, permitted) -> {
            String[] allowed = Stream.concat(Stream.of(name), permitted.stream())
                    .map(other -> BASE + "." + other)
                    .toArray(String[]::new);
            DescribedPredicate<JavaClass> forbidden =
                    resideInAPackage(BASE + "..").and(not(resideInAnyPackage(allowed)));
            noClasses()
                    .that()
                    .resideInAPackage(BASE + "." + name)
                    .should()
                    .dependOnClassesThat(forbidden)
                    .check(CLASSES);
        });
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void librariesStayWhereTheyBelong() {
        onlyIn("http", "io.undertow..", "org.xnio..");
        onlyIn("mirror", "org.apache.kafka..");
        // http reads its own description.
        onlyIn(Set.of("config", "http"), "org.yaml..");
        onlyIn("http", "com.fasterxml.jackson..");
        onlyIn("metrics", "io.micrometer..");
        onlyIn("access", "com.nimbusds..", "io.github.bucket4j..", "org.apache.hc..");
    }

    private static void onlyIn(String owner, String... library) {
        onlyIn(Set.of(owner), library);
    }

    private static void onlyIn(Set<String> owners, String... library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.concat(Stream.of(BASE), owners.stream().map(owner -> BASE + "." + owner))
                                .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .check(CLASSES);
    }

    @Test
    void mediaCodeTakesTimeAsAnArgument() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".ingest", BASE + ".egress")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class)
                .check(CLASSES);
    }

    @Test
    void nobodyOpensSocketsButTheLibrariesThatDo() {
        // The key manager of tls has to name the type of sockets that it never sees, and the drain that of files.
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".tls")
                .and()
                .doNotHaveFullyQualifiedName(BASE + ".http.PrivateDrain")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Datagram|Server|Multicast)?Socket")
                .check(CLASSES);
    }
}
