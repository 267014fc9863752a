/** Embedding jobs as processes that die. */
package io.sensorium.jobs;
