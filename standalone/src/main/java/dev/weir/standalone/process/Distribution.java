package dev.weir.standalone.process;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * The built product on disk: {@code lib/} (gateway, broker, Connect), {@code plugins/} (the connector, as Connect's {@code
 * plugin.path} wants it) and {@code probe/}.
 *
 * @param home the folder that holds the three
 */
public record Distribution(Path home) {

    /** Makes {@code home} absolute. */
    public Distribution {
        home = home.toAbsolutePath().normalize();
    }

    /**
     * Finds the distribution that this class runs from: the system property {@code weir.home}, else the folder above
     * {@code lib/}.
     *
     * @throws StartFailure if neither holds one
     */
    public static Distribution locate() throws StartFailure {
        String property = System.getProperty("weir.home", "");
        Path home = property.isEmpty() ? aboveLib() : Path.of(property);
        if (!Files.isDirectory(home.resolve("lib"))) {
            throw new StartFailure("no built Weir in " + home + ": start it with ./weir, which builds it");
        }
        return new Distribution(home);
    }

    private static Path aboveLib() throws StartFailure {
        CodeSource source = Distribution.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = Path.of(source.getLocation().toURI());
            Path lib = jar.getParent();
            return lib == null || lib.getParent() == null ? jar : lib.getParent();
        } catch (URISyntaxException e) {
            throw new StartFailure("cannot tell where Weir is installed: set -Dweir.home", e);
        }
    }

    /** Returns the class path of the product's own JVMs; the connector is not on it. */
    public String classPath() {
        return home.resolve("lib") + File.separator + "*";
    }

    /** Returns the folder for Connect's {@code plugin.path}. */
    public Path plugins() {
        return home.resolve("plugins");
    }
}
