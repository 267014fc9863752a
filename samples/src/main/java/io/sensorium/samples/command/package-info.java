/**
 * One class per subcommand; {@link io.sensorium.samples.command.SensoriumCommand} ties them together and turns what they
 * throw to messages and exit codes. Results go to standard output, progress and problems to standard error.
 */
@NullMarked
package io.sensorium.samples.command;

import org.jspecify.annotations.NullMarked;
