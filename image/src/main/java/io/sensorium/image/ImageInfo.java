package io.sensorium.image;

import io.sensorium.core.Image;

/**
 * What a picture's header says.
 *
 * @param format told from the bytes, whatever the file is called
 * @param width columns as stored (a camera's orientation mark not applied); the nominal width of a drawing
 * @param height rows
 */
public record ImageInfo(ImageFormat format, int width, int height) {
    /**
     * Reads the header only.
     *
     * @throws io.sensorium.core.MediaException if the picture can't be read or isn't one
     */
    public static ImageInfo of(Image image) {
        byte[] bytes = image.source().read(Decoder.MAX_BYTES);
        return Decoder.guarded(image.label(), bytes, format -> Decoder.header(bytes, format));
    }
}
