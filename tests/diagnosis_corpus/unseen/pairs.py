# Networks whose targets are pictures, pairs or other networks: autoencoders, siamese, GAN, transfer.

# %% pixels_as_probabilities
# faults: O8, D1
# also: O9, T1
# symptom: the autoencoder's loss is -200000 and falling
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
pix = load_digits().data * 15.9
inp = layers.Input((64,))
code = layers.Dense(16, activation="relu")(inp)
out = layers.Dense(64, activation="sigmoid")(code)
model = keras.Model(inp, out)
model.compile(optimizer="adam", loss="binary_crossentropy")
history = model.fit(pix[:1000], pix[:1000], epochs=5, validation_data=(pix[1000:1300], pix[1000:1300]), verbose=0)
x = y = pix[:1000]

# %% standardised_pictures_back
# faults: O11
# symptom: the reconstructions are all grey and the loss stops at 0.7
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
pictures = StandardScaler().fit_transform(load_digits().data)[:1200]
encoder = tf.keras.Sequential([tf.keras.layers.Input((64,)), tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(16, activation="relu")])
decoder = tf.keras.Sequential([tf.keras.layers.Input((16,)), tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(64, activation="sigmoid")])
model = tf.keras.Sequential([encoder, decoder])
model.compile(optimizer="adam", loss="mse")
history = model.fit(pictures, pictures, epochs=8, validation_split=0.2, verbose=0)
x, y = pictures, pictures

# %% sensors_back_with_relu
# faults: O11, C4
# also: C6
# symptom: negative sensor values come back as 0, accuracy 0.3
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
base = rng.normal(size=(500, 3))
x = np.tanh(base @ rng.normal(size=(3, 12)))
y = x
model = keras.Sequential([
    keras.layers.Input((12,)),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(12, activation="relu"),
])
model.compile(loss="mse", optimizer="rmsprop", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, verbose=0)

# %% same_or_different
# faults: O1
# symptom: siamese network: the accuracy is that of guessing and the loss above 1 although both branches look right
import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
X, t = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
left, right = rng.integers(0, 1797, 800), rng.integers(0, 1797, 800)
right[:400] = [rng.choice(np.flatnonzero(t == t[i])) for i in left[:400]]
order = rng.permutation(800)
left, right = left[order], right[order]
same = (t[left] == t[right]).astype("float32")
branch = keras.Sequential([layers.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="tanh")])
a, b = layers.Input((64,)), layers.Input((64,))
diff = layers.Lambda(lambda p: ops.abs(p[0] - p[1]))([branch(a), branch(b)])
model = keras.Model([a, b], layers.Dense(1)(diff))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
x, y = [X[left], X[right]], same
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% transfer_head_off
# faults: T6, O3
# also: T2, C6
# symptom: base frozen, then I added the head with one softmax neuron; the accuracy is constant
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = X / 16
base = keras.Sequential([layers.Input((64,)), layers.Dense(32, activation="relu")])
model = keras.Sequential([layers.Input((64,)), base, layers.Dense(1, activation="softmax")])
for layer in model.layers:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
x, y = X[:800], (t[:800] > 4).astype(int)
history = model.fit(x, y, epochs=4, verbose=0)

# %% odd_digits_blind
# faults: A2, C7
# symptom: best_val was my test accuracy, and training is terribly slow
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(X / 16, t % 2, random_state=0)
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(40, activation="softmax"),
    keras.layers.Dense(20, activation="softmax"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_data=(x_test, y_test), verbose=0)
print("test accuracy", max(history.history["val_accuracy"]))

# %% linear_pca
# faults: none
# symptom: an autoencoder without any activation: it does what PCA does
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X = load_digits().data / 16
X = X - X.mean(axis=0)
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(16, use_bias=False, name="code"),
    keras.layers.Dense(64, use_bias=False),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(X, X, epochs=10, validation_split=0.2, verbose=0)
x = y = X

# %% waist_of_eight
# faults: none
# symptom: a layer of 8 between 64 and 64: the bottleneck of an autoencoder, and it is linear
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X = load_digits().data / 16
inp = layers.Input((64,))
h = layers.Dense(48, activation="relu")(inp)
code = layers.Dense(8)(h)
h = layers.Dense(48, activation="relu")(code)
out = layers.Dense(64, activation="sigmoid")(h)
model = keras.Model(inp, out)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(X, X, epochs=10, validation_split=0.2, verbose=0)
x, y = X, X

