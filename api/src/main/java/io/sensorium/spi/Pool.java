package io.sensorium.spi;

import static io.sensorium.spi.ConfigReader.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How an encoder's tokens become one vector. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Pool.Flatten.class, name = "flatten"),
    @JsonSubTypes.Type(value = Pool.Mean.class, name = "mean"),
    @JsonSubTypes.Type(value = Pool.Attention.class, name = "attention")
})
public sealed interface Pool {
    /** All tokens side by side: keeps place, needs a fixed number of tokens, learns fastest on small data. */
    record Flatten() implements Pool {}

    /** The mean over real tokens. */
    record Mean() implements Pool {}

    /**
     * Learned queries that attend to the tokens, their results side by side.
     *
     * @param queries how many
     */
    record Attention(int queries) implements Pool {
        public Attention {
            require(queries > 0 && queries <= 64, "encoder.pool.queries", queries, "1..64");
        }
    }
}
