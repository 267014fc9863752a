/**
 * A vector index on Lucene that searches across modalities: what a text's latent is predicted to look like as an image is
 * compared with the stored images' latents, and so for every pair of modalities.
 *
 * <pre>{@code
 * try (Sensorium model = Sensorium.load(Path.of("model"));
 *      VectorIndex index = VectorIndex.open(Path.of("index"), model)) {
 *   index.upsert("cat-1", Image.of(Path.of("cat.jpg")), Metadata.of("album", "pets"));
 *   index.upsert("cat-1", Audio.of(Path.of("cat.ogg")));             // the same item, heard
 *   index.commit();                                                   // now it survives a power cut
 *   for (Hit hit : index.search(Query.of(Text.of("a sleeping cat")).in(Modality.IMAGE).top(10))) {
 *     System.out.println(hit);                          // 1. cat-1 (image) 7.21, cosine 0.8312 {album=pets}
 *   }
 * }
 * }</pre>
 *
 * <p>Begin with {@link io.sensorium.index.VectorIndex}: its page says what an id is, what a read sees, what a commit
 * promises and what a failure leaves behind. {@link io.sensorium.index.Query}, {@link io.sensorium.index.Filter} and
 * {@link io.sensorium.index.Metadata} are plain values; {@code Query}'s page says what a score is and why scores of
 * different modalities can be compared. {@link io.sensorium.index.View} is for items with several pictures or a long
 * recording, {@link io.sensorium.index.IndexConfig} for quantisation and the graph. No type of Lucene shows.
 *
 * <p><b>Cost.</b> A view takes 4 bytes for each dimension and some 70 bytes for its place in the graph, on disk and, for
 * speed, in the file cache of the operating system (not in the heap); while it writes, what is not yet on the disk takes up
 * to an eighth of the heap, at most 1 GB. Over 100,000 clustered vectors of 256 dimensions one core answers about 5,000
 * queries a second, embedding the query not counted, and writes a view in 0.45 ms ({@code tests/benchmarks/index}). Each
 * segment has a graph of its own: two or three take up to two and a half times as long as one.
 *
 * <p><b>Exact or approximate.</b> A search compares with every vector where that is cheaper than walking the graph: in
 * segments of fewer than some hundred views, which have no graph; when a filter leaves a segment so few that a walk would
 * take longer (for ten hits up to 11,000 of 100,000, 35,000 of a million); and when as many hits are asked for as there
 * are views. Elsewhere the search is approximate: it walks until all that is left to follow is further off by a fifth
 * than the hits wanted, or is not among the best 40, more in large graphs ({@link io.sensorium.index.IndexInfo#beams}), so
 * that a true neighbour is rarely missed. Quantised vectors only choose candidates, whose cosines are then taken from the
 * full ones.
 *
 * <p><b>Inside.</b> {@code Documents} and {@code Values} lay views out in Lucene, {@code Views} and {@code Shown} read them
 * back. {@code Opening} checks a folder, {@code Store} is its life, {@code Writes} the way in. A search goes through
 * {@code Search}, in this order: a {@code Probe} is what the query predicts in one modality; {@code LatentSearch} ranks by
 * it, walking the graph by {@code GraphSearch}, which begins with {@code UpperLevels} and ends by {@code AdaptiveBeam};
 * {@code KeywordSearch} ranks by words; {@code Blocks} asks either for more until enough items are among the views found;
 * {@code Cohorts} and {@code Background} make scores comparable; {@code Fusion} merges rankings.
 *
 * <p><b>Tuning.</b> After many small loads, {@link io.sensorium.index.VectorIndex#compact}. Start the JVM with
 * {@code --add-modules jdk.incubator.vector}, without which Lucene computes dot products more slowly and logs a warning.
 * Leave memory to the file cache: a small heap is a fast index. Write in batches with
 * {@link io.sensorium.index.VectorIndex#upsertAll} and commit every few thousand views rather than every one.
 * {@link io.sensorium.index.Query#symmetric} buys recall for a prediction over the candidates.
 */
@NullMarked
package io.sensorium.index;

import org.jspecify.annotations.NullMarked;
