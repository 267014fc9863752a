package io.sensorium.text;

import io.sensorium.text.TextConfig.Augment;
import java.util.SplittableRandom;

/**
 * One random view of a text's bytes: a window, words left out, made-up words around it, bytes masked. Words are made up
 * of random letters and belong to no language: with them a caption of one word isn't always its own only context,
 * and the encoder learns to find it.
 */
final class Augmentation {
    private static final int DROP_ABOVE_WORDS = 3;
    private static final int MOST_FILLERS = 3;
    private static final int SHORTEST_FILLER = 2;
    private static final int LONGEST_FILLER = 8;

    private final Augment config;
    private final int room;

    /** @param room the most tokens of a view */
    Augmentation(Augment config, int room) {
        this.config = config;
        this.room = room;
    }

    /**
     * Fills {@code view}, which has {@code room} places, with bytes and masks.
     *
     * @return how many
     */
    int view(byte[] utf8, SplittableRandom random, int[] view) {
        int start = 0;
        if (utf8.length > room) {
            start = Windows.wordStart(utf8, random.nextInt(utf8.length - room / 2), room / 2);
        }
        int end = Windows.end(utf8, start, room);
        while (end > start + 1 && utf8[end - 1] == ' ') {
            end--;
        }
        int count = copy(utf8, start, end, random, view);
        if (random.nextDouble() < config.context()) {
            count = surround(view, count, random);
        }
        for (int i = 0; i < count; i++) {
            if (random.nextDouble() < config.mask()) {
                view[i] = NGrams.MASK;
            }
        }
        return count;
    }

    private int copy(byte[] utf8, int start, int end, SplittableRandom random, int[] view) {
        int words = 1;
        for (int i = start; i < end; i++) {
            words += utf8[i] == ' ' ? 1 : 0;
        }
        int left = words;
        boolean dropping = config.drop() > 0 && words > DROP_ABOVE_WORDS;
        int count = 0;
        for (int i = start; i < end; ) {
            int next = i;
            while (next < end && utf8[next] != ' ') {
                next++;
            }
            if (dropping && left > DROP_ABOVE_WORDS && random.nextDouble() < config.drop()) {
                left--;
            } else {
                if (count > 0) {
                    view[count++] = ' ';
                }
                for (int k = i; k < next; k++) {
                    view[count++] = utf8[k] & 255;
                }
            }
            i = next + 1;
        }
        return count;
    }

    private int surround(int[] view, int content, SplittableRandom random) {
        int before = random.nextInt(MOST_FILLERS + 1);
        int after = random.nextInt(before == 0 ? 1 : 0, MOST_FILLERS + 1);
        int count = content;
        for (int f = 0; f < before + after; f++) {
            int letters = random.nextInt(SHORTEST_FILLER, LONGEST_FILLER + 1);
            if (count + letters + 1 > room) {
                break;
            }
            boolean first = f < before;
            int at = first ? 0 : count + 1;
            if (first) {
                System.arraycopy(view, 0, view, letters + 1, count);
                view[letters] = ' ';
            } else {
                view[count] = ' ';
            }
            for (int k = 0; k < letters; k++) {
                view[at + k] = random.nextInt('a', 'z' + 1);
            }
            count += letters + 1;
        }
        return count;
    }
}
