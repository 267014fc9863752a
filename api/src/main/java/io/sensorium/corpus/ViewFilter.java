package io.sensorium.corpus;

import io.sensorium.core.ConfigException;
import io.sensorium.core.Messages;
import io.sensorium.core.Modality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which views take part: in a job, in training ({@code data.train}) or in an evaluation. Written as terms with commas
 * between them, of which a view has to meet all that concern it:
 *
 * <table>
 * <caption>Terms</caption>
 * <tr><td>{@code test}</td><td>the split of every modality that has no split of its own here; repeated, one of them</td></tr>
 * <tr><td>{@code audio=test-engine}</td><td>the split of one modality; repeated, one of them</td></tr>
 * <tr><td>{@code lang=fr}</td><td>the language; repeated, one of them</td></tr>
 * <tr><td>{@code source=human}</td><td>who made it: a vendor, an engine; repeated, one of them</td></tr>
 * <tr><td>{@code from=stamps}</td><td>items whose id starts with {@code stamps/}; repeated, one of them</td></tr>
 * <tr><td>{@code lang=!fr}</td><td>any but this one; so with source and from</td></tr>
 * <tr><td>{@code audio.source=human}</td><td>concerns views of one modality only; so with lang and from</td></tr>
 * </table>
 *
 * <p>{@code everything}, alone, accepts every view. A view without a language (every image) meets every term on languages,
 * one without a source every term on sources. Without a split all are accepted. Some filters on a {@linkplain Corpus corpus} of several:
 *
 * <pre>
 * train,val                           train on both, once a recipe is chosen
 * train,lang=!ro,lang=!el             train without two languages
 * test,from=stamps,lang=ro,lang=el    … and evaluate on those alone
 * train,audio.source=!flite           train without a speech engine
 * train,from=stamps,audio.source=flite   … and evaluate on it, concepts being known
 * </pre>
 *
 * Immutable; {@link #toString} gives terms that parse to an equal filter.
 */
public final class ViewFilter {
    private enum Field {
        LANG,
        SOURCE,
        FROM;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The values of one key; the modality is null if it concerns all. */
    private record Term(@Nullable Modality modality, Field field, Set<String> wanted, Set<String> refused) {
        boolean meets(Item item, View view) {
            if (modality != null && !modality.equals(view.modality())) {
                return true;
            }
            return switch (field) {
                case LANG -> meets(view.lang());
                case SOURCE -> meets(view.source());
                case FROM ->
                    (wanted.isEmpty() || wanted.stream().anyMatch(corpus -> isFrom(item, corpus)))
                            && refused.stream().noneMatch(corpus -> isFrom(item, corpus));
            };
        }

        private boolean meets(@Nullable String value) {
            return value == null || ((wanted.isEmpty() || wanted.contains(value)) && !refused.contains(value));
        }

        private static boolean isFrom(Item item, String corpus) {
            return item.id().length() > corpus.length()
                    && item.id().charAt(corpus.length()) == '/'
                    && item.id().startsWith(corpus);
        }

        String key() {
            return modality == null ? field.key() : modality + "." + field.key();
        }

        boolean isGeneral(Field of) {
            return modality == null && field == of;
        }
    }

    private static final String EVERYTHING = "everything";
    private static final ViewFilter ALL = new ViewFilter(Map.of(), Set.of(), List.of());

    private final Map<Modality, Set<String>> splits;
    /** Of modalities without any of their own; empty for all. */
    private final Set<String> defaultSplits;
    /** In order of key, one of each. */
    private final List<Term> terms;

    private ViewFilter(Map<Modality, Set<String>> splits, Set<String> defaultSplits, Collection<Term> terms) {
        this.splits = new TreeMap<>(splits);
        this.defaultSplits = defaultSplits;
        this.terms = terms.stream().sorted(Comparator.comparing(Term::key)).toList();
    }

    /** Accepts every view. */
    public static ViewFilter all() {
        return ALL;
    }

    /** Accepts the views of one split. */
    public static ViewFilter split(String split) {
        return new ViewFilter(Map.of(), Set.of(split), List.of());
    }

    /**
     * Parses terms as the class describes them.
     *
     * @throws ConfigException if a term makes no sense or contradicts another
     */
    public static ViewFilter parse(String text) {
        if (text.strip().equals(EVERYTHING)) {
            return ALL;
        }
        var splits = new TreeMap<Modality, Set<String>>();
        var defaultSplits = new TreeSet<String>();
        var terms = new TreeMap<String, Term>();
        for (String part : text.split(",", -1)) {
            String term = part.strip();
            int equals = term.indexOf('=');
            String key = term.substring(0, Math.max(equals, 0)).strip();
            String value = term.substring(equals + 1).strip();
            boolean refused = value.startsWith("!");
            String bare = refused ? value.substring(1).strip() : value;
            int dot = key.lastIndexOf('.');
            Field field = field(key.substring(dot + 1));
            if (bare.isEmpty()
                    || bare.indexOf('=') >= 0
                    || bare.indexOf('!') >= 0
                    || (equals >= 0 && key.isEmpty())
                    || dot == 0
                    || (field == null && (dot > 0 || refused))) {
                throw new ConfigException(
                        "'%s' in '%s' is no filter; expected a split, MODALITY=SPLIT, or lang, source or from = a value or !value, as in audio.source=!flite"
                                .formatted(Messages.excerpt(term), Messages.excerpt(text)));
            }
            if (field != null) {
                Modality modality = dot < 0 ? null : new Modality(key.substring(0, dot));
                Term known =
                        terms.computeIfAbsent(key, k -> new Term(modality, field, new TreeSet<>(), new TreeSet<>()));
                (refused ? known.refused : known.wanted).add(bare);
                if (known.wanted.contains(bare) && known.refused.contains(bare)) {
                    throw new ConfigException("'%s' asks for %s=%s and for %s=!%s; expected one"
                            .formatted(Messages.excerpt(text), key, bare, key, bare));
                }
            } else if (key.isEmpty()) {
                defaultSplits.add(bare);
            } else {
                splits.computeIfAbsent(new Modality(key), k -> new TreeSet<>()).add(bare);
            }
        }
        return new ViewFilter(splits, defaultSplits, terms.values());
    }

    private static @Nullable Field field(String key) {
        for (Field field : Field.values()) {
            if (field.key().equals(key)) {
                return field;
            }
        }
        return null;
    }

    /** The same, of some languages only, whatever {@code lang} terms there were; empty changes nothing. */
    public ViewFilter in(Collection<String> languages) {
        if (languages.isEmpty()) {
            return this;
        }
        var others = new ArrayList<>(
                terms.stream().filter(term -> !term.isGeneral(Field.LANG)).toList());
        others.add(new Term(null, Field.LANG, new TreeSet<>(languages), Set.of()));
        return new ViewFilter(splits, defaultSplits, others);
    }

    /** The same with another's {@code lang} terms, unless this one has any, of all modalities or of one. */
    public ViewFilter inLanguagesOf(ViewFilter other) {
        if (terms.stream().anyMatch(term -> term.field == Field.LANG)) {
            return this;
        }
        var both = new ArrayList<>(terms);
        other.terms.stream().filter(term -> term.field == Field.LANG).forEach(both::add);
        return new ViewFilter(splits, defaultSplits, both);
    }

    /** Whether a view of an item takes part. */
    public boolean accepts(Item item, View view) {
        Set<String> accepted = splits.getOrDefault(view.modality(), defaultSplits);
        if (!accepted.isEmpty() && !accepted.contains(view.split())) {
            return false;
        }
        for (Term term : terms) {
            if (!term.meets(item, view)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ViewFilter that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** The terms in a canonical order; {@code everything} if there are none. */
    @Override
    public String toString() {
        var parts = new ArrayList<>(defaultSplits);
        splits.forEach((modality, own) -> own.forEach(split -> parts.add(modality + "=" + split)));
        for (Term term : terms) {
            term.wanted.forEach(value -> parts.add(term.key() + "=" + value));
            term.refused.forEach(value -> parts.add(term.key() + "=!" + value));
        }
        return parts.isEmpty() ? EVERYTHING : String.join(",", parts);
    }
}
