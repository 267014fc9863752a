package io.sensorium.samples.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.jepa.Objective;
import io.sensorium.train.TrainingConfig;
import io.sensorium.train.TrainingConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A training configuration with what the command line sets laid over it. */
public final class ConfigOverrides {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final long MAX_BYTES = 1 << 20;

    private final String label;
    private final ObjectNode tree;

    /**
     * @param yaml any part of a configuration
     * @param label what errors call it
     * @throws ConfigException if it is no YAML object
     */
    public ConfigOverrides(String yaml, String label) {
        this.label = label;
        JsonNode read = parse(yaml);
        if (!read.isObject() && !read.isMissingNode() && !read.isNull()) {
            throw new ConfigException(label + ": expected fields of a training configuration");
        }
        tree = read instanceof ObjectNode object ? object : YAML.createObjectNode();
    }

    /** @throws ConfigException if the file can't be read */
    public static ConfigOverrides of(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException("%s: has more than %,d bytes".formatted(file, MAX_BYTES));
            }
            return new ConfigOverrides(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ConfigException("%s: can't be read: %s".formatted(file, e), e);
        }
    }

    /**
     * Sets one field.
     *
     * @param path its name with dots, as {@code optimizer.learningRate}
     * @param value YAML: a number, a word, or a list such as {@code [en, fr]}
     */
    public ConfigOverrides set(String path, String value) {
        return set(path, parse(value));
    }

    public ConfigOverrides set(String path, JsonNode value) {
        String[] names = path.split("\\.", -1);
        ObjectNode node = tree;
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode child = node.path(names[i]);
            if (i == 0 && names[i].equals("objective") && child.isTextual()) {
                // a part of a named objective is set: the name gives way to what it stands for
                child = TrainingConfigs.tree(TrainingConfigs.parse("objective: " + child.asText(), label))
                        .path("objective");
                node.set(names[i], child);
            }
            node = child instanceof ObjectNode object ? object : node.putObject(names[i]);
        }
        node.set(names[names.length - 1], value);
        return this;
    }

    /** @throws ConfigException if there is no such objective; names those there are */
    public ConfigOverrides objective(String name) {
        Objective.named(name);
        tree.put("objective", name);
        return this;
    }

    /** @throws ConfigException if a field is unknown or out of range */
    public TrainingConfig config() {
        try {
            return TrainingConfigs.parse(YAML.writeValueAsString(tree), label);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new ConfigException("%s: '%s' is no YAML: %s"
                    .formatted(label, Messages.excerpt(yaml), Messages.excerpt(e.getOriginalMessage())));
        }
    }
}
