# What shows while or after training.

# %% salaries_exploding_sgd
# faults: T1
# symptom: After a few steps the loss is inf and then nan.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 6))
y = 40000 + 9000 * x[:, 0] + 4000 * x[:, 1]
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% own_log_loss
# faults: T1
# symptom: With my own cross-entropy the loss is nan, with the built-in one it is not.
import tensorflow as tf
from sklearn.datasets import make_blobs

tf.keras.utils.set_random_seed(0)
x, y = make_blobs(400, centers=[[-8, -8], [8, 8]], cluster_std=0.5, random_state=0)


def cross_entropy(true, pred):
    true = tf.cast(true, pred.dtype)
    return -tf.reduce_mean(true * tf.math.log(pred) + (1 - true) * tf.math.log(1 - pred))


i = tf.keras.Input((2,))
h = tf.keras.layers.Dense(64, activation="relu")(i)
o = tf.keras.layers.Dense(1, activation="sigmoid")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.SGD(0.5), cross_entropy, metrics=["accuracy"])
history = model.fit(x, y, epochs=20, validation_split=0.2, verbose=0)

# %% own_log_loss_clipped
# faults: none
# looks: T1
# symptom: A hand-written cross-entropy with logarithms, but the probabilities are clipped first.
import tensorflow as tf
from sklearn.datasets import make_blobs

tf.keras.utils.set_random_seed(0)
x, y = make_blobs(400, centers=[[-3, -3], [3, 3]], cluster_std=0.7, random_state=0)


def cross_entropy(true, pred):
    true = tf.cast(true, pred.dtype)
    pred = tf.clip_by_value(pred, 1e-7, 1 - 1e-7)
    return -tf.reduce_mean(true * tf.math.log(pred) + (1 - true) * tf.math.log(1 - pred))


