package io.sensorium.image;

import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.css.CssParser;
import com.github.weisj.jsvg.parser.css.StyleSheet;
import io.sensorium.image.Decoder.Refused;
import java.util.List;

/**
 * The style sheets of one drawing. A list of selectors takes a copy of its declarations for each of them, and whatever a
 * class declares is applied again with every mention of the class by an element: much of one is fine, but not of both.
 */
final class BoundedStyles implements CssParser {
    private static final long MAX_APPLIED = 10_000_000;
    private static final long MAX_COPIED = 50_000_000;

    private final CssParser parser = LoaderContext.createDefault().cssParser();
    private final Deadline deadline;
    private long applied;
    private long selectors;
    private long declarations;

    BoundedStyles(Deadline deadline) {
        this.deadline = deadline;
    }

    /** The renderer's loader takes any exception for an empty drawing; what it was is told here. */
    void check() throws Refused {
        if (applied > MAX_APPLIED || selectors * declarations > MAX_COPIED) {
            throw new Refused(
                    "has too many styles for its elements: more than %,d declarations would be applied; simplify it"
                            .formatted(MAX_APPLIED));
        }
    }

    @Override
    public StyleSheet parse(List<char[]> text) {
        text.forEach(this::survey);
        stop(selectors * declarations > MAX_COPIED);
        StyleSheet sheet = parser.parse(text);
        return (element, styles) -> {
            deadline.check();
            count(1 + element.classNames().size());
            sheet.forEachMatchingRule(element, declaration -> {
                count(1);
                styles.applyRule(declaration);
            });
        };
    }

    private void survey(char[] text) {
        for (char c : text) {
            selectors += c == ',' || c == '{' ? 1 : 0;
            declarations += c == ':' ? 1 : 0;
        }
    }

    private void count(int more) {
        applied += more;
        stop(applied > MAX_APPLIED);
    }

    private static void stop(boolean tooMuch) {
        if (tooMuch) {
            throw new IllegalStateException("too many styles");
        }
    }
}