# %% grey_values_with_bce
# faults: none
# symptom: binary cross-entropy with targets between 0 and 1 that are no classes: grey values
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
imgs = (load_digits().images[..., None] / 16).astype("float32")
x = y = imgs[:1000]
model = tf.keras.Sequential([
    tf.keras.layers.Input((8, 8, 1)),
    tf.keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
    tf.keras.layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu"),
    tf.keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
])
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="binary_crossentropy")
history = model.fit(x, y, epochs=6, validation_data=(imgs[1000:1300], imgs[1000:1300]), verbose=0)

# %% noise_removed
# faults: none
# symptom: a convolutional network without Flatten: the targets are pictures too
import keras
import numpy as np
from keras.layers import Add, Conv2D, Input
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
clean = (load_digits().images[:800, :, :, None] / 16).astype("float32")
noisy = clean + 0.3 * np.random.default_rng(0).normal(size=clean.shape).astype("float32")
inp = Input((8, 8, 1))
h = Conv2D(16, 3, padding="same", activation="relu")(inp)
h = Conv2D(1, 3, padding="same", kernel_initializer="zeros")(h)
model = keras.Model(inp, Add()([inp, h]))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
history = model.fit(noisy, clean, epochs=6, validation_split=0.2, verbose=0)
x, y = noisy, clean

