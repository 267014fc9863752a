package io.sensorium.benchmarks.index;

import io.sensorium.core.Embedding;
import io.sensorium.core.Modality;
import io.sensorium.index.Filter;
import io.sensorium.index.Hit;
import io.sensorium.index.IndexConfig;
import io.sensorium.index.Metadata;
import io.sensorium.index.Quantization;
import io.sensorium.index.Query;
import io.sensorium.index.VectorIndex;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** {@link VectorIndex} as an application uses it: ids, metadata, calibrated scores. */
final class SensoriumEngine implements Engine {
    private static final String FIELD = "share";

    private final Path folder;
    private final GivenModel model;
    private final VectorIndex index;
    private final List<Embedding> queries;

    private SensoriumEngine(Path folder, GivenModel model, VectorIndex index, List<Embedding> queries) {
        this.folder = folder;
        this.model = model;
        this.index = index;
        this.queries = queries;
    }

    /**
     * @param quantization of the vectors that a search walks through
     * @param compact whether into one segment, which costs another build
     */
    static void build(GivenVectors given, Path folder, Quantization quantization, boolean compact) {
        var model = new GivenModel(given.dimension());
        var config = IndexConfig.DEFAULT.quantized(quantization).graph(CONNECTIONS, BUILD_BEAM);
        try (var index = VectorIndex.open(folder, model, config)) {
            for (int i = 0; i < given.vectors().length; i++) {
                var metadata = Metadata.builder();
                metadata.put(FIELD, given.shares(i));
                index.upsert(Integer.toString(i), GivenModel.latent(given.vectors()[i]), metadata.build());
            }
            if (compact) {
                index.compact();
            }
        }
    }

    /** What {@link #build} has made. */
    static Engine open(GivenVectors given, Path folder) {
        var model = new GivenModel(given.dimension());
        return new SensoriumEngine(
                folder,
                model,
                VectorIndex.openReadOnly(folder, model),
                Arrays.stream(given.queries()).map(GivenModel::latent).toList());
    }

    @Override
    public int[] search(int query, int beam, String share) {
        Query wanted = Query.of(queries.get(query)).in(Modality.IMAGE).top(TOP).beam(beam);
        List<Hit> hits = index.search(share.isEmpty() ? wanted : wanted.where(Filter.eq(FIELD, share)));
        int[] found = new int[hits.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = Integer.parseInt(hits.get(i).id());
        }
        return found;
    }

    @Override
    public void snapshot() {
        try (var writer = VectorIndex.open(folder, model)) {
            writer.snapshot(folder.resolveSibling(folder.getFileName() + "-snapshot"));
        }
    }

    @Override
    public long bytes() {
        return index.info().bytes();
    }

    @Override
    public int segments() {
        return index.info().segments();
    }

    @Override
    public int defaultBeam() {
        return index.info().beams().get(Modality.IMAGE);
    }

    @Override
    public void close() {
        index.close();
    }
}
