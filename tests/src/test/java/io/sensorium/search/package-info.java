/** A trained model and a Lucene index together, as an application uses them. */
package io.sensorium.search;
