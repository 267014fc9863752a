package io.sensorium.spi;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The modalities on the class path. */
public final class Modalities {
    private Modalities() {}

    /**
     * All providers by modality.
     *
     * @throws ConfigException if two provide the same
     */
    public static SortedMap<Modality, ModalityProvider> installed() {
        var providers = new TreeMap<Modality, ModalityProvider>();
        for (ModalityProvider provider : Providers.of(ModalityProvider.class)) {
            ModalityProvider other = providers.put(provider.modality(), provider);
            if (other != null) {
                throw new ConfigException("two providers of modality %s are on the class path: %s and %s"
                        .formatted(provider.modality(), other.getClass(), provider.getClass()));
            }
        }
        return providers;
    }

    /** @throws ConfigException if none is on the class path; says what to add */
    public static ModalityProvider require(Map<Modality, ModalityProvider> installed, Modality modality) {
        ModalityProvider provider = installed.get(modality);
        if (provider == null) {
            throw new ConfigException("no provider of modality %s is on the class path (it has %s); add sensorium-%s"
                    .formatted(modality, installed.keySet(), modality));
        }
        return provider;
    }
}
