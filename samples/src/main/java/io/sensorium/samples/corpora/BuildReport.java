package io.sensorium.samples.corpora;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a build made.
 *
 * @param corpus name of the corpus
 * @param items items in the manifest
 * @param views by modality
 * @param duplicates views left out because another has the same bytes
 * @param skipped what else was left out, each with its reason; nothing of it means that the build failed
 */
public record BuildReport(
        String corpus,
        Path folder,
        int items,
        Map<String, Integer> views,
        int duplicates,
        List<String> skipped,
        double seconds) {}
