package io.sensorium.samples.corpora;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a drawing says of itself in RDF: the {@code dc:title} of its work and the {@code dc:subject}s. Entities and DTDs
 * are not looked at.
 *
 * @param title empty if it has none
 */
record SvgMetadata(String title, List<String> keywords) {
    private static final String DUBLIN_CORE = "http://purl.org/dc/elements/1.1/";
    private static final int DEEPEST = 200;
    private static final XMLInputFactory FACTORY = factory();

    /** What can be read before the first error; a drawing may be a picture nonetheless. */
    static SvgMetadata read(byte[] svg) {
        var title = new StringBuilder();
        var keywords = new ArrayList<String>();
        try {
            XMLStreamReader xml;
            synchronized (FACTORY) {
                xml = FACTORY.createXMLStreamReader(new ByteArrayInputStream(svg));
            }
            try {
                read(xml, title, keywords);
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            // the decoder of pictures says what is wrong with it, if anything is
        }
        return new SvgMetadata(title.toString().strip(), List.copyOf(keywords));
    }

    private static void read(XMLStreamReader xml, StringBuilder title, List<String> keywords)
            throws XMLStreamException {
        var path = new ArrayList<String>();
        var text = new StringBuilder();
        while (xml.hasNext() && path.size() < DEEPEST) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(xml.getLocalName());
                    text.setLength(0);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    // agents within a work (its artist, its publisher) have titles, too
                    if (ends(path, "Work", "title") && DUBLIN_CORE.equals(xml.getNamespaceURI()) && title.isEmpty()) {
                        title.append(text.toString().strip());
                    } else if (ends(path, "subject", "Bag", "li")) {
                        keywords.add(text.toString().strip());
                    }
                    path.removeLast();
                    text.setLength(0);
                }
                default -> {}
            }
        }
    }

    private static boolean ends(List<String> path, String... names) {
        int from = path.size() - names.length;
        return from >= 0 && path.subList(from, path.size()).equals(List.of(names));
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        return factory;
    }
}
