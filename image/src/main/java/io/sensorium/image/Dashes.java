package io.sensorium.image;

import com.github.weisj.jsvg.parser.DomElement;
import com.github.weisj.jsvg.parser.css.StyleProperty;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The dashes of one drawing. Lines of millions of them take gigabytes before anything can stop them. {@link BoundedOutput}
 * keeps those off the canvas, but what masks, patterns and filters draw aside goes past it, so a drawing that has one of
 * these has solid lines. Few have both.
 */
final class Dashes {
    /** As the parser gives names of elements, however they are written. */
    private static final Set<String> ASIDE = Set.of("mask", "pattern", "filter");

    private static final String PROPERTY = "stroke-dasharray";
    private static final Pattern IN_STYLE = Pattern.compile(PROPERTY, Pattern.CASE_INSENSITIVE);

    private boolean solid;

    /** Before the drawing's style sheets are applied. */
    void settle(DomElement root) {
        solid = isDrawnAside(root);
        if (solid) {
            takeOff(root);
        }
    }

    /** Whether this declaration of a style sheet may be applied. */
    boolean allow(StyleProperty declaration) {
        return !solid || !declaration.name().equalsIgnoreCase(PROPERTY);
    }

    private static boolean isDrawnAside(DomElement element) {
        return ASIDE.contains(element.tagName()) || element.children().stream().anyMatch(Dashes::isDrawnAside);
    }

    private static void takeOff(DomElement element) {
        if (element.attribute(PROPERTY) != null) {
            element.setAttribute(PROPERTY, "none");
        }
        String style = element.attribute("style");
        if (style != null) {
            element.setAttribute("style", IN_STYLE.matcher(style).replaceAll("solid"));
        }
        element.children().forEach(Dashes::takeOff);
    }
}
