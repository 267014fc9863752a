package io.sensorium.samples.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Curves over training steps as inline SVG; colours come from the page's style sheet.
 *
 * @param title what the vertical axis shows
 * @param series curves with at least one point each; a point that is not finite is left out
 * @param percent whether values are shares, shown as percentages from 0
 */
record LineChart(String title, List<Series> series, boolean percent) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 240;
    private static final int LEFT = 46;
    private static final int BOTTOM = 24;
    private static final int TOP = 8;
    private static final int RIGHT = 10;
    private static final int TICKS = 4;

    /** One curve. */
    record Series(String name, List<Point> points) {}

    /** One value at one step. */
    record Point(double x, double y) {
        boolean finite() {
            return Double.isFinite(x) && Double.isFinite(y);
        }
    }

    LineChart {
        series = series.stream()
                .map(s -> new Series(
                        s.name, s.points.stream().filter(Point::finite).toList()))
                .filter(s -> !s.points.isEmpty())
                .toList();
    }

    String svg() {
        if (series.isEmpty()) {
            return "";
        }
        double right = series.stream()
                .flatMap(s -> s.points.stream())
                .mapToDouble(Point::x)
                .max()
                .orElse(1);
        double highest = series.stream()
                .flatMap(s -> s.points.stream())
                .mapToDouble(Point::y)
                .max()
                .orElse(1);
        double step = tick(Math.max(highest, 1e-9) / TICKS);
        double top = step * Math.max(1, Math.ceil(highest / step - 1e-9));
        var svg = new StringBuilder(
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                        .formatted(Html.text(title), WIDTH, HEIGHT, Html.text(title)));
        for (double y = 0; y <= top + step / 2; y += step) {
            svg.append(line(y, top, percent ? number(100 * y) + " %" : number(y)));
        }
        int marks = (int) Math.clamp(right, 1, TICKS);
        for (int i = 1; i <= marks; i++) {
            double x = right * i / marks;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" class=\"tick\" text-anchor=\"%s\">%s</text>",
                    x(x, right),
                    HEIGHT - 6,
                    i == marks ? "end" : "middle",
                    number(Math.round(x))));
        }
        for (int i = 0; i < series.size(); i++) {
            List<Point> points = series.get(i).points;
            String path = points.stream()
                    .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", x(p.x, right), y(p.y, top)))
                    .collect(Collectors.joining(" "));
            svg.append("<polyline class=\"line c%d\" points=\"%s\"/>".formatted(i % 6, path));
            if (points.size() < 12) {
                points.forEach(p -> svg.append(dot(p, right, top)));
            }
        }
        return svg.append("</svg>").append(legend()).append("</figure>").toString();
    }

    private static String line(double y, double top, String label) {
        return String.format(
                Locale.ROOT,
                "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" class=\"tick\" text-anchor=\"end\">%s</text>",
                LEFT,
                y(y, top),
                WIDTH - RIGHT,
                LEFT - 6,
                y(y, top) + 4,
                label);
    }

    private static String dot(Point p, double right, double top) {
        return String.format(
                Locale.ROOT, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>", x(p.x, right), y(p.y, top));
    }

    private String legend() {
        return IntStream.range(0, series.size())
                .mapToObj(i -> "<span class=\"key k%d\">%s</span>".formatted(i % 6, Html.text(series.get(i).name)))
                .collect(Collectors.joining(" ", "<p class=\"legend\">", "</p>"));
    }

    private static double x(double x, double right) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (right > 0 ? x / right : 0);
    }

    private static double y(double y, double top) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.max(0, y) / top);
    }

    /** The next larger of 1, 2 or 5 times a power of ten. */
    private static double tick(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double mantissa = least / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }

    private static String number(double value) {
        return new DecimalFormat("0.####", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }
}
