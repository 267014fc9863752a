package io.sensorium.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.sensorium.core.Modality;
import java.io.IOException;

/** A modality in JSON is its name; kept out of the value type, which knows no Jackson. */
final class ModalityJson {
    private ModalityJson() {}

    static final class Key extends KeyDeserializer {
        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return new Modality(key);
        }
    }

    static final class Value extends StdDeserializer<Modality> {
        Value() {
            super(Modality.class);
        }

        @Override
        public Modality deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return new Modality(context.readValue(parser, String.class));
        }
    }
}
