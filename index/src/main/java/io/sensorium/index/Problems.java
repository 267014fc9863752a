package io.sensorium.index;

import io.sensorium.core.Fingerprint;
import io.sensorium.core.IndexException;
import io.sensorium.core.Model;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/** The messages of everything that can be wrong with the folder of an index. */
final class Problems {
    private Problems() {}

    static IndexException absent(Path folder) {
        return new IndexException(
                "%s: no such index; 'VectorIndex.open' or 'sensorium embed --index' makes one".formatted(folder));
    }

    static IndexException notAFolder(Path folder) {
        return new IndexException("%s: expected a folder, found a file".formatted(folder));
    }

    static IndexException notAnIndex(Path folder, String found) {
        return new IndexException(
                "%s: not an index of this library (found %s); name another folder, or an empty or new one to make an index"
                        .formatted(folder, found));
    }

    static IndexException headless(Path folder) {
        return new IndexException(
                "%s: index is damaged: its segments_N file is missing; restore the folder from a copy, or delete it and embed again"
                        .formatted(folder));
    }

    static IndexException otherSchema(Path folder, int schema) {
        String remedy = schema > Stamp.SCHEMA
                ? "use a newer version of the library"
                : "embed again into a new folder, or use the version that wrote it";
        return new IndexException("%s: index has schema version %d, this version of the library reads %d; %s"
                .formatted(folder, schema, Stamp.SCHEMA, remedy));
    }

    static IndexException madeAnew(Path folder, @Nullable Exception e) {
        return new IndexException(
                "%s: index was deleted and made anew since it was opened; open it again".formatted(folder), e);
    }

    static IndexException otherConfig(Path folder, IndexConfig found, IndexConfig wanted) {
        return new IndexException(
                "%s: index was made with %s but opened with %s; open it without a configuration, or embed again into a new folder"
                        .formatted(folder, found, wanted));
    }

    static IndexException otherModel(Path folder, Stamp stamp, Model model, boolean readOnly) {
        return new IndexException(
                "%s: index was built by model %s (%d-d) but opened with %s (%d-d); open it with the model that built it, re-embed it beside the old with 'sensorium embed --index … --reembed', or open it read-only%s"
                        .formatted(
                                folder,
                                Fingerprint.brief(stamp.fingerprint()),
                                stamp.dimension(),
                                Fingerprint.brief(model.fingerprint()),
                                model.dimension(),
                                readOnly ? " without a model" : ""));
    }

    /** Something failed while opening or reading. */
    static IndexException unreadable(Path folder, Exception e) {
        return switch (e) {
            case LockObtainFailedException locked -> locked(folder, locked);
            case IndexFormatTooNewException newer ->
                new IndexException(
                        "%s: index was written by a newer version of Lucene; use a newer version of this library (%s)"
                                .formatted(folder, reason(newer)),
                        e);
            case IndexFormatTooOldException older ->
                new IndexException(
                        "%s: index was written by a version of Lucene that is no longer read; embed again into a new folder (%s)"
                                .formatted(folder, reason(older)),
                        e);
            case CorruptIndexException damage -> damaged(folder, damage);
            case EOFException damage -> damaged(folder, damage);
            case FileNotFoundException damage -> damaged(folder, damage);
            case NoSuchFileException damage -> damaged(folder, damage);
            case IOException other ->
                new IndexException("%s: index can't be read: %s".formatted(folder, reason(other)), e);
            // Lucene's decoders meet impossible values in a file whose checksum is not verified when it is opened
            default -> damaged(folder, e);
        };
    }

    static IndexException unwritable(Path folder, Throwable e) {
        return new IndexException(
                "%s: index can't be written: %s; what was committed last is intact, what came after it is lost: remove the cause and open it again"
                        .formatted(folder, reason(e)),
                e);
    }

    static IndexException closed(Path folder) {
        return new IndexException("%s: index is closed".formatted(folder));
    }

    static IndexException readOnly(Path folder) {
        return new IndexException(
                "%s: index is open read-only; use VectorIndex.open(folder, model) to change it".formatted(folder));
    }

    static IndexException noModel(Path folder, String need) {
        return new IndexException("%s: index was opened without a model, which is needed %s; open it with the model"
                .formatted(folder, need));
    }

    private static IndexException locked(Path folder, LockObtainFailedException e) {
        boolean here = String.valueOf(e.getMessage()).contains("this virtual machine");
        return new IndexException(
                "%s: another %s is writing to this index and holds its lock (write.lock); close that one first, or read with VectorIndex.openReadOnly"
                        .formatted(folder, here ? "VectorIndex of this process" : "process"),
                e);
    }

    private static IndexException damaged(Path folder, Exception e) {
        return new IndexException(
                "%s: index is damaged: %s; restore the folder from a copy, or delete it and embed again"
                        .formatted(folder, reason(e)),
                e);
    }

    private static String reason(Throwable e) {
        // the message of a file system's exception is often no more than the path
        return e.getMessage() == null || e instanceof FileSystemException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : e.getMessage();
    }
}
