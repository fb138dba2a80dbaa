# What Keras itself refuses, where the rows are not known or are not to blame.

# %% generator_of_narrow_rows
# faults: K1
# symptom: My generator used to work with another file; now fit says expected axis -1 to have value 8.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def batches(x, y):
    while True:
        for start in range(0, len(x), 24):
            yield x[start : start + 24], y[start : start + 24]


model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(batches(x[:, :6], t), steps_per_epoch=5, epochs=2, verbose=0)

# %% pictures_without_channels
# faults: K1
# symptom: ValueError: expected min_ndim=4, found ndim=3, while I build the model.
# raises: build
import keras
import numpy as np

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).random((40, 12, 12))
y = np.arange(40) % 2
model = keras.Sequential([
    keras.Input((12, 12)),
    keras.layers.Conv2D(4, 3, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=2, verbose=0)

# %% generator_of_one_hot_rows
# faults: K2
# symptom: Argument `output` must have rank (ndim) `target.ndim - 1`: what is that supposed to mean?
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def batches(x, y):
    while True:
        for start in range(0, len(x), 24):
            yield x[start : start + 24], y[start : start + 24]


model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(batches(x, np.eye(3)[t]), steps_per_epoch=5, epochs=2, verbose=0)

# %% generator_of_class_numbers
# faults: K2
# symptom: target and output must have the same rank, says fit.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def batches(x, y):
    while True:
        for start in range(0, len(x), 24):
            yield x[start : start + 24], y[start : start + 24]


model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(batches(x, t), steps_per_epoch=5, epochs=2, verbose=0)

# %% labels_of_another_split_evaluated
# faults: K3
# symptom: Data cardinality is ambiguous, but only when I evaluate.
# raises: evaluate
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x[:90], t[:90], epochs=2, verbose=0)
score = model.evaluate(x[90:], t[:90], verbose=0)

# %% validation_labels_too_few
# faults: K3
# symptom: Data cardinality is ambiguous although x and y have the same length.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x[:90], t[:90], validation_data=(x[90:], t[90:110]), epochs=2, verbose=0)

# %% generator_counts_from_one
# faults: K4
# symptom: Received a label value of 3 which is outside the valid range.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def batches(x, y):
    while True:
        for start in range(0, len(x), 24):
            yield x[start : start + 24], y[start : start + 24]


model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(batches(x, t + 1), steps_per_epoch=5, epochs=2, verbose=0)

# %% mapped_labels_beyond_the_outputs
# faults: K4
# symptom: The error names a label value that I do not see in my file.
# raises: fit
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
rows = tf.data.Dataset.from_tensor_slices((x, t)).map(lambda a, b: (a, b * 3)).batch(24)
history = model.fit(rows, epochs=2, verbose=0)

# %% loss_that_nobody_knows
# faults: K5
# symptom: Could not interpret loss identifier, I copied it from a lecture.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "softmax_crossentropy", metrics=["accuracy"])
history = model.fit(x, t, epochs=2, verbose=0)

# %% activation_misspelled
# faults: K5
# symptom: Could not interpret activation function identifier.
# raises: build
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 8)).astype("float32")
t = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="sofmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, t, epochs=2, verbose=0)
