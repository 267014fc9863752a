package io.sensorium.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Native arrays don't show in the heap, so a leak of them shows only in the process's memory. */
class MemoryStaysFlatTest {
    /** Steps of 16 pictures that kept their arrays would keep about 1,800 MB; the Java heap grows by a hundred or two. */
    @Test
    void two_hundred_training_steps_take_no_more_memory_than_the_first_twenty() {
        assumeThat(Memory.measurable()).isTrue();
        List<Double> resident = Memory.overSteps("fp32", 16, 200);
        assertThat(resident.getLast() - resident.getFirst())
                .as("MB over steps: %s", resident)
                .isLessThan(500);
    }

    @Test
    @EnabledIfSystemProperty(named = "sensorium.long", matches = "true")
    void a_thousand_full_steps_take_no_more_memory_than_the_first_hundred() {
        assumeThat(Memory.measurable()).isTrue();
        List<Double> resident = Memory.overSteps("fp32", 64, 1000);
        assertThat(resident.getLast() - resident.getFirst())
                .as("MB over steps: %s", resident)
                .isLessThan(100);
    }
}
