/**
 * The {@code sensorium} command and the quickstart: an application of the library like any other. Begin with
 * {@link io.sensorium.samples.Main}; {@code command} holds one class per subcommand, {@code evaluate} what an evaluation
 * adds to the library's, {@code report} the HTML pages and {@code quickstart} the whole story in one run.
 */
@NullMarked
package io.sensorium.samples;

import org.jspecify.annotations.NullMarked;