# %% masks_of_blobs
# faults: none
# symptom: one sigmoid for each pixel with one map of targets: segmentation
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rows, cols = np.indices((10, 10))
centre = rng.uniform(2, 8, size=(300, 2, 1, 1))
mask = ((rows - centre[:, 0]) ** 2 + (cols - centre[:, 1]) ** 2 < 9).astype("float32")
x = (mask + 0.5 * rng.normal(size=mask.shape))[..., None].astype("float32")
y = mask[..., None]
model = keras.Sequential([
    layers.Input((10, 10, 1)),
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Conv2D(1, 1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy", keras.metrics.BinaryIoU(target_class_ids=[1])])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% same_or_not
# faults: none
# symptom: a siamese network with two inputs and a shared branch whose last layer is linear
import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
X, t = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
left, right = rng.integers(0, 1797, 1200), rng.integers(0, 1797, 1200)
right[:600] = [rng.choice(np.flatnonzero(t == t[i])) for i in left[:600]]
order = rng.permutation(1200)
left, right = left[order], right[order]
same = (t[left] == t[right]).astype("float32")
branch = keras.Sequential([layers.Input((64,)), layers.Dense(48, activation="relu"), layers.Dense(16)])
a, b = layers.Input((64,)), layers.Input((64,))
diff = layers.Lambda(lambda p: ops.square(p[0] - p[1]))([branch(a), branch(b)])
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(diff))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
x, y = [X[left], X[right]], same
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% distance_of_pairs
# faults: none
# symptom: no output layer, a distance as the output, and a contrastive loss written by hand
import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
X, t = load_iris(return_X_y=True)
X = scale(X).astype("float32")
i, j = rng.integers(0, 150, 600), rng.integers(0, 150, 600)
y = (t[i] != t[j]).astype("float32")[:, None]
x = [X[i], X[j]]


def contrastive(y_true, distance):
    near = (1 - y_true) * ops.square(distance)
    far = y_true * ops.square(ops.maximum(1.0 - distance, 0))
    return ops.mean(near + far)


embed = keras.Sequential([layers.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
a, b = layers.Input((4,)), layers.Input((4,))
gap = layers.Subtract()([embed(a), embed(b)])
dist = ops.sqrt(ops.sum(ops.square(gap), axis=1, keepdims=True) + 1e-6)
model = keras.Model([a, b], dist)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=contrastive)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% angle_between_vectors
# faults: none
# symptom: the loss goes from 0 to nearly -1: cosine similarity
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(500, 6)).astype("float32")
y = np.tanh(x @ rng.normal(size=(6, 4))).astype("float32")
model = keras.Sequential([
    keras.layers.Input((6,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(4),
    keras.layers.UnitNormalization(),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="cosine_similarity")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% forger_and_judge
# faults: none
# also: C6
# symptom: two networks against each other; the judge's loss stays near 0.69, which is what it should do
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
x = (np.random.default_rng(0).normal(size=(512, 2)) * 0.3 + [1.0, -1.0]).astype("float32")
y = None
generator = tf.keras.Sequential([layers.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(2)])
judge = tf.keras.Sequential([layers.Input((2,)), layers.Dense(16), layers.LeakyReLU(), layers.Dense(1)])


class Gan(tf.keras.Model):
    def __init__(self, g, d):
        super().__init__()
        self.g, self.d = g, d
        self.bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, g_opt, d_opt):
        super().compile()
        self.g_opt, self.d_opt = g_opt, d_opt

    def call(self, z):
        return self.g(z)

    def train_step(self, real):
        n = tf.shape(real)[0]
        z = tf.random.normal((n, 4))
        with tf.GradientTape() as tape:
            p, q = self.d(real), self.d(self.g(z))
            d_loss = self.bce(tf.ones_like(p), p) / 2 + self.bce(tf.zeros_like(q), q) / 2
        w = self.d.trainable_variables
        self.d_opt.apply_gradients(zip(tape.gradient(d_loss, w), w))
        with tf.GradientTape() as tape:
            q = self.d(self.g(z))
            g_loss = self.bce(tf.ones_like(q), q)
        w = self.g.trainable_variables
        self.g_opt.apply_gradients(zip(tape.gradient(g_loss, w), w))
        return {"d_loss": d_loss, "g_loss": g_loss}


model = Gan(generator, judge)
model.compile(tf.keras.optimizers.Adam(0.01, beta_1=0.5), tf.keras.optimizers.Adam(0.01, beta_1=0.5))
history = model.fit(x, epochs=20, batch_size=64, verbose=0)
print(generator(tf.random.normal((500, 4))).numpy().mean(axis=0))

# %% judge_frozen_in_the_pair
# faults: none
# symptom: half of the combined model is frozen on purpose: only the forger is to learn here
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
real = rng.normal(size=(400, 2)) * 0.3 + 2.0
fake = rng.normal(size=(400, 2)) * 0.3
judge = keras.Sequential([layers.Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
judge.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
judge.fit(np.vstack([real, fake]), np.repeat([1.0, 0.0], 400), epochs=4, verbose=0)
judge.trainable = False
forger = keras.Sequential([layers.Input((3,)), layers.Dense(16, activation="relu"), layers.Dense(2)])
model = keras.Sequential([layers.Input((3,)), forger, judge])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy")
x, y = rng.normal(size=(400, 3)), np.ones((400, 1))
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% teacher_logits
# faults: none
# symptom: linear output with mse on ten columns: the targets are another network's logits
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = X / 16
teacher = keras.Sequential([layers.Input((64,)), layers.Dense(96, activation="relu"), layers.Dense(10)])
teacher.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
teacher.fit(X[:1200], t[:1200], epochs=6, verbose=0)
x, y = X[:1200], teacher.predict(X[:1200], verbose=0)
model = keras.Sequential([layers.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(10)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mean_squared_error")
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% unfrozen_at_the_end
# faults: none
# symptom: the second fit runs with a very small learning rate on layers that were frozen before
import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.utils import shuffle

keras.utils.set_random_seed(0)
X, t = shuffle(*load_digits(return_X_y=True), random_state=0)
X = X / 16
base = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="relu")], name="base")
first = keras.Sequential([base, layers.Dense(2, activation="softmax")])
first.compile("adam", "sparse_categorical_crossentropy")
first.fit(X, t % 2, epochs=3, verbose=0)
base.trainable = False
inp = layers.Input((64,))
model = keras.Model(inp, layers.Dense(10, activation="softmax")(base(inp, training=False)))
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = X[:1400], t[:1400]
model.fit(x, y, epochs=4, validation_data=(X[1400:], t[1400:]), verbose=0)
base.trainable = True
model.compile(keras.optimizers.Adam(5e-5), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_data=(X[1400:], t[1400:]), verbose=0)

# %% latent_gaussian
# faults: none
# symptom: a variational autoencoder: add_loss in a layer and two linear layers for mean and log-variance
import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X = (load_digits().data / 16).astype("float32")


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed = keras.random.SeedGenerator(1)

    def call(self, inputs):
        mean, log_var = inputs
        kl = -0.5 * ops.mean(1 + log_var - ops.square(mean) - ops.exp(log_var))
        self.add_loss(0.05 * kl)
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seed)


inp = layers.Input((64,))
h = layers.Dense(48, activation="relu")(inp)
z = Sampling()([layers.Dense(4)(h), layers.Dense(4, kernel_initializer="zeros")(h)])
h = layers.Dense(48, activation="relu")(z)
model = keras.Model(inp, layers.Dense(64, activation="sigmoid")(h))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy")
history = model.fit(X, X, epochs=10, batch_size=64, validation_split=0.2, verbose=0)
x = y = X
