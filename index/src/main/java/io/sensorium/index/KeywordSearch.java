package io.sensorium.index;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Modality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/** BM25 over the stored texts, whose words are cut as Unicode says (UAX #29) and lower-cased: the same for all languages. */
final class KeywordSearch {
    private static final Analyzer WORDS = new StandardAnalyzer();

    private KeywordSearch() {}

    /**
     * At least the best so many items, in no order.
     *
     * @param targets none for all
     * @throws ConfigException if the words and the filter are more together than Lucene takes
     */
    static List<Candidate> best(
            IndexSearcher searcher, String words, Set<Modality> targets, @Nullable Query filter, int items)
            throws IOException {
        Query any = new QueryBuilder(WORDS).createBooleanQuery(Documents.TEXT, words);
        if (any == null) {
            return List.of();
        }
        var query = new BooleanQuery.Builder().add(any, Occur.MUST);
        if (!targets.isEmpty()) {
            query.add(
                    new TermInSetQuery(
                            Documents.MODALITY,
                            targets.stream().map(m -> new BytesRef(m.name())).toList()),
                    Occur.FILTER);
        }
        if (filter != null) {
            query.add(filter, Occur.FILTER);
        }
        Query built = query.build();
        Blocks.Found found;
        try {
            found = Blocks.atLeast(items, searcher.getIndexReader(), views -> searcher.search(built, views).scoreDocs)
                    .inDocumentOrder();
        } catch (IndexSearcher.TooManyClauses e) {
            throw new ConfigException(
                    "the keywords and the filter have more than %,d parts together; use fewer words, or put alternatives of one field into one Filter.in"
                            .formatted(IndexSearcher.getMaxClauseCount()),
                    e);
        }
        Shown[] shown = Shown.of(searcher.getIndexReader(), found.docs());
        var candidates = new ArrayList<Candidate>(found.size());
        for (int i = 0; i < found.size(); i++) {
            candidates.add(new Candidate(
                    found.docs()[i], found.blocks()[i], shown[i].modality(), found.scores()[i], Double.NaN));
        }
        return candidates;
    }
}
