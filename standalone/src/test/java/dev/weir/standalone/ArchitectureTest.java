package dev.weir.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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

class ArchitectureTest {

    private static final String BASE = "dev.weir.standalone";

    /** Who may use whom; the root may use all. */
    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "process", Set.of(),
            "broker", Set.of("process"),
            "worker", Set.of("process"),
            "clip", Set.of(),
            "loadtest", Set.of(),
            "journal", Set.of(),
            "export", Set.of("process", "journal"),
            "replay", Set.of("process", "journal", "export"),
            "restore", Set.of("process", "journal"),
            "demo", Set.of("process", "broker", "worker", "clip", "journal"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    @Test
    void packagesUseOnlyWhatTheTableAllows() {
        Set<String> offences = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = packageOf(type);
            if (from.isEmpty()) {
                continue;
            }
            assertThat(MAY_USE).as("a package that is not in the table").containsKey(from);
            Set<String> allowed = MAY_USE.getOrDefault(from, Set.of());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                String to = packageOf(target);
                if (target.getPackageName().startsWith(BASE) && !to.equals(from) && !allowed.contains(to)) {
                    offences.add(from + " -> " + (to.isEmpty() ? "the root" : to) + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(offences).isEmpty();
    }

    @Test
    void brokerAndConnectStayInThePackagesOfTheirChildren() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".worker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.connect..")
                .check(CLASSES);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(BASE + ".") ? name.substring(BASE.length() + 1) : "";
    }
}
