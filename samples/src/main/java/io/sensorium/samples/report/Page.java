package io.sensorium.samples.report;

import io.sensorium.core.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** The frame of a page: a heading, a style sheet, sections. Whatever the sections hold, the browser runs and loads nothing. */
final class Page {
    private final String title;
    private final String lead;
    private final StringBuilder sections = new StringBuilder();

    /** @param lead one sentence under the title, as text */
    Page(String title, String lead) {
        this.title = title;
        this.lead = lead;
    }

    /**
     * @param intro what the reader looks at, as text
     * @param html the section's content
     */
    Page section(String heading, String intro, String html) {
        if (!html.isEmpty()) {
            sections.append("<section><h2>%s</h2>%s%s</section>%n"
                    .formatted(Html.text(heading), intro.isEmpty() ? "" : "<p>" + Html.text(intro) + "</p>", html));
        }
        return this;
    }

    String html() {
        return """
               <!doctype html>
               <html lang="en">
               <head>
               <meta charset="utf-8">
               <meta name="viewport" content="width=device-width, initial-scale=1">
               <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:">
               <title>%s</title>
               <style>
               %s</style>
               </head>
               <body>
               <main>
               <header><h1>%s</h1><p>%s</p></header>
               %s</main>
               </body>
               </html>
               """.formatted(Html.text(title), style(), Html.text(title), Html.text(lead), sections);
    }

    /**
     * Writes it, in place of an earlier one, which stays whole until the new one is.
     *
     * @throws TrainingException if it can't be written
     */
    void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try {
                Files.writeString(partial, html());
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new TrainingException("%s: can't be written: %s".formatted(file, e), e);
        }
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