i = tf.keras.Input((2,))
h = tf.keras.layers.Dense(16, activation="relu")(i)
o = tf.keras.layers.Dense(1, activation="sigmoid")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.SGD(0.1), cross_entropy, metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% large_regression_loss_falls
# faults: none
# looks: T1
# symptom: The loss is in the thousands, but these are squared errors of large targets, and it falls.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 6))
y = 100 + 60 * x[:, 0] + 40 * x[:, 1]
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.0005), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% forty_classes_loss_above_one
# faults: none
# looks: T2
# symptom: The loss is still well above 1 after training, but with forty classes it began at 3.7.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
centre = rng.normal(size=(40, 10))
y = rng.integers(0, 40, size=800)
x = centre[y] + 1.0 * rng.normal(size=(800, 10))
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(40, activation="softmax")])
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% noise_labels_shuffled
# faults: T2
# symptom: The loss does not move and the network always gives the more frequent class.
import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)[:, 9:10]
x, y = X[:400], np.random.default_rng(0).choice(2, size=400, p=[0.3, 0.7])
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1, activation="sigmoid", bias_initializer=keras.initializers.Constant(0.85))])
model.compile(optimizer=keras.optimizers.SGD(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% sparks_slow_optimizer
# faults: T2
# symptom: Ten epochs and the accuracy is exactly the share of the larger class.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
x = rng.normal(size=(400, 6)).astype("float32")
y = (x[:, 0] * x[:, 1] > -0.35).astype("float32")[:, None]
i = tf.keras.Input((6,))
h = tf.keras.layers.Dense(16, activation="relu", kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.05))(i)
o = tf.keras.layers.Dense(1, activation="sigmoid", bias_initializer=tf.keras.initializers.Constant(0.6))(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.SGD(1e-4), tf.keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% bias_far_below_zero
# faults: T2, T3, T6
# symptom: Most of the hidden units give 0 for all rows and the network hardly improves.
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.15, random_state=0)
model = keras.Sequential([
    keras.Input((2,)),
    keras.layers.Dense(32, activation="relu", bias_initializer=keras.initializers.Constant(-1.5)),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% units_killed_by_momentum
# faults: T3, T6
# symptom: After the first epoch the second layer returns only zeros for nearly everything.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 8)).astype("float32")
y = (20 + 3 * x[:, :1]).astype("float32")
i = tf.keras.Input((8,))
h = tf.keras.layers.Dense(32)(i)
h = tf.keras.layers.ReLU()(h)
h = tf.keras.layers.Dense(32)(h)
h = tf.keras.layers.ReLU()(h)
o = tf.keras.layers.Dense(1)(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.SGD(0.03, momentum=0.9), "mse")
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% sparse_hidden_relu
# faults: none
# looks: T3
# symptom: Many hidden values are zero, since relu and an L1 penalty make them so, but each unit is used.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:600] / 16, t[:600]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(48, activation="relu", activity_regularizer=keras.regularizers.L1(1e-4)),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% tanh_with_wide_start
# faults: A7
# symptom: My deep tanh network is stuck, and a small change in the input changes the output completely.
import keras
from keras import initializers, layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, t[:500]
i = keras.Input((64,))
h = layers.Dense(64, activation="tanh", kernel_initializer=initializers.RandomNormal(stddev=2.0))(i)
for _ in range(4):
    h = layers.Dense(64, activation="tanh", kernel_initializer=initializers.RandomNormal(stddev=6.0))(h)
o = layers.Dense(10, activation="softmax")(h)
model = keras.Model(i, o)
model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% three_layers_with_narrow_start
# faults: T2, T4
# symptom: The accuracy is that of guessing, and the weights of the first layer do not change at all.
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.15, random_state=0)
tiny = keras.initializers.RandomNormal(stddev=0.05, seed=1)
model = keras.Sequential([keras.Input((2,))])
for n in range(3):
    model.add(keras.layers.Dense(16, activation="sigmoid", kernel_initializer=keras.initializers.RandomNormal(stddev=0.05, seed=n)))
model.add(keras.layers.Dense(1, activation="sigmoid", kernel_initializer=tiny))
model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% deep_relu_he_start
# faults: none
# looks: T4
# symptom: Six hidden layers, but with relu and He initialisation the gradients stay alike.
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.1, random_state=0)
model = keras.Sequential([keras.Input((2,))])
for _ in range(6):
    model.add(keras.layers.Dense(16, activation="relu", kernel_initializer="he_normal"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% forty_noisy_patients
# faults: T5
# symptom: The training loss goes to zero while the validation loss gets higher and higher.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(80, 40))
y = (x[:, 0] + 1.5 * rng.normal(size=80) > 0).astype(int)
model = keras.Sequential([
    keras.Input((40,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.4, verbose=0)

# %% curve_through_every_point
# faults: T5
# symptom: The error on my training points is tiny, on the others it grows.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
x = rng.normal(size=(120, 30)).astype("float32")
y = (x[:, :1] + 1.5 * rng.normal(size=(120, 1))).astype("float32")
i = tf.keras.Input((30,))
h = tf.keras.layers.Dense(256, activation="relu")(i)
h = tf.keras.layers.Dense(128, activation="relu")(h)
model = tf.keras.Model(i, tf.keras.layers.Dense(1)(h))
model.compile(tf.keras.optimizers.Adam(0.003), "mse")
history = model.fit(x, y, epochs=20, validation_split=0.4, verbose=0)

# %% noisy_patients_regularised
# faults: none
# looks: T5
# symptom: Few rows and noisy labels, but a small network with a penalty does not overfit.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 10))
y = (x[:, 0] + x[:, 1] + 0.5 * rng.normal(size=400) > 0).astype(int)
model = keras.Sequential([
    keras.Input((10,)),
    keras.layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
    keras.layers.Dropout(0.2),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% everything_frozen
# faults: T6
# symptom: The accuracy is the same after every epoch, and also the same as before training.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, t[:500]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
for layer in model.layers:
    layer.trainable = False
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% head_built_then_whole_model_frozen
# faults: T6
# symptom: My transfer learning does not improve by a single per cent.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:400, :, :, None] / 16, d.target[:400]
base = tf.keras.Sequential([
    tf.keras.Input((8, 8, 1)),
    tf.keras.layers.Conv2D(8, 3, activation="relu"),
    tf.keras.layers.GlobalMaxPooling2D(),
], name="base")
i = tf.keras.Input((8, 8, 1))
o = tf.keras.layers.Dense(10, activation="softmax")(base(i))
model = tf.keras.Model(i, o)
model.trainable = False
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% base_frozen_head_trained
# faults: none
# looks: T6
# symptom: Most weights do not change in fit: the base is frozen, its features were learned before.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
d = d / 16
base = tf.keras.Sequential([tf.keras.Input((64,)), tf.keras.layers.Dense(64, activation="relu")], name="base")
before = tf.keras.Sequential([base, tf.keras.layers.Dense(5, activation="softmax")])
before.compile(tf.keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
before.fit(d[:700][t[:700] < 5], t[:700][t[:700] < 5], epochs=5, verbose=0)
base.trainable = False
i = tf.keras.Input((64,))
o = tf.keras.layers.Dense(5, activation="softmax")(base(i, training=False))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
upper = t >= 5
x, y = d[upper][:500], t[upper][:500] - 5
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
