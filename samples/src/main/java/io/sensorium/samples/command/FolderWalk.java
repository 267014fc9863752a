package io.sensorium.samples.command;

import io.sensorium.core.MediaException;
import io.sensorium.core.Messages;
import io.sensorium.index.jobs.JobItem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files below a folder, in the order of the file system, found as they are asked for: only the folders on the way to
 * the current file are open, however many files there are. Links to folders aren't followed. A folder that can't be read is
 * an item that says so.
 */
final class FolderWalk implements Iterator<JobItem> {
    /** A folder whose listing is under way. */
    private record Level(DirectoryStream<Path> listing, Iterator<Path> rest) {}

    private final Function<Path, @Nullable JobItem> items;
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable JobItem next;

    /** @param items makes an item of a file, or null to leave it out */
    FolderWalk(Path folder, Function<Path, @Nullable JobItem> items) {
        this.items = items;
        enter(folder);
    }

    @Override
    public boolean hasNext() {
        while (next == null && !levels.isEmpty()) {
            advance(levels.getLast());
        }
        return next != null;
    }

    @Override
    public JobItem next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        JobItem item = Objects.requireNonNull(next);
        next = null;
        return item;
    }

    private void advance(Level level) {
        try {
            if (level.rest.hasNext()) {
                Path path = level.rest.next();
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    enter(path);
                } else {
                    next = items.apply(path);
                }
            } else {
                levels.removeLast().listing.close();
            }
        } catch (IOException | DirectoryIteratorException e) {
            levels.remove(level);
            next = JobItem.unreadable("folder", new MediaException("folder", "can't be read further: " + e, e));
        }
    }

    private void enter(Path folder) {
        try {
            DirectoryStream<Path> listing = Files.newDirectoryStream(folder);
            levels.add(new Level(listing, listing.iterator()));
        } catch (IOException e) {
            String name = folder.toString();
            next = JobItem.unreadable(name, new MediaException(Messages.path(name), "folder can't be read: " + e, e));
        }
    }
}
