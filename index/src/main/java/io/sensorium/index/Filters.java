package io.sensorium.index;

import io.sensorium.core.ConfigException;
import java.util.ArrayList;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** A {@link Filter} in Lucene's terms. */
final class Filters {
    // Lucene takes 1,024 clauses, and a node makes at most two
    private static final int MAX_NODES = 500;
    private static final int MAX_DEPTH = 64;

    private int nodes;

    private Filters() {}

    /** @throws ConfigException if the filter is too large or too deep */
    static Query toLucene(Filter filter) {
        return new ConstantScoreQuery(new Filters().translate(filter, 1));
    }

    private Query translate(Filter filter, int depth) {
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw new ConfigException(
                    "filter has more than %,d nodes or %d levels; put alternatives of one field into one Filter.in"
                            .formatted(MAX_NODES, MAX_DEPTH));
        }
        return switch (filter) {
            case Filter.Equals eq -> new TermQuery(Values.exactly(eq.field(), eq.value()));
            case Filter.In in -> anyValue(in);
            case Filter.Range range -> Values.within(range.field(), range.from(), range.to());
            case Filter.Exists exists -> new TermQuery(Values.exists(exists.field()));
            case Filter.And and -> {
                var query = new BooleanQuery.Builder().add(MatchAllDocsQuery.INSTANCE, Occur.FILTER);
                and.all().forEach(f -> query.add(translate(f, depth + 1), Occur.FILTER));
                yield query.build();
            }
            case Filter.Or or -> {
                // without a clause it matches nothing, as it should
                var query = new BooleanQuery.Builder();
                or.any().forEach(f -> query.add(translate(f, depth + 1), Occur.SHOULD));
                yield query.build();
            }
            case Filter.Not not ->
                new BooleanQuery.Builder()
                        .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
                        .add(translate(not.filter(), depth + 1), Occur.MUST_NOT)
                        .build();
        };
    }

    private static Query anyValue(Filter.In in) {
        var terms = new ArrayList<BytesRef>(in.values().size());
        for (Value value : in.values()) {
            BytesRef term = Values.exactly(in.field(), value).bytes();
            // a longer term can't be in the index, and the automaton of a TermInSetQuery refuses it
            if (term.length <= IndexWriter.MAX_TERM_LENGTH) {
                terms.add(term);
            }
        }
        return new TermInSetQuery(Values.META, terms);
    }
}
