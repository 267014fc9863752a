package io.sensorium.image;

import com.github.weisj.jsvg.parser.DomElement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The nominal size of a drawing. A side that is missing, {@code auto}, or relative to a page or font that isn't there
 * would be taken from the view box alone, the other not, and the drawing become a sliver.
 */
final class SvgSize {
    // possessive, since a hostile attribute has millions of digits
    private static final String NUMBER = "\\+?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][+-]?\\d++)?";
    private static final String GAP = "[\\s,]++";
    private static final Pattern ABSOLUTE = Pattern.compile("\\s*+" + NUMBER + "\\s*+(?i:px|pt|pc|mm|cm|in|q)?\\s*+");
    private static final Pattern VIEW_BOX = Pattern.compile("\\s*+-?" + NUMBER + GAP + "-?" + NUMBER + GAP + "(?<width>"
            + NUMBER + ")" + GAP + "(?<height>" + NUMBER + ")\\s*+");

    private SvgSize() {}

    /** Gives the root its view box's sides, unless it has both of its own, or neither, which means the same. */
    static void settle(DomElement root) {
        String width = side(root, "width");
        String height = side(root, "height");
        if (width == null && height == null || absolute(width) && absolute(height)) {
            return;
        }
        Matcher box = VIEW_BOX.matcher(String.valueOf(root.attribute("viewBox")));
        if (!box.matches()) {
            return;
        }
        root.setAttribute("width", box.group("width"));
        root.setAttribute("height", box.group("height"));
        String style = root.attribute("style");
        if (style != null) {
            // styles go before attributes, and the last of them before the others
            root.setAttribute("style", style + ";width:" + box.group("width") + ";height:" + box.group("height"));
        }
    }

    private static @Nullable String side(DomElement root, String name) {
        String side = root.attribute(name);
        for (String rule : String.valueOf(root.attribute("style")).split(";")) {
            int colon = rule.indexOf(':');
            if (colon > 0 && rule.substring(0, colon).strip().equals(name)) {
                side = rule.substring(colon + 1);
            }
        }
        return side;
    }

    private static boolean absolute(@Nullable String side) {
        return side != null && ABSOLUTE.matcher(side).matches();
    }
}
