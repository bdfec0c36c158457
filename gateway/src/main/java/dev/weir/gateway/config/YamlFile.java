package dev.weir.gateway.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a YAML file into flat settings that know their lines; nothing of it is ever instantiated. */
final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 12;

    private final String file;
    private final List<Setting> settings = new ArrayList<>();

    private YamlFile(String file) {
        this.file = file;
    }

    static List<Setting> read(Path path) throws ConfigException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new ConfigException(path + ": larger than " + MAX_BYTES + " bytes");
            }
            return parse(path.toString(), Files.readString(path, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new ConfigException(path + ": no such file");
        } catch (IOException e) {
            throw new ConfigException(path + ": cannot be read: " + e.getMessage());
        }
    }

    static List<Setting> parse(String file, String text) throws ConfigException {
        YamlFile reader = new YamlFile(file);
        Node root = reader.compose(text);
        if (root instanceof MappingNode mapping) {
            reader.flatten("", mapping, 0);
        } else if (root != null) {
            throw reader.wrong(root, "the file must hold keys and values");
        }
        return List.copyOf(reader.settings);
    }

    @SuppressWarnings("NullAway") // SnakeYAML answers null for an empty document
    private Node compose(String text) throws ConfigException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(10);
        options.setNestingDepthLimit(MAX_DEPTH);
        try {
            return new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ConfigException(file + ":" + line + ": not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new ConfigException(file + ": not valid YAML: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    private void flatten(String prefix, MappingNode mapping, int depth) throws ConfigException {
        if (depth > MAX_DEPTH) {
            throw wrong(mapping, "nested too deeply");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(tuple.getKeyNode(), "a key must be a word");
            }
            String name = prefix + key.getValue();
            if (tuple.getValueNode() instanceof MappingNode section) {
                flatten(name + ".", section, depth + 1);
            } else {
                add(name, key, value(name, tuple.getValueNode()));
            }
        }
    }

    private void add(String name, Node key, String value) throws ConfigException {
        for (Setting earlier : settings) {
            if (earlier.key().equals(name)) {
                throw wrong(
                        key,
                        name + " is set twice, before at " + earlier.origin().describe());
            }
        }
        settings.add(new Setting(name, value, new Origin.FileLine(file, line(key))));
    }

    private String value(String name, Node node) throws ConfigException {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (node instanceof SequenceNode sequence
                && sequence.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            return sequence.getValue().stream()
                    .map(item -> ((ScalarNode) item).getValue())
                    .collect(Collectors.joining(","));
        }
        throw wrong(node, name + " must be a value or a list of values");
    }

    private ConfigException wrong(Node node, String reason) {
        return new ConfigException(file + ":" + line(node) + ": " + reason);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
