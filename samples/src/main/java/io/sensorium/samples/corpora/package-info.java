/**
 * Builders of the benchmark corpora: real things that nobody tuned to, too large or not licensed to be kept in this
 * repository.
 *
 * <table>
 * <caption>What there is</caption>
 * <tr><th>corpus</th><th>made from</th><th>views</th></tr>
 * <tr><td>{@code stamps}</td><td>Debian's {@code tuxpaint-stamps-default}</td><td>photographs and drawings, captions in 78
 * languages, captions read by people</td></tr>
 * <tr><td>{@code emoji}</td><td>npm's {@code emoji-datasource-google}, {@code emoji-datasource-twitter},
 * {@code @lobehub/fluent-emoji-3d}, {@code openmoji}, {@code emojibase-data}</td><td>the drawings of four vendors, names and
 * tags in 28 locales</td></tr>
 * <tr><td>{@code clipart}</td><td>Debian's {@code openclipart-svg}</td><td>drawings, titles and keywords</td></tr>
 * <tr><td>{@code prompts}</td><td>Debian's {@code asterisk-core-sounds-*}</td><td>studio speech in five languages, what it
 * says</td></tr>
 * <tr><td>{@code voices}</td><td>another corpus, espeak-ng and flite</td><td>synthetic speech</td></tr>
 * </table>
 *
 * <p>{@link io.sensorium.samples.corpora.CorpusBuild} makes the first four, {@link
 * io.sensorium.samples.corpora.VoicesBuild} the last. Both work in two steps: a plan of items and files, made while the
 * packages are streamed or the captions are read; then the files that aren't there yet, and at the end the manifest. A build
 * that was stopped is taken up by the same call.
 *
 * <p>On the way in, {@code ArchiveStore} lets pass only files with the SHA-256 that {@code archives.json} pins, and
 * {@code ArchiveReader} only entries that stay inside and within limits. A {@code CorpusBuilder} says what is wanted of them
 * and makes {@code CorpusItem}s; {@code Workspace} knows the duplicates; {@code CorpusFolder} writes. To add a corpus: rows
 * in {@code archives.json}, a {@code CorpusBuilder}, its name in {@code CorpusBuild}.
 *
 * <p>In the manifests an item also names its {@code corpus}; in {@code voices} it names in {@code of} the corpus whose id
 * and group it bears. Languages are spelled by BCP 47 ({@code pt-BR}, {@code zh-Hant}). Each view has a {@code licence} and
 * an {@code origin}; its {@code source} is one of {@code stamps}, {@code noto}, {@code twemoji}, {@code fluent},
 * {@code openmoji}, {@code openclipart} (pictures), {@code human}, {@code espeak-ng}, {@code flite} (speech),
 * {@code caption}, {@code label}, {@code tags} (text: keywords joined by commas). Speech has a {@code speaker} where it is
 * known, synthetic speech a {@code transcript}. Nothing names a split, and every item is a group of its own: that is for who
 * splits several corpora at once.
 */
@NullMarked
package io.sensorium.samples.corpora;

import org.jspecify.annotations.NullMarked;
