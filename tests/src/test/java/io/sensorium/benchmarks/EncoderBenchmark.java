package io.sensorium.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Steps and forward passes of {@link VisionTransformer}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class EncoderBenchmark {
    @Benchmark
    public float train_step_b64_fp32(Batch64Fp32 state) {
        return state.model.train();
    }

    @Benchmark
    public float train_step_b64_bf16(Batch64Bf16 state) {
        return state.model.train();
    }

    @Benchmark
    public float forward_b64_fp32(Frozen64Fp32 state) {
        return state.model.encode();
    }

    @Benchmark
    public float forward_b64_bf16(Frozen64Bf16 state) {
        return state.model.encode();
    }

    @Benchmark
    public float forward_b1_fp32(Frozen1Fp32 state) {
        return state.model.encode();
    }

    /** 64 pictures. */
    @State(Scope.Thread)
    public static class Batch64Fp32 extends Loaded {
        public Batch64Fp32() {
            super("fp32", 64);
        }
    }

    /** 64 pictures, matrix products in bf16. */
    @State(Scope.Thread)
    public static class Batch64Bf16 extends Loaded {
        public Batch64Bf16() {
            super("bf16", 64);
        }
    }

    /** 64 pictures through a model that won't be trained. */
    @State(Scope.Thread)
    public static class Frozen64Fp32 extends Loaded {
        public Frozen64Fp32() {
            super("fp32", 64);
            model.freeze();
        }
    }

    /** The same with matrix products in bf16. */
    @State(Scope.Thread)
    public static class Frozen64Bf16 extends Loaded {
        public Frozen64Bf16() {
            super("bf16", 64);
            model.freeze();
        }
    }

    /** One picture through a model that won't be trained. */
    @State(Scope.Thread)
    public static class Frozen1Fp32 extends Loaded {
        public Frozen1Fp32() {
            super("fp32", 1);
            model.freeze();
        }
    }

    /** A model that lives as long as its benchmark. */
    @State(Scope.Thread)
    public abstract static class Loaded {
        final VisionTransformer model;

        Loaded(String compute, int batch) {
            model = new VisionTransformer(compute, batch);
        }

        @TearDown
        public void close() {
            model.close();
        }
    }
}
