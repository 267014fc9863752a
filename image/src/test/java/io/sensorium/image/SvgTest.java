package io.sensorium.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sensorium.core.Image;
import io.sensorium.core.MediaException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SvgTest {
    private static final String OPEN = "<svg xmlns='http://www.w3.org/2000/svg'"
            + " xmlns:xlink='http://www.w3.org/1999/xlink' width='40' height='20' viewBox='0 0 40 20'>";
    private static final String RED = "<rect width='20' height='20' fill='#ff0000'/>";

    @Test
    void a_drawing_is_rendered_over_white_at_the_size_of_the_canvas() {
        RgbImage image = render(OPEN + RED + "</svg>");
        assertThat(image.width()).isEqualTo(64);
        assertThat(image.height()).isEqualTo(32);
        assertThat(pixel(image, 10, 16)).isEqualTo(0xFF0000);
        assertThat(pixel(image, 50, 16)).isEqualTo(0xFFFFFF);
    }

    @Test
    void prologues_prefixes_styles_and_local_references_are_understood() {
        RgbImage image = render("\uFEFF<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg PUBLIC"
                + " '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n"
                + OPEN
                + "<style>.b{fill:#0000ff}</style><defs><rect id='r' width='20' height='20' class='b'/></defs>"
                + "<use xlink:href='#r' x='20'/></svg>");
        assertThat(pixel(image, 50, 16)).isEqualTo(0x0000FF);
        assertThat(pixel(image, 10, 16)).isEqualTo(0xFFFFFF);
    }

    @Test
    void the_header_is_the_nominal_size() {
        assertThat(ImageInfo.of(svg(OPEN + "</svg>"))).isEqualTo(new ImageInfo(ImageFormat.SVG, 40, 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "height='1em'",
                "width='24'",
                "height='24px'",
                "width='24' height='auto'",
                "width='100%'",
                "width='100%' height='100%'",
                "width='10mm' height='100%'",
                "style='width:100%; height: auto'",
                "width='24' style='height:1em'"
            })
    void a_drawing_with_a_side_that_nothing_fixes_has_the_shape_of_its_view_box(String sides) {
        String icon = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 512 256' " + sides
                + "><path d='M0 0h512v256h-512z' fill='#f00'/></svg>";
        assertThat(ImageInfo.of(svg(icon))).isEqualTo(new ImageInfo(ImageFormat.SVG, 512, 256));
        RgbImage image = render(icon);
        assertThat(image.width()).isEqualTo(64);
        assertThat(image.height()).isEqualTo(32);
        assertThat(pixel(image, 1, 1)).isEqualTo(0xFF0000);
        assertThat(pixel(image, 62, 30)).isEqualTo(0xFF0000);
    }

    @ParameterizedTest
    @CsvSource({
        "width='20mm' height='1in', 76, 96",
        "style='width:64px;height:48px', 64, 48",
        "'', 512, 256",
        "width='30' height='30', 30, 30"
    })
    void a_drawing_that_states_its_size_has_that(String sides, int width, int height) {
        assertThat(ImageInfo.of(svg("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0,0,512 256' " + sides + "/>")))
                .isEqualTo(new ImageInfo(ImageFormat.SVG, width, height));
    }

    @Test
    void entities_are_refused_and_not_expanded() {
        var lol = new StringBuilder("<!DOCTYPE svg [<!ENTITY a0 'lol'>");
        for (int i = 1; i < 12; i++) {
            lol.append("<!ENTITY a")
                    .append(i)
                    .append(" '")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        assertThatThrownBy(() -> render(lol + "]>" + OPEN + "<text>&a11;</text></svg>"))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("drawing.svg: ");
    }

    @Test
    void files_and_the_network_are_not_touched(@TempDir Path folder) throws Exception {
        Path secret = folder.resolve("secret.png");
        Files.write(secret, Fixtures.bytes("rgb.png"));
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:%d/x".formatted(server.getLocalPort());
            String data =
                    "data:image/png;base64," + java.util.Base64.getEncoder().encodeToString(Fixtures.bytes("rgb.png"));
            for (String href :
                    new String[] {url + ".png", url + ".svg#a", secret.toUri().toString(), "secret.png", data}) {
                RgbImage image = render("<!DOCTYPE svg SYSTEM '" + url + ".dtd'><?xml-stylesheet href='" + url
                        + ".css'?>"
                        + OPEN
                        + "<style>@import url('" + url + ".css'); @font-face{src:url(" + url + ")}</style>"
                        + "<script href='" + url + ".js'>x</script>"
                        + "<image width='40' height='20' xlink:href='" + href + "'/>"
                        + "<use xlink:href='" + href + "'/><rect width='0' height='0' fill='url(" + href + ")'/>"
                        + "</svg>");
                for (byte b : image.rgb()) {
                    assertThat(b).isEqualTo((byte) 255);
                }
            }
            server.setSoTimeout(50);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void an_external_entity_is_refused(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        assertThatThrownBy(() -> render("<!DOCTYPE svg [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>" + OPEN
                        + "<text>&x;</text></svg>"))
                .isInstanceOf(MediaException.class);
    }

    @Test
    void a_drawing_that_uses_itself_ends() {
        String loop = OPEN + "<g id='a'>" + RED + "<use xlink:href='#a'/><use xlink:href='#a'/></g></svg>";
        String pair = OPEN + "<g id='a'><use xlink:href='#b'/></g><g id='b'><use xlink:href='#a'/></g></svg>";
        String pattern = OPEN + "<pattern id='p' width='1' height='1'><rect width='9' height='9' fill='url(#p)'/>"
                + "</pattern><rect width='20' height='20' fill='url(#p)'/></svg>";
        for (String text : new String[] {loop, pair, pattern}) {
            assertThatDecodesOrIsRefused(text);
        }
    }

    @Test
    void a_drawing_that_multiplies_itself_is_stopped() {
        var text =
                new StringBuilder(OPEN).append("<defs><g id='a0'>").append(RED).append("</g>");
        for (int i = 1; i <= 10; i++) {
            text.append("<g id='a").append(i).append("'>");
            text.append(("<use xlink:href='#a" + (i - 1) + "'/>").repeat(10)).append("</g>");
        }
        assertThatDecodesOrIsRefused(text + "</defs><use xlink:href='#a10'/></svg>");
    }

    @Test
    void masks_of_masks_and_markers_are_stopped_when_time_is_up() {
        var masks = new StringBuilder(OPEN).append("<mask id='m0'>").append(RED).append("</mask>");
        String masked = "<rect width='40' height='20' mask='url(#m%d)'/>";
        for (int i = 1; i < 15; i++) {
            masks.append("<mask id='m").append(i).append("'>");
            masks.append(masked.formatted(i - 1).repeat(8)).append("</mask>");
        }
        masks.append(masked.formatted(14)).append("</svg>");
        String markers = OPEN + "<marker id='m' markerWidth='100' markerHeight='100'>"
                + "<path d='M0 0L1 1'/>".repeat(500) + "</marker><path marker-mid='url(#m)' stroke='red' d='M0 0"
                + "L1 1".repeat(100_000) + "'/></svg>";
        for (String text : new String[] {masks.toString(), markers}) {
            assertThatThrownBy(() -> SvgDecoder.render(text.getBytes(StandardCharsets.UTF_8), 64, new Deadline(1)))
                    .hasMessage("takes more than 1 s to render");
        }
    }

    @Test
    void styles_that_multiply_are_refused_before_they_are_applied() {
        String classes = "<g class='" + "a ".repeat(1000) + "'/>";
        String rules = OPEN + "<style>" + ".a{fill:red}".repeat(1000) + "</style>" + classes.repeat(15) + "</svg>";
        String tags = OPEN + "<style>" + "g{fill:red}".repeat(1000) + "</style>" + "<g/>".repeat(15_000) + "</svg>";
        String sheets = OPEN + "<style/>".repeat(10_000) + classes.repeat(2) + "</svg>";
        for (String text : new String[] {rules, tags, sheets}) {
            assertThatThrownBy(() -> render(text))
                    .hasMessage("drawing.svg: svg has too many styles for its elements: more than 10,000,000"
                            + " declarations would be applied; simplify it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/*}*/", "@media print{.c{x:y}}"})
    void a_rule_of_many_selectors_and_declarations_is_refused_before_it_is_copied(String trick) {
        String rule = ".a,".repeat(20_000) + ".b" + trick + "{" + "x:y;".repeat(20_000) + "}";
        assertThatThrownBy(() -> render(OPEN + "<style>" + rule + "</style></svg>"))
                .hasMessage("drawing.svg: svg has style rules of too many selectors and declarations: these would be"
                        + " copied more than 50,000,000 times; simplify it");
    }

    @Test
    void a_drawing_may_have_a_class_for_each_of_its_elements() {
        var styles = new StringBuilder();
        var elements = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            styles.append(".st%d{fill:#0000ff;stroke:none;stroke-width:1;opacity:1}\n".formatted(i));
            elements.append("<rect class='st%d' width='20' height='20'/>".formatted(i));
        }
        RgbImage image = render(OPEN + "<style>" + styles + "</style>" + elements + "</svg>");
        assertThat(pixel(image, 10, 16)).isEqualTo(0x0000FF);
    }

    @Test
    void a_drawing_is_read_no_longer_than_its_time() {
        assertThatThrownBy(() -> SvgDecoder.render(
                        (OPEN + RED + "</svg>").getBytes(StandardCharsets.UTF_8), 64, new Deadline(-1)))
                .hasMessageContaining("s to render");
    }

    @Test
    void a_drawing_s_time_is_not_spent_while_others_have_the_processor() throws Exception {
        var deadline = new Deadline(1);
        Thread.sleep(1100);
        assertThat(SvgDecoder.render((OPEN + RED + "</svg>").getBytes(StandardCharsets.UTF_8), 64, deadline))
                .isNotNull();
    }

    @Test
    void a_line_of_very_many_dashes_is_drawn_solid_and_one_of_few_is_not() {
        String line =
                OPEN + "<path fill='none' stroke='#000' stroke-width='20' stroke-dasharray='%s' d='M0 10%s'/></svg>";
        assertThat(pixel(render(line.formatted("20", "H40")), 50, 16)).isEqualTo(0xFFFFFF);
        assertThat(pixel(render(line.formatted("20", "H40" + "H0H40".repeat(60_000))), 50, 16))
                .isEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<mask id='a'>%s</mask><rect width='40' height='20' fill='#f00' mask='url(#a)'/>",
                "<Mask id='a'><use href='#line'/></Mask><rect width='40' height='20' fill='#f00' mask='url(#a)'/><defs>%s</defs>",
                "<pattern id='a' width='1' height='1'>%s</pattern><rect width='40' height='20' fill='url(#a)'/>",
                "<filter id='a'><feOffset/></filter><g filter='url(#a)'>%s</g>"
            })
    void lines_that_are_drawn_aside_are_solid_however_they_came_by_their_dashes(String drawing) {
        String line = "<path id='line' class='c' stroke='#fff' stroke-width='20' d='M0 10H40' %s/>";
        String sheet = "<style>.c{stroke-dasharray:%s}</style>";
        String black = OPEN + "<rect width='40' height='20'/>";
        for (String dashes : new String[] {"20", "1e-6"}) {
            String attribute = line.formatted("stroke-dasharray='" + dashes + "'");
            String style = line.formatted("style='STROKE-dasharray:" + dashes + "'");
            for (String drawn : new String[] {attribute, style, sheet.formatted(dashes) + line.formatted("")}) {
                RgbImage image = render(black + drawing.formatted(drawn) + "</svg>");
                assertThat(pixel(image, 50, 16)).isNotZero().isEqualTo(pixel(image, 10, 16));
            }
        }
    }

    @Test
    void extreme_sizes_counts_and_attributes_are_survived() {
        String filter = OPEN + "<filter id='f'><feTurbulence baseFrequency='1' numOctaves='2000000000'/>"
                + "<feGaussianBlur stdDeviation='100000000'/></filter>"
                + "<rect width='1e9' height='1e9' filter='url(#f)'/></svg>";
        String dash = OPEN + "<path d='M0 0H1e9' stroke='#000' stroke-width='2' stroke-dasharray='1e-7'/></svg>";
        String deep = OPEN + "<g>".repeat(20_000) + RED + "</g>".repeat(20_000) + "</svg>";
        String many = OPEN + RED.repeat(60_000) + "</svg>";
        String path = OPEN + "<path d='M0 0" + "l1 1".repeat(500_000) + "'/></svg>";
        String empty = OPEN.replace("40", "0") + "</svg>";
        String huge = OPEN.replace("'40'", "'1e30'") + RED + "</svg>";
        String nan = OPEN.replace("'40'", "'NaN'") + "<rect width='NaN' height='-1'/></svg>";
        for (String text : new String[] {filter, dash, deep, many, path, empty, huge, nan, "<svg", "<svg/>", "<svg>"}) {
            assertThatDecodesOrIsRefused(text);
        }
    }

    @Test
    void malformed_xml_says_where() {
        assertThatThrownBy(() -> render(OPEN + "<g></svg>"))
                .isInstanceOf(MediaException.class)
                .hasMessageMatching("(?s)drawing.svg: damaged or unusual svg: .*row,col.*");
    }

    @Test
    void too_many_elements_are_refused_with_the_limit() {
        assertThatThrownBy(() -> render(OPEN + RED.repeat(50_001) + "</svg>"))
                .hasMessage("drawing.svg: svg has more than 50,000 elements");
    }

    private static void assertThatDecodesOrIsRefused(String text) {
        long start = System.nanoTime();
        try {
            render(text);
        } catch (MediaException e) {
            assertThat(e).hasMessageStartingWith("drawing.svg: ");
        }
        assertThat((System.nanoTime() - start) / 1e9)
                .as(text.substring(0, Math.min(300, text.length())))
                .isLessThan(15);
    }

    private static Image svg(String text) {
        return Image.of(text.getBytes(StandardCharsets.UTF_8), "drawing.svg");
    }

    private static RgbImage render(String text) {
        return Fixtures.decode(text.getBytes(StandardCharsets.UTF_8), "drawing.svg");
    }

    private static int pixel(RgbImage image, int x, int y) {
        int p = (y * image.width() + x) * 3;
        return (image.rgb()[p] & 255) << 16 | (image.rgb()[p + 1] & 255) << 8 | image.rgb()[p + 2] & 255;
    }
}
