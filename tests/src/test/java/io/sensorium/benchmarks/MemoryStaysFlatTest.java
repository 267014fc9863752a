package io.sensorium.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Native arrays don't show in the heap, so a leak of them shows only in the process's memory. */
class MemoryStaysFlatTest {
    /** One step of 16 pictures that kept its arrays would keep about 10 MB. */
    @Test
    void two_hundred_training_steps_keep_no_more_memory_than_the_least_of_them() {
        assumeThat(Memory.measurable()).isTrue();
        List<Double> resident = Memory.overSteps("fp32", 16, 200, Memory::kept);
        assertThat(resident.getLast() - Collections.min(resident))
                .as("MB over steps: %s", resident)
                .isLessThan(100);
    }

    @Test
    @EnabledIfSystemProperty(named = "sensorium.long", matches = "true")
    void a_thousand_full_steps_keep_no_more_memory_than_the_least_of_them() {
        assumeThat(Memory.measurable()).isTrue();
        List<Double> resident = Memory.overSteps("fp32", 64, 1000, Memory::kept);
        assertThat(resident.getLast() - Collections.min(resident))
                .as("MB over steps: %s", resident)
                .isLessThan(100);
    }
}
