package io.sensorium.nn;

/** The slots of a batch normalisation: trained gain and bias, running mean and variance. */
record BatchNorm(Layout.Slot gain, Layout.Slot bias, Layout.Slot mean, Layout.Slot variance) {
    BatchNorm(Layout layout, String name, int features) {
        this(
                layout.plain(Layout.Part.of(name + ".weight", Init.Constant.ONE, features)),
                layout.plain(Layout.Part.of(name + ".bias", Init.Constant.ZERO, features)),
                layout.buffer(Layout.Part.of(name + ".running_mean", Init.Constant.ZERO, features)),
                layout.buffer(Layout.Part.of(name + ".running_var", Init.Constant.ONE, features)));
    }
}
