# Layers and their order, each faulty program beside correct ones of its kind.

# %% rings_without_activations
# faults: A1, T2
# symptom: More layers and more units do not help, the two rings cannot be separated.
from sklearn.datasets import make_circles
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.utils import set_random_seed

set_random_seed(0)
points, ring = make_circles(400, noise=0.08, factor=0.4, random_state=0)
model = Sequential([
    Input(shape=(2,)),
    Dense(64),
    Dense(32),
    Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
x, y = points, ring
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% waves_conv_average_linear
# faults: A1
# symptom: My Conv1D model finds no better filters than a linear regression.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
noise = rng.normal(size=(300, 24, 1)).astype("float32")
energy = np.square(noise[:, 4:12, 0]).mean(axis=1)
sig = keras.Input((24, 1))
f = layers.Conv1D(16, 5, padding="same", activation="linear")(sig)
f = layers.AveragePooling1D(2)(f)
f = layers.Dropout(0.1)(f)
f = layers.Flatten()(f)
f = layers.Dense(16, activation="relu")(f)
res = layers.Dense(1)(f)
model = keras.Model(sig, res)
model.compile(keras.optimizers.Adam(0.003), "mse")
x, y = noise, energy
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% wine_layer_forgot_relu_with_norm
# faults: A1
# symptom: I added a batch normalisation and another layer, and the network is not better than the small one.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, c = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, c, random_state=5)
st = StandardScaler().fit(x)
x, x_test = st.transform(x), st.transform(x_test)
model = keras.Sequential()
model.add(keras.Input((13,)))
model.add(keras.layers.Dense(32, activation=None))
model.add(keras.layers.BatchNormalization())
model.add(keras.layers.Dense(16))
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, batch_size=16, validation_split=0.2, verbose=0)

# %% wine_dense_norm_activation
# faults: none
# looks: A1
# symptom: The Dense layers have no activation argument, since normalisation and then Activation layers follow.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, c = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, c, random_state=5)
st = StandardScaler().fit(x)
x, x_test = st.transform(x), st.transform(x_test)
model = keras.Sequential()
model.add(keras.Input((13,)))
model.add(keras.layers.Dense(32, use_bias=False))
model.add(keras.layers.BatchNormalization())
model.add(keras.layers.Activation("relu"))
model.add(keras.layers.Dense(16))
model.add(keras.layers.LeakyReLU())
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.005), metrics=["accuracy"])
history = model.fit(x, y, epochs=6, batch_size=16, validation_split=0.2, verbose=0)

# %% rings_functional_relu_calls
# faults: none
# looks: A1
# symptom: No layer has an activation, but relu is called between them as a function.
import keras
from keras import layers, ops
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
points, ring = make_circles(400, noise=0.08, factor=0.4, random_state=0)
i = keras.Input((2,))
h = ops.relu(layers.Dense(32)(i))
h = keras.activations.relu(layers.Dense(32)(h))
o = layers.Dense(1, activation="sigmoid")(h)
model = keras.Model(i, o)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
x, y = points, ring
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% linear_autoencoder_like_pca
# faults: none
# looks: A1
# symptom: No layer of this autoencoder has an activation; it is meant to find the same plane as a PCA.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
latent = rng.normal(size=(400, 3))
data = (latent @ rng.normal(size=(3, 12)) / 2 + 0.05 * rng.normal(size=(400, 12))).astype("float32")
encoder = keras.Sequential([keras.Input((12,)), keras.layers.Dense(3, use_bias=False)], name="encoder")
decoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(12, use_bias=False)], name="decoder")
model = keras.Sequential([encoder, decoder])
model.compile(keras.optimizers.Adam(0.01), "mse")
x = y = data
history = model.fit(x, y, epochs=20, validation_split=0.2, verbose=0)

# %% factorised_large_output
# faults: none
# looks: A1
# symptom: A linear layer of low rank stands before the big output layer, to save weights.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
x = rng.normal(size=(600, 20)).astype("float32")
y = (x[:, :5] @ rng.normal(size=(5, 12))).argmax(1)
inputs = tf.keras.Input((20,))
h = tf.keras.layers.Dense(64, activation="relu")(inputs)
low = tf.keras.layers.Dense(8, use_bias=False, name="low_rank")(h)
outputs = tf.keras.layers.Dense(12, activation="softmax")(low)
model = tf.keras.Model(inputs, outputs)
model.compile(tf.keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% residual_blocks_linear_branch
# faults: none
# looks: A1
# symptom: The second Dense layer of every block is linear, because relu follows only after the addition.
import keras
from keras import layers
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.1, random_state=1)
inp = keras.Input((2,))
h = layers.Dense(16, activation="relu")(inp)
for _ in range(2):
    branch = layers.Dense(16, activation="relu")(h)
    branch = layers.Dense(16)(branch)
    h = layers.ReLU()(layers.Add()([h, branch]))
