/**
 * HTML pages that stand alone: one file, no script, no request. {@link io.sensorium.samples.report.Page} is the frame,
 * {@link io.sensorium.samples.report.LineChart} draws curves; everything that comes from outside is escaped.
 */
@NullMarked
package io.sensorium.samples.report;

import org.jspecify.annotations.NullMarked;
