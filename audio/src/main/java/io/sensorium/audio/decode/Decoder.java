package io.sensorium.audio.decode;

/** One clip of one format, its header already read. Used once. */
interface Decoder {
    AudioInfo info();

    /** Decodes everything; whatever it throws becomes a {@link io.sensorium.core.MediaException}. */
    void decode(MonoMixer out) throws Exception;
}