out = layers.Dense(1, activation="sigmoid")(h)
model = keras.Model(inp, out)
model.compile(keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=9, validation_split=0.2, verbose=0)

# %% projection_before_lstm
# faults: none
# looks: A1
# symptom: A linear Dense layer projects each time step before the LSTM, which has its own tanh.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
steps = rng.normal(size=(400, 8, 20)).astype("float32")
label = (steps[:, -1, 0] + steps[:, -1, 1] > 0).astype(int)
model = keras.Sequential([
    keras.Input((8, 20)),
    keras.layers.TimeDistributed(keras.layers.Dense(8)),
    keras.layers.LSTM(16),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", loss="binary_crossentropy", metrics=["accuracy"])
model.optimizer.learning_rate = 0.01
x, y = steps, label
history = model.fit(x, y, epochs=6, batch_size=32, validation_split=0.2, verbose=0)

# %% iris_softmax_everywhere
# faults: A2
# symptom: I used softmax in all layers since it is a classification, and the loss goes down only very slowly.
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
iris = load_iris()
x, x_test, y, y_test = train_test_split(iris.data, iris.target, random_state=0)
model = keras.Sequential([
    keras.layers.Input((4,)),
    keras.layers.Dense(16, activation="softmax"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=20, batch_size=32, validation_split=0.2, verbose=0)

# %% sensor_softmax_layer_inside
# faults: A2
# symptom: The regression works with relu but hardly with the Softmax layer that I put in between.
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(7)
x = rng.normal(size=(400, 10))
y = x[:, 0] * x[:, 1] + x[:, 2]
inp = layers.Input((10,))
t = layers.Dense(32)(inp)
t = layers.Softmax()(t)
t = layers.Dense(16, activation="relu")(t)
out = layers.Dense(1)(t)
model = tf.keras.Model(inp, out)
model.compile("adam", "mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% mixture_of_experts_gate
# faults: none
# looks: A2
# symptom: A softmax stands in the middle of the network, but it is the gate that weighs three experts.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(7)
x = rng.normal(size=(500, 4)).astype("float32")
y = np.where(x[:, 0] > 0, x[:, 1] * 2, -x[:, 1]).astype("float32")
inp = keras.Input((4,))
experts = [layers.Dense(8, activation="relu")(inp) for _ in range(3)]
stack = layers.Concatenate(axis=1)([layers.Reshape((1, 8))(e) for e in experts])
gate = layers.Dense(3, activation="softmax", name="gate")(inp)
mixed = layers.Flatten()(layers.Dot(axes=1)([layers.Reshape((3, 1))(gate), stack]))
model = keras.Model(inp, layers.Dense(1)(mixed))
model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% self_attention_by_hand
# faults: none
# looks: A2
# symptom: Linear layers and a softmax inside: queries, keys and values of an attention layer.
import keras
import numpy as np
from keras import layers, ops


class SmallAttention(layers.Layer):
    def __init__(self, dim, **kw):
        super().__init__(**kw)
        self.dim = dim
        self.q = layers.Dense(dim)
        self.k = layers.Dense(dim)
        self.v = layers.Dense(dim)

    def call(self, h):
        w = ops.softmax(ops.matmul(self.q(h), ops.transpose(self.k(h), (0, 2, 1))) / self.dim**0.5)
        return ops.matmul(w, self.v(h))


keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
ids = rng.integers(0, 30, size=(500, 8))
has = ((ids < 3).sum(1) > 0).astype("float32")
inp = keras.Input((8,))
e = layers.Embedding(30, 16)(inp)
e = SmallAttention(16)(e)
e = layers.GlobalMaxPooling1D()(e)
out = layers.Dense(1, activation="sigmoid")(layers.Dense(16, activation="relu")(e))
model = keras.Model(inp, out)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
x, y = ids, has
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% digits_double_softmax
# faults: A3
# symptom: All ten probabilities for a digit lie between 0.08 and 0.24, however long I train.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, y = X[:600] / 16, t[:600]
model = keras.Sequential()
model.add(keras.Input((64,)))
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.add(keras.layers.Activation("softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% moons_tanh_then_relu
# faults: A3
# symptom: Half of my hidden values are always zero and never negative, even though I chose tanh.
import tensorflow as tf
from sklearn.datasets import make_moons

tf.keras.utils.set_random_seed(0)
x, y = make_moons(300, noise=0.2, random_state=3)
a = tf.keras.Input((2,))
b = tf.keras.layers.Dense(16, activation="tanh")(a)
b = tf.keras.layers.ReLU()(b)
b = tf.keras.layers.Dense(16, activation=tf.nn.relu)(b)
c = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)(b)
model = tf.keras.Model(a, c)
model.compile(optimizer="adam", loss=tf.keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% digits_relu_norm_relu_of_next
# faults: none
# looks: A3
# symptom: Activations and normalisation follow each other closely, but there are weights between each two of them.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, y = X[:600] / 16, t[:600]
model = keras.Sequential()
model.add(keras.Input((64,)))
model.add(keras.layers.Dense(32))
model.add(keras.layers.BatchNormalization())
model.add(keras.layers.ReLU())
model.add(keras.layers.Dropout(0.2))
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(10))
model.add(keras.layers.Activation("softmax"))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% digits_maps_to_dense
# faults: A4
# symptom: ValueError when fitting: the shapes of my labels and of the network's output do not match.
# raises: fit
from sklearn.datasets import load_digits
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Input, MaxPooling2D

keras.utils.set_random_seed(0)
d = load_digits()
x = d.images[:400].reshape(400, 8, 8, 1) / 16.0
y = keras.utils.to_categorical(d.target[:400])
model = keras.models.Sequential([
    Input((8, 8, 1)),
    Conv2D(16, (3, 3), activation="relu"),
    MaxPooling2D(),
    Dense(32, activation="relu"),
    Dense(10, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% load_lstm_keeps_sequence
# faults: A4
# also: O13
# symptom: I want one number per series, but predict gives me one for every time step.
import keras
import numpy as np
from keras.layers import LSTM, Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
series = rng.normal(size=(300, 6, 2)).astype("float32")
peak = series[:, :, 0].max(axis=1, keepdims=True)
s = Input((6, 2))
z = LSTM(12, return_sequences=True)(s)
z = Dense(1)(z)
model = keras.Model(s, z)
model.compile(keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError())
x, y = series, peak
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% heart_conv1d_no_pooling
# faults: A4
# also: O13
# symptom: The error of my convolutional regression stays at the variance of the targets, and the output has too many axes.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(9)
beats = rng.normal(size=(300, 16, 1)).astype("float32")
rate = (beats[:, :8].mean(axis=(1, 2)) * 3)[:, None]
model = tf.keras.Sequential()
model.add(tf.keras.layers.Input((16, 1)))
model.add(tf.keras.layers.Conv1D(8, 3, activation="relu"))
model.add(tf.keras.layers.Conv1D(8, 3, activation="relu"))
model.add(tf.keras.layers.Dense(1))
model.compile(optimizer="adam", loss="mse")
x, y = beats, rate
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% tagging_every_step
# faults: none
# looks: A4
# symptom: The LSTM returns sequences and the output has a time axis, but so have the labels.
import keras
import numpy as np
from keras.layers import LSTM, Dense, Embedding, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
tokens = rng.integers(1, 40, size=(300, 8))
tags = (tokens % 3)[..., None]
s = Input((8,))
z = Embedding(40, 12)(s)
z = LSTM(16, return_sequences=True)(z)
z = Dense(3, activation="softmax")(z)
model = keras.Model(s, z)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = tokens, tags
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% segmentation_of_squares
# faults: none
# looks: A4
# symptom: A convolutional output of feature maps, one value per pixel, as the masks are.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
pics = rng.uniform(0, 0.4, size=(200, 10, 10, 1)).astype("float32")
masks = np.zeros_like(pics)
for p, m in zip(pics, masks):
    r, c = rng.integers(0, 6, size=2)
    m[r : r + 4, c : c + 4] = 1
    p[r : r + 4, c : c + 4] += 0.4
model = keras.Sequential([
    layers.Input((10, 10, 1)),
    layers.Conv2D(8, 3, padding="same", activation="elu"),
    layers.Conv2D(8, 3, padding="same", activation="elu"),
    layers.Conv2D(1, 1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=[keras.metrics.BinaryIoU(target_class_ids=[1])])
x, y = pics, masks
history = model.fit(x, y, epochs=8, batch_size=10, validation_split=0.2, verbose=0)

# %% digits_pooled_maps
# faults: none
# looks: A4
# symptom: There is no Flatten layer, but a global pooling removes the map axes.
from sklearn.datasets import load_digits
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, GlobalAveragePooling2D, Input

keras.utils.set_random_seed(0)
d = load_digits()
x = d.images[:500].reshape(500, 8, 8, 1) / 16.0
y = keras.utils.to_categorical(d.target[:500])
model = keras.models.Sequential([
    Input((8, 8, 1)),
    Conv2D(32, (3, 3), activation="relu"),
    Conv2D(32, (3, 3), activation="relu"),
    GlobalAveragePooling2D(),
    Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=7, validation_split=0.2, verbose=0)

# %% cancer_all_zero_kernels
# faults: A5, T2, T3, T6
# symptom: The output is the same for every row, and the accuracy is that of always saying "benign".
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
s = StandardScaler().fit(x)
x, x_test = s.transform(x), s.transform(x_test)
model = keras.Sequential([
    keras.Input((30,)),
    keras.layers.Dense(16, activation="relu", kernel_initializer="zeros"),
    keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% xor_constant_half
# faults: A5
# symptom: After training all columns of my first weight matrix are identical.
import numpy as np
import tensorflow as tf
from tensorflow.keras import initializers, layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(400, 2))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")
half = initializers.Constant(0.5)
i = layers.Input((2,))
h = layers.Dense(8, activation="tanh", kernel_initializer=half)(i)
o = layers.Dense(1, activation="sigmoid", kernel_initializer=half)(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
print(h.shape, model.layers[1].get_weights()[0])

# %% digits_ones_in_the_middle
# faults: A5, T4
# symptom: The training is much worse since I set my initialisers to ones to make runs comparable.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:600] / 16, t[:600]
model = keras.Sequential()
model.add(keras.layers.Input((64,)))
model.add(keras.layers.Dense(24, activation="relu", kernel_initializer="ones"))
model.add(keras.layers.Dense(24, activation="relu", kernel_initializer=keras.initializers.Ones()))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% logistic_regression_from_zeros
# faults: none
# looks: A5
# symptom: All weights start at zero, but there is only one layer, so nothing can stay equal.
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
s = StandardScaler().fit(x)
x, x_test = s.transform(x), s.transform(x_test)
model = keras.Sequential([
    keras.Input((30,)),
    keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="binary_crossentropy", metrics=["accuracy", "AUC"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% zero_start_of_the_last_layer
# faults: none
# looks: A5
# symptom: The last layer starts at zeros and a bias at a constant; the hidden units still differ.
import keras
import numpy as np
from keras import initializers, layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(400, 2))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")
i = keras.Input((2,))
h = layers.Dense(32, activation="relu", bias_initializer=initializers.Constant(0.1))(i)
h = layers.Dense(32, activation="relu", bias_initializer="zeros")(h)
o = layers.Dense(1, activation="sigmoid", kernel_initializer="zeros")(h)
model = keras.Model(i, o)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% wine_dropout_eighty
# faults: A6
# symptom: The training accuracy is far below the validation accuracy and climbs only slowly.
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras
from tensorflow.keras import layers, models

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
s = StandardScaler().fit(x)
x, x_test = s.transform(x), s.transform(x_test)
model = models.Sequential([
    layers.Input((13,)),
    layers.Dense(32, activation="relu"),
    layers.Dropout(0.8),
    layers.Dense(16, activation="relu"),
    layers.Dropout(rate=0.8),
    layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% moons_dropout_at_the_end
# faults: A6
# symptom: During training a part of the predictions is exactly 0 and the loss has sudden jumps.
import keras
from keras import layers
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.2, random_state=0)
inputs = keras.Input((2,))
t = layers.Dense(16, activation="relu")(inputs)
t = layers.Dense(1, activation="sigmoid")(t)
outputs = layers.Dropout(0.2)(t)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% digits_dropout_half
# faults: none
# looks: A6
# symptom: Two dropouts of one half, the classic rate for wide hidden layers.
from sklearn.datasets import load_digits
from tensorflow import keras
from tensorflow.keras import layers, models

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:800] / 16, t[:800]
model = models.Sequential([
    layers.Input((64,)),
    layers.Dense(128, activation="relu"),
    layers.Dropout(0.5),
    layers.Dense(64, activation="relu"),
    layers.Dropout(rate=0.5),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% moons_six_sigmoid_layers
# faults: A7, T2, T4
# symptom: My deep network answers one half for every point and the loss stays at 0.69.
import keras
from keras.layers import Dense
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.1, random_state=0)
model = keras.Sequential([keras.Input((2,))])
for _ in range(6):
    model.add(Dense(16, activation="sigmoid"))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% wine_five_sigmoid_activation_layers
# faults: A7
# symptom: With five hidden layers the wine network is much worse than with one.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
n = tf.keras.layers.Normalization()
n.adapt(x)
i = tf.keras.Input((13,))
h = n(i)
for width in (32, 32, 32, 16, 16):
    h = tf.keras.layers.Dense(width)(h)
    h = tf.keras.layers.Activation("sigmoid")(h)
o = tf.keras.layers.Dense(3, activation="softmax")(h)
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=3, batch_size=16, validation_split=0.2, verbose=0)

# %% deep_tanh_that_learns
# faults: none
# looks: A7
# symptom: Five hidden layers with tanh, but with Glorot initialisation and scaled inputs they learn well.
import keras
from keras.layers import Dense
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.1, random_state=0)
model = keras.Sequential([keras.Input((2,))])
for _ in range(5):
    model.add(Dense(16, activation="tanh", kernel_initializer="glorot_uniform"))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=9, validation_split=0.2, verbose=0)

# %% two_sigmoid_layers_like_1990
# faults: none
# looks: A7
# symptom: Sigmoid hidden layers, but only two of them, and a suitable learning rate.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
n = tf.keras.layers.Normalization()
n.adapt(x)
i = tf.keras.Input((13,))
h = n(i)
for width in (24, 16):
    h = tf.keras.layers.Dense(width)(h)
    h = tf.keras.layers.Activation("sigmoid")(h)
o = tf.keras.layers.Dense(3, activation="softmax")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% digits_three_units_before_ten
# faults: A8
# symptom: Ten classes, but the accuracy gets stuck far below that of my friends although I have two hidden layers.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:700] / 16, t[:700]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(3, activation="elu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% letters_conv_two_channels
# faults: A8
# symptom: Some classes are never predicted by my functional model for twelve kinds of signal.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
y = rng.integers(0, 12, size=480)
proto = rng.normal(size=(12, 16))
x = (proto[y] + 0.5 * rng.normal(size=(480, 16))).astype("float32")
i = tf.keras.Input((16,))
h = tf.keras.layers.Dense(4)(i)
h = tf.keras.layers.Activation("relu")(h)
h = tf.keras.layers.Dense(32, activation="relu")(h)
o = tf.keras.layers.Dense(12)(h)
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% autoencoder_narrow_on_purpose
# faults: none
# looks: A8
# symptom: A layer of six units before sixty-four outputs: the bottleneck of an autoencoder.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits().data[:600] / 16
i = keras.Input((64,))
e = keras.layers.Dense(32, activation="relu")(i)
code = keras.layers.Dense(6, name="code")(e)
g = keras.layers.Dense(32, activation="relu")(code)
o = keras.layers.Dense(64, activation="sigmoid")(g)
model = keras.Model(i, o)
model.compile(keras.optimizers.Adam(0.005), "mse")
x, y = d, d
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% digits_wide_enough
# faults: none
# symptom: plain
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:700] / 16, t[:700]
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% digits_dropout_before_norm
# faults: A9
# symptom: The validation loss is noisier than without batch normalisation.
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:600] / 16, t[:600]
model = keras.Sequential([
    layers.Input((64,)),
    layers.Dense(48, activation="relu"),
    layers.Dropout(0.4),
    layers.BatchNormalization(),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% bars_dropout_before_pooling
# faults: A9
# symptom: My dropout of 0.3 seems to have hardly any effect, the maxima come through all the same.
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
x = rng.uniform(0, 0.5, size=(300, 12, 12, 1)).astype("float32")
y = rng.integers(0, 2, size=300)
for k in range(300):
    at = rng.integers(0, 12)
    if y[k]:
        x[k, at] += 0.5
    else:
        x[k, :, at] += 0.5
i = layers.Input((12, 12, 1))
c = layers.Conv2D(8, 3, activation="relu")(i)
c = layers.Dropout(0.3)(c)
c = layers.MaxPool2D(2)(c)
c = layers.Flatten()(c)
o = layers.Dense(1, activation="sigmoid")(c)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% bars_norm_pool_dropout
# faults: none
# looks: A9
# symptom: Normalisation, pooling and dropout all occur, but in the usual order.
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
x = rng.uniform(0, 0.5, size=(300, 12, 12, 1)).astype("float32")
y = rng.integers(0, 2, size=300)
for k in range(300):
    at = rng.integers(0, 12)
    if y[k]:
        x[k, at] += 0.5
    else:
        x[k, :, at] += 0.5
i = layers.Input((12, 12, 1))
c = layers.Conv2D(8, 3, use_bias=False)(i)
c = layers.BatchNormalization(momentum=0.8)(c)
c = layers.ReLU()(c)
c = layers.MaxPool2D(2)(c)
c = layers.Dropout(0.3)(c)
c = layers.Flatten()(c)
o = layers.Dense(1, activation="sigmoid")(c)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
