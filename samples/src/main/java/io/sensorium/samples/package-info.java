/**
 * The {@code sensorium} command and the quickstart: an application of the library like any other. Begin with
 * {@link io.sensorium.samples.Main}; {@code command} holds one class per subcommand, {@code quickstart} the whole story in
 * one run, {@code evaluate} what an evaluation adds to the library's, and {@code report} the HTML pages. {@code corpora}
 * builds the benchmark corpora, {@code split} holds concepts out of them, and {@code benchmark} compares objectives on
 * them.
 */
@NullMarked
package io.sensorium.samples;

import org.jspecify.annotations.NullMarked;
