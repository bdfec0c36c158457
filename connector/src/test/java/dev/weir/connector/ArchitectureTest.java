package dev.weir.connector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

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
    private static final String ROOT = "dev.weir.connector";

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("config", Set.of("archive")),
            entry("assemble", Set.of()),
            entry("mux", Set.of("assemble")),
            entry("store", Set.of()),
            entry("archive", Set.of("assemble", "mux", "store", "restream.child")),
            entry("restream", Set.of()),
            entry("restream.child", Set.of()),
            entry("restream.aac", Set.of("assemble", "mux", "restream.child")),
            entry("restream.frame", Set.of("assemble", "mux", "restream", "restream.aac")),
            entry("restream.packet", Set.of("restream")),
            entry("restream.rtmp", Set.of("mux", "restream", "restream.frame")),
            entry("restream.mpegts", Set.of("mux", "restream", "restream.child", "restream.frame")),
            entry("restream.hls", Set.of("assemble", "mux", "restream", "restream.frame")),
            entry(
                    "restream.target",
                    Set.of(
                            "restream",
                            "restream.frame",
                            "restream.hls",
                            "restream.mpegts",
                            "restream.packet",
                            "restream.rtmp")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        Set<String> violations = new TreeSet<>();
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = room(type);
            if (!from.isEmpty()) {
                found.add(from);
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    boolean ours = target.getPackageName().startsWith(ROOT);
                    if (ours
                            && !room(target).equals(from)
                            && !MAY_USE.getOrDefault(from, Set.of()).contains(room(target))) {
                        violations.add(dependency.getDescription());
                    }
                }
            }
        }

        assertThat(found).isEqualTo(new TreeSet<>(MAY_USE.keySet()));
        assertThat(violations).isEmpty();
    }

    private static String room(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void librariesAndClocksStayInTheirRooms() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".assemble..", ROOT + ".mux..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(Clock|Instant)|java\\.util\\.Random|java\\.lang\\.Thread"
                        + "|java\\.security\\.SecureRandom|java\\.util\\.concurrent\\..*")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".assemble..", ROOT + ".mux..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }
}
