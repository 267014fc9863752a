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
    private final Dashes dashes;
    private long applied;
    private long selectors;
    private long declarations;
    private long copies;
    private boolean plain = true;

    BoundedStyles(Deadline deadline, Dashes dashes) {
        this.deadline = deadline;
        this.dashes = dashes;
    }

    /** The renderer's loader takes any exception for an empty drawing; what it was is told here. */
    void check() throws Refused {
        if (areCopiesTooMany()) {
            throw new Refused("has style rules of too many selectors and declarations: these would be copied more than"
                    + " %,d times; simplify it".formatted(MAX_COPIED));
        }
        if (applied > MAX_APPLIED) {
            throw new Refused(
                    "has too many styles for its elements: more than %,d declarations would be applied; simplify it"
                            .formatted(MAX_APPLIED));
        }
    }

    @Override
    public StyleSheet parse(List<char[]> text) {
        text.forEach(this::survey);
        stop(areCopiesTooMany());
        StyleSheet sheet = parser.parse(text);
        return (element, styles) -> {
            deadline.check();
            count(1 + element.classNames().size());
            sheet.forEachMatchingRule(element, declaration -> {
                count(1);
                if (dashes.allow(declaration)) {
                    styles.applyRule(declaration);
                }
            });
        };
    }

    private void survey(char[] text) {
        boolean open = false;
        int list = 1;
        for (char c : text) {
            switch (c) {
                case ',' -> {
                    selectors++;
                    list++;
                }
                case ':' -> {
                    declarations++;
                    copies += list;
                }
                case '{' -> {
                    plain &= !open;
                    open = true;
                    selectors++;
                }
                case '}' -> {
                    plain &= open;
                    open = false;
                    list = 1;
                }
                case '/', '\\', '"', '\'', '@' -> plain = false;
                default -> {}
            }
        }
    }

    /** Rule by rule where nothing can hide a brace; else as if all were one rule. */
    private boolean areCopiesTooMany() {
        return (plain ? copies : selectors * declarations) > MAX_COPIED;
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
