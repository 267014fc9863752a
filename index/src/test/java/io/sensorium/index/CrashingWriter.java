package io.sensorium.index;

import io.sensorium.core.Text;
import java.nio.file.Path;

/** A process that commits 50 views, writes 50 more, makes some of them visible, and waits to be killed. */
final class CrashingWriter {
    private CrashingWriter() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
        VectorIndex index = VectorIndex.open(Path.of(args[0]), new ToyModel());
        for (int i = 0; i < 50; i++) {
            index.upsert("kept-" + i, Text.of("kept " + i));
        }
        index.commit();
        for (int i = 0; i < 50; i++) {
            index.upsert("lost-" + i, Text.of("lost " + i));
            index.delete("kept-" + i);
            index.count();
        }
        System.out.println("ready");
        Thread.sleep(60_000);
    }
}
