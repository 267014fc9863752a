package io.sensorium.samples.corpora;

/**
 * Is told how the build or the split of corpora goes. Tasks come one after the other; {@link #advanced} may come from several
 * threads.
 */
public interface BuildListener {
    /** Hears nothing. */
    BuildListener SILENT = new BuildListener() {
        @Override
        public void started(String task, long total, String unit) {}

        @Override
        public void advanced(long done) {}
    };

    /**
     * A new task begins and the one before it is over.
     *
     * @param total how many units it has
     */
    void started(String task, long total, String unit);

    /** So much of the task is done. */
    void advanced(long done);
}
