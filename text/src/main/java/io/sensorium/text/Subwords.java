package io.sensorium.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.sensorium.core.EngineException;
import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.spi.CarriedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A {@code tokenizer.json} of the Hugging Face tokenizers library, run by its native code. Thread-safe: encoding only
 * reads the native tokenizer, which is freed when this object is no longer in use.
 */
final class Subwords {
    private static final Cleaner CLEANER = Cleaner.create();

    private final CarriedFile file;
    private final HuggingFaceTokenizer tokenizer;
    private final int mask;
    private final int[] prefix;
    private final int[] suffix;

    /** @throws io.sensorium.core.ConfigException if there is no such file or it isn't a tokenizer */
    Subwords(Path file) {
        var json = TokenizerJson.read(file);
        this.file = CarriedFile.of(file, json.bytes());
        this.mask = json.mask();
        try {
            this.tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.bytes()),
                    Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
            HuggingFaceTokenizer handle = tokenizer;
            CLEANER.register(this, handle::close);
            Encoding probe = tokenizer.encode("a", true, false);
            long[] special = probe.getSpecialTokenMask();
            int head = 0;
            while (head < special.length && special[head] == 1) {
                head++;
            }
            int tail = special.length;
            while (tail > head && special[tail - 1] == 1) {
                tail--;
            }
            int[] ids = Arrays.stream(probe.getIds()).mapToInt(Math::toIntExact).toArray();
            this.prefix = Arrays.copyOf(ids, head);
            this.suffix = Arrays.copyOfRange(ids, tail, ids.length);
            // a template names its tokens by number, which nothing else holds against the vocabulary
            if (Arrays.stream(ids).anyMatch(id -> id < 0 || id >= json.vocabulary())) {
                throw new IllegalArgumentException("its template has ids outside 0.." + (json.vocabulary() - 1));
            }
        } catch (LinkageError e) {
            throw new EngineException(
                    "the native tokenizer library can't be loaded (%s); this platform has none in"
                                    .formatted(e.getMessage())
                            + " ai.djl.huggingface:tokenizers, use \"tokenizer\":\"bytes\"",
                    e);
        } catch (IOException | RuntimeException e) {
            throw TokenizerJson.refused(file, e.getMessage(), e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    CarriedFile file() {
        return file;
    }

    /** The id of the token that hides one, or -1. */
    int mask() {
        return mask;
    }

    /** Special tokens before every text. */
    int[] prefix() {
        return prefix;
    }

    /** Special tokens after every text. */
    int[] suffix() {
        return suffix;
    }

    /** Ids without special tokens. */
    int[] encode(String label, String text) {
        try {
            long[] ids = tokenizer.encode(text, false, false).getIds();
            int[] out = new int[ids.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.toIntExact(ids[i]);
            }
            return out;
        } catch (RuntimeException e) {
            throw new MediaException(
                    label, "the tokenizer failed: " + Messages.excerpt(String.valueOf(e.getMessage())), e);
        } finally {
            // the last use of this object is before the native call: its cleaner could free the tokenizer during it
            Reference.reachabilityFence(this);
        }
    }
}
