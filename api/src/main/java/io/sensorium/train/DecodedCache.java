package io.sensorium.train;

import io.sensorium.core.Input;
import io.sensorium.core.MediaException;
import io.sensorium.spi.Preprocessor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Decoded views up to a bound of memory. What came first stays: with every view drawn equally often no other choice hits
 * more often. Views that failed are remembered, so that each is reported once. Thread-safe.
 */
final class DecodedCache {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final Map<Input, Preprocessor.Decoded> decoded = new ConcurrentHashMap<>();
    private final Set<Input> failed = ConcurrentHashMap.newKeySet();

    /** @param limit bytes of decoded views */
    DecodedCache(long limit) {
        this.limit = limit;
    }

    Optional<Preprocessor.Decoded> get(Input input, Preprocessor preprocessor, Consumer<MediaException> skipped) {
        Preprocessor.Decoded known = decoded.get(input);
        if (known != null) {
            return Optional.of(known);
        }
        if (failed.contains(input)) {
            return Optional.empty();
        }
        try {
            Preprocessor.Decoded fresh = preprocessor.decode(input);
            if (used.addAndGet(fresh.bytes()) > limit || decoded.putIfAbsent(input, fresh) != null) {
                used.addAndGet(-fresh.bytes());
            }
            return Optional.of(fresh);
        } catch (MediaException e) {
            if (failed.add(input)) {
                skipped.accept(e);
            }
            return Optional.empty();
        }
    }
}
