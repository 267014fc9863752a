package io.sensorium.image;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.DomElement;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.parser.resources.ResourcePolicy;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import io.sensorium.image.Decoder.Refused;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.DTD;
import javax.xml.stream.events.XMLEvent;
import javax.xml.stream.util.EventReaderDelegate;
import org.jspecify.annotations.Nullable;

/**
 * Renders a drawing by itself: nothing is fetched or opened, scripts don't run, entities aren't defined, and size,
 * elements, nesting, references and the time of rendering are bounded.
 */
final class SvgDecoder {
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_ELEMENTS = 50_000;
    private static final int MAX_SECONDS = 10;
    private static final int MAX_OCTAVES = 8;
    private static final DocumentLimits LIMITS = new DocumentLimits(100, 12, 20_000);
    private static final XMLInputFactory XML = xml();
    // it logs each oddity of a drawing, and a hostile one has a million; what matters is thrown below
    private static final Logger RENDERER = Logger.getLogger("com.github.weisj.jsvg");

    static {
        RENDERER.setLevel(Level.OFF);
    }

    private SvgDecoder() {}

    static ImageInfo header(byte[] bytes) throws IOException {
        FloatSize size = size(parse(bytes, new Deadline(MAX_SECONDS)));
        return new ImageInfo(
                ImageFormat.SVG, Math.max(1, Math.round(size.width)), Math.max(1, Math.round(size.height)));
    }

    /** The drawing on a transparent ground, its longer side {@code side} pixels long. */
    static BufferedImage render(byte[] bytes, int side) throws IOException {
        return render(bytes, side, new Deadline(MAX_SECONDS));
    }

    static BufferedImage render(byte[] bytes, int side, Deadline deadline) throws IOException {
        SVGDocument document = parse(bytes, deadline);
        FloatSize size = size(document);
        double scale = side / (double) Math.max(size.width, size.height);
        int width = (int) Math.max(1, Math.round(size.width * scale));
        int height = (int) Math.max(1, Math.round(size.height * scale));
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        var graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        try {
            document.renderWithPlatform(
                    deadline, new BoundedOutput(graphics, deadline), new ViewBox(0, 0, width, height));
        } catch (Deadline.Exceeded e) {
            throw new Refused(String.valueOf(e.getMessage()));
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static SVGDocument parse(byte[] bytes, Deadline deadline) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new Refused("has %,d bytes; at most %,d are rendered".formatted(bytes.length, MAX_BYTES));
        }
        Bounded[] events = new Bounded[1];
        var dashes = new Dashes();
        var styles = new BoundedStyles(deadline, dashes);
        LoaderContext context = LoaderContext.builder()
                .externalResourcePolicy(ResourcePolicy.DENY_ALL)
                .documentLimits(LIMITS)
                .cssParser(styles)
                .preProcessor(root -> {
                    SvgSize.settle(root);
                    tame(root);
                    dashes.settle(root);
                })
                .build();
        SVGDocument document;
        try {
            document = new SVGLoader()
                    .load(
                            () -> events[0] =
                                    new Bounded(XML.createXMLEventReader(new ByteArrayInputStream(bytes)), deadline),
                            null,
                            context);
            deadline.check();
        } catch (Deadline.Exceeded e) {
            throw new Refused(String.valueOf(e.getMessage()));
        }
        styles.check();
        XMLStreamException problem = events[0] == null ? null : events[0].problem;
        if (problem != null) {
            throw problem.getCause() instanceof Refused refused
                    ? refused
                    : new IOException(
                            String.valueOf(problem.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("malformed XML"),
                            problem);
        }
        if (document == null) {
            throw new IOException("no drawing in it");
        }
        return document;
    }

    private static FloatSize size(SVGDocument document) throws Refused {
        FloatSize size = document.size();
        if (!(size.width > 0 && size.height > 0 && size.width < 1e7 && size.height < 1e7)) {
            throw new Refused("has no usable size (%s×%s)".formatted(size.width, size.height));
        }
        return size;
    }

    /** Bounds the one filter whose cost an attribute sets and no picture size limits. */
    private static void tame(DomElement root) {
        if (root.tagName().equalsIgnoreCase("feTurbulence")) {
            String octaves = root.attribute("numOctaves");
            if (octaves != null
                    && (octaves.length() > 2 || !octaves.matches("\\d+") || Integer.parseInt(octaves) > MAX_OCTAVES)) {
                root.setAttribute("numOctaves", String.valueOf(MAX_OCTAVES));
            }
        }
        root.children().forEach(SvgDecoder::tame);
    }

    private static XMLInputFactory xml() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entity");
        });
        return factory;
    }

    /** Counts elements, refuses entities, and keeps the error that the loader would only log. */
    private static final class Bounded extends EventReaderDelegate {
        private final Deadline deadline;
        private int elements;
        private @Nullable XMLStreamException problem;

        Bounded(XMLEventReader reader, Deadline deadline) {
            super(reader);
            this.deadline = deadline;
        }

        @Override
        public XMLEvent nextEvent() throws XMLStreamException {
            deadline.check();
            try {
                XMLEvent event = super.nextEvent();
                if (event.isStartElement() && ++elements > MAX_ELEMENTS) {
                    throw refused("has more than %,d elements".formatted(MAX_ELEMENTS));
                }
                if (event instanceof DTD dtd && dtd.getDocumentTypeDeclaration().contains("<!ENTITY")
                        || event.getEventType() == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw refused("uses XML entities, which are not expanded");
                }
                return event;
            } catch (XMLStreamException e) {
                problem = e;
                throw e;
            }
        }

        private static XMLStreamException refused(String reason) {
            return new XMLStreamException(reason, new Refused(reason));
        }
    }
}
