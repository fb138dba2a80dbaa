# Rows that do not have the shape the network takes, and labels that are not as many as the rows.

# %% pictures_into_a_flat_input
# faults: D7
# symptom: fit says that the input is incompatible with the layer, it found shape (None, 8, 8).
# raises: fit
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:400] / 16, d.target[:400]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% column_dropped_after_building
# faults: D7
# symptom: The model worked yesterday; today fit says expected axis -1 to have value 13 but received 12.
# raises: fit
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
i = tf.keras.Input((13,))
h = tf.keras.layers.Dense(24, activation="tanh")(i)
model = tf.keras.Model(i, tf.keras.layers.Dense(3)(h))
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
x = StandardScaler().fit_transform(X[:, 1:])
y = t
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% colours_into_a_grey_network
# faults: D7, C3
# symptom: My convolutional network for grey pictures jumped about, and does not take the new pictures.
# raises: fit
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(size=(120, 12, 12, 3)).astype("float32")
y = (x[..., 0].mean(axis=(1, 2)) > 0.5).astype(int)
model = keras.Sequential([
    keras.Input((12, 12, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.3), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% pictures_without_a_channel_axis
# faults: none
# looks: D7
# symptom: The network takes pictures with one channel and the array has none; Keras adds it by itself.
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:500] / 16, d.target[:500]
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(16, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% series_of_any_length
# faults: none
# looks: D7
# symptom: The network's input has an open length, and the series have twelve steps.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 12, 2)).astype("float32")
y = x[:, -3:, 0].mean(axis=1)
i = tf.keras.Input((None, 2))
h = tf.keras.layers.LSTM(16)(i)
model = tf.keras.Model(i, tf.keras.layers.Dense(1)(h))
model.compile(tf.keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% only_x_was_cut
# faults: D8
# symptom: It trains without an error, and the validation accuracy is that of guessing.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, t
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% test_labels_for_training_rows
# faults: D8
# symptom: train_test_split gives four arrays, and now x and y do not go together.
# raises: fit
import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
x, x_test, y_test, y = train_test_split(X * 20, (score - score.mean()) / score.std(), random_state=0)
i = tf.keras.Input((10,))
model = tf.keras.Model(i, tf.keras.layers.Dense(1)(tf.keras.layers.Dense(16, activation="relu")(i)))
model.compile(tf.keras.optimizers.Adam(0.01), "mse")
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% windows_and_one_label_too_few
# faults: D8, C3
# symptom: I cut windows out of a series, and there is one label less than there are windows.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
wave = np.sin(np.arange(300) / 7).astype("float32")
x = np.stack([wave[k : k + 10] for k in range(290)])
y = wave[11:300]
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.2), "mse")
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% windows_and_the_step_after
# faults: none
# looks: D8
# symptom: The series is longer than the list of windows, but windows and labels are as many.
import keras
import numpy as np

keras.utils.set_random_seed(0)
wave = np.sin(np.arange(400) / 7).astype("float32")
x = np.stack([wave[k : k + 10] for k in range(390)])
y = wave[10:400]
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
