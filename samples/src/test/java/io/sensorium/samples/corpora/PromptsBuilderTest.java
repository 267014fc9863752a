package io.sensorium.samples.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sensorium.core.Modality;
import io.sensorium.corpus.Item;
import io.sensorium.corpus.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptsBuilderTest {
    @TempDir
    Path folder;

    @Test
    void a_prompt_has_a_recording_and_a_text_in_each_language_that_has_both() throws IOException {
        var prompts = new PackagedCorpus(folder, new PromptsBuilder());
        add(prompts, "en", "; comment\n\nadded: Added.\ndigits/1: one\nbeep: [a tone]\nnothing:\nunsaid: Unsaid.\n");
        add(prompts, "es", "added: Añadido.\n");
        add(prompts, "fr", "added: Ajouté,  vraiment.\n");
        add(prompts, "it", "\uFEFF; commento\nadded: Aggiunto.\n");
        add(prompts, "ru", "digits/1: один\n");
        BuildReport report = prompts.build(BuildListener.SILENT);

        assertThat(prompts.corpus().items()).extracting(Item::id).containsExactly("added", "digits/1");
        Item added = prompts.corpus().items().getFirst();
        assertThat(added.views(Modality.TEXT))
                .extracting(View::lang, View::text)
                .containsExactly(
                        tuple("en", "Added."),
                        tuple("es", "Añadido."),
                        tuple("fr", "Ajouté, vraiment."),
                        tuple("it", "Aggiunto."));
        assertThat(added.views(Modality.AUDIO))
                .extracting(View::lang, View::source, View::path)
                .contains(tuple("fr", "human", "snd/fr/added.wav"));
        assertThat(added.views(Modality.AUDIO).getFirst().other()).containsEntry("speaker", "en_f_Anna");
        assertThat(prompts.corpus().file(added.views(Modality.AUDIO).getFirst()))
                .hasContent("en added");
        assertThat(report.skipped()).containsExactly("en: 'nothing:' says nothing");
        assertThat(prompts.repeats("snd/it/added.wav")).isTrue();
    }

    private static void add(PackagedCorpus prompts, String lang, String list) throws IOException {
        String name = "asterisk-core-sounds-" + lang;
        var zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(list.getBytes(StandardCharsets.UTF_8));
        }
        prompts.debian(
                name,
                new TinyArchive()
                        .file("./usr/share/doc/%s/core-sounds-%s.txt.gz".formatted(name, lang), zipped.toByteArray()));
        var sounds = new TinyArchive();
        for (String key : new String[] {"added", "digits/1", "beep"}) {
            sounds.file("./usr/share/asterisk/sounds/%s_f_Anna/%s.wav".formatted(lang, key), lang + " " + key);
        }
        prompts.debian(name + "-wav", sounds);
    }
}
