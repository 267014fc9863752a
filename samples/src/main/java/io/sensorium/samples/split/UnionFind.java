package io.sensorium.samples.split;

/** Disjoint sets of numbers, with their sizes. */
final class UnionFind {
    private final int[] parent;
    private final int[] size;

    UnionFind(int n) {
        parent = new int[n];
        size = new int[n];
        for (int i = 0; i < n; i++) {
            parent[i] = i;
            size[i] = 1;
        }
    }

    /** The smallest member stands for its set. */
    int root(int of) {
        int root = of;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    int size(int of) {
        return size[root(of)];
    }

    void union(int a, int b) {
        int x = Math.min(root(a), root(b));
        int y = Math.max(root(a), root(b));
        if (x != y) {
            parent[y] = x;
            size[x] += size[y];
        }
    }
}
