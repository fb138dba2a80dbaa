# Several faults in one program, and correct programs of unusual make.

# %% wine_raw_and_linear_head
# faults: O1, D1
# symptom: Neither more epochs nor more units help on the wine data.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(3)])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% digits_mse_and_no_validation
# faults: O10, C6
# symptom: Is my digit network any good, and why does its error look so small?
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, tf.one_hot(t[:500], 10).numpy()
i = tf.keras.Input((64,))
o = tf.keras.layers.Dense(10, activation="softmax")(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.MeanSquaredError(), metrics=["accuracy"])
history = model.fit(x, y, epochs=6, verbose=0)

# %% sales_accuracy_and_relu_output
# faults: O12, C4
# symptom: The accuracy of my sales forecast is always nearly zero.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 5))
y = np.exp(0.4 * x[:, 0] + 0.2 * x[:, 1])
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="relu")])
model.compile("adam", "mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% moons_linear_layers_on_test
# faults: A1, C7
# symptom: My two hidden layers draw a straight line between the moons.
import keras
from keras import layers
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
P, s = make_moons(400, noise=0.1, random_state=0)
x, x_test, y, y_test = train_test_split(P, s, random_state=0)
i = keras.Input((2,))
h = layers.Dense(32)(i)
h = layers.Dense(32)(h)
model = keras.Model(i, layers.Dense(1, activation="sigmoid")(h))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_data=(x_test, y_test), verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% iris_sigmoids_and_binary_accuracy
# faults: O4, C5
# symptom: The accuracy shown is higher than the one that I count by hand.
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
b = load_iris()
x, x_test, y, y_test = train_test_split(b.data, keras.utils.to_categorical(b.target), random_state=0)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(), metrics=[keras.metrics.BinaryAccuracy()])
history = model.fit(x, y, epochs=10, batch_size=16, validation_split=0.2, verbose=0)

# %% digits_softmax_binary_loss_heavy_dropout
# faults: O14, A6
# symptom: The training accuracy of my digit network climbs very slowly.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, tf.one_hot(t[:500], 10).numpy()
model = tf.keras.Sequential([
    tf.keras.Input((64,)),
    tf.keras.layers.Dense(32, activation="elu"),
    tf.keras.layers.Dropout(0.75),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "binary_crossentropy", metrics=["categorical_accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% cancer_two_softmaxes_and_leak
# faults: A3, D6
# symptom: The probabilities are never above three quarters, and the test score is doubted.
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
x = StandardScaler().fit_transform(x)
x_test = StandardScaler().fit_transform(x_test)
i = keras.Input((30,))
h = keras.layers.Dense(16, activation="relu")(i)
h = keras.layers.Dense(2, activation="softmax")(h)
model = keras.Model(i, keras.layers.Softmax()(h))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% digits_inner_softmax_norm_after_dropout
# faults: A2, A9
# symptom: Softmax and dropout in the first layer, and the digits are learned slowly.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, t[:500]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="softmax"),
    keras.layers.Dropout(0.3),
    keras.layers.BatchNormalization(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% logits_flag_and_test_left_raw
# faults: O2, D3
# symptom: The test loss is far larger than the validation loss.
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(d[:700], t[:700], random_state=0)
x = x / 16
i = keras.Input((64,))
h = keras.layers.Dense(32, activation="relu")(i)
model = keras.Model(i, keras.layers.Activation("softmax")(keras.layers.Dense(10)(h)))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% narrow_layer_no_validation
# faults: A8, C6
# symptom: I do not know whether my small network for ten digits overfits or underfits.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, t[:500]
model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(2, activation="tanh"), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, verbose=0)

# %% siamese_distance
# faults: none
# looks: A1
# symptom: One tower is used twice and ends in a linear embedding; the output comes from a distance.
import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
kind = rng.integers(0, 3, size=(500, 2))
centre = np.array([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]])
left, right = (centre[kind[:, k]] + 0.3 * rng.normal(size=(500, 4)) for k in (0, 1))
same = (kind[:, 0] == kind[:, 1]).astype("float32")
tower = keras.Sequential([keras.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
a, b = keras.Input((4,)), keras.Input((4,))
gap = ops.abs(tower(a) - tower(b))
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(gap))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
x, y = [left, right], same
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% class_and_size_together
# faults: none
# looks: O10
# symptom: Two outputs, one linear with a squared error and one softmax with cross-entropy.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 6)).astype("float32")
y = {"size": (x[:, 0] - x[:, 1])[:, None], "kind": x[:, 2:5].argmax(1)}
i = keras.Input((6,))
h = layers.Dense(32, activation="relu")(i)
model = keras.Model(i, {"size": layers.Dense(1, name="size")(h), "kind": layers.Dense(3, activation="softmax", name="kind")(h)})
model.compile(
    keras.optimizers.Adam(0.01),
    loss={"size": "mse", "kind": "sparse_categorical_crossentropy"},
    metrics={"size": ["mae"], "kind": ["accuracy"]},
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% generator_with_validation_arrays
# faults: none
# looks: C6
# symptom: A generator feeds the batches and the labels are not to be seen beside it.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
table = rng.normal(size=(400, 5)).astype("float32")
goal = (table[:, :1] * 2 - table[:, 1:2]).astype("float32")


def feed():
    while True:
        pick = rng.integers(0, 320, size=32)
        yield table[pick], goal[pick]


model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01), "mse")
history = model.fit(feed(), steps_per_epoch=10, epochs=12, validation_data=(table[320:], goal[320:]), verbose=0)
x, y = table[:320], goal[:320]
