package dev.weir.connector.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Defines settings of one group, in order. */
final class SettingGroup {
    private final ConfigDef definition;
    private final String name;
    private int order;

    SettingGroup(ConfigDef definition, String name) {
        this.definition = definition;
        this.name = name;
    }

    SettingGroup add(
            String key,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            String documentation) {
        definition.define(
                key, type, defaultValue, validator, importance, documentation, name, ++order, Width.MEDIUM, key);
        return this;
    }
}
