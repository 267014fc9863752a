package io.sensorium.samples.report;

import io.sensorium.corpus.Corpus;
import io.sensorium.corpus.View;
import io.sensorium.samples.quickstart.CrossModalQuery;
import io.sensorium.samples.quickstart.CrossModalQuery.Found;
import java.util.Collection;
import java.util.stream.Collectors;

/** Queries and their hits as a reader can see, hear and read them. */
final class QueryCards {
    private final Corpus corpus;

    QueryCards(Corpus corpus) {
        this.corpus = corpus;
    }

    String html(Collection<CrossModalQuery> queries) {
        return queries.stream().map(this::card).collect(Collectors.joining("\n", "<div class=\"queries\">", "</div>"));
    }

    private String card(CrossModalQuery query) {
        String hits = query.hits().stream().map(hit -> hit(query, hit)).collect(Collectors.joining("\n"));
        String verdict = query.answered()
                ? "<span class=\"verdict yes\">right</span>"
                : "<span class=\"verdict no\">wrong</span>%s"
                        .formatted(query.rank()
                                .map(rank -> " <small>first right hit at rank %d</small>".formatted(rank))
                                .orElse(" <small>not among the first %d</small>"
                                        .formatted(query.hits().size())));
        return """
               <article class="query">
               <div class="asked"><h3>%s → %s %s</h3><div class="view">%s</div><p>%s, %s</p></div>
               <ol class="hits">
               %s
               </ol>
               </article>
               """.formatted(
                        Html.text(query.from().name()),
                        Html.text(query.target().name()),
                        verdict,
                        view(query.query().view()),
                        Html.text(query.query().item().group()),
                        Html.text(String.valueOf(query.query().view().source())),
                        hits);
    }

    private String hit(CrossModalQuery query, Found hit) {
        return "<li class=\"hit%s\"><div class=\"view\">%s</div><p><b>%s</b> %s</p></li>"
                .formatted(
                        query.right(hit) ? " right" : "",
                        view(hit.entry().view()),
                        Html.text(hit.entry().item().group()),
                        Html.number("%.1f", hit.score()));
    }

    private String view(View view) {
        if (view.text() != null) {
            return "<blockquote>" + Html.text(view.text()) + "</blockquote>";
        }
        String label = Html.text(view.label());
        return Html.dataUri(corpus.file(view))
                .map(uri -> uri.startsWith("data:image/")
                        ? "<img src=\"%s\" alt=\"%s\">".formatted(uri, label)
                        : "<audio controls preload=\"metadata\" src=\"%s\" title=\"%s\"></audio>".formatted(uri, label))
                .orElse("<code>" + label + "</code>");
    }
}
