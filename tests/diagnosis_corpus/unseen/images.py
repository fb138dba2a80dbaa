# Small pictures: digits and stripes; several classes.

# %% digits_scores_only
# faults: O1
# symptom: loss starts near 8, ends at 2.2, and the accuracy does not get over 0.4
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
digits = load_digits()
x = digits.data / 16.0
y = digits.target
model = keras.Sequential()
model.add(keras.layers.Input((64,)))
model.add(keras.layers.Dense(64, activation="relu"))
model.add(keras.layers.Dense(10))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x[:1000], y[:1000], epochs=8, validation_data=(x[1000:], y[1000:]), verbose=0)
x, y = x[:1000], y[:1000]

# %% digits_all_relu
# faults: O5
# also: T3
# symptom: I used relu everywhere since it is the best activation; 10% accuracy
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(1)
imgs, labels = load_digits(return_X_y=True)
imgs = imgs.reshape(-1, 8, 8) / 16
model = tf.keras.models.Sequential([
    tf.keras.layers.Input((8, 8)),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(32, activation='relu'),
    tf.keras.layers.Dense(10, activation='relu'),
])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
history = model.fit(imgs[:900], labels[:900], epochs=8, validation_split=0.2, verbose=0)
x, y = imgs[:900], labels[:900]

# %% digits_tanh_votes
# faults: O5
# also: T2
# symptom: categorical crossentropy is 9 and something and does not go down
import keras
import numpy as np
from keras.layers import Activation, Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = (X / 8.0) - 1.0
T = keras.utils.to_categorical(t, num_classes=10)
model = keras.models.Sequential()
model.add(keras.layers.InputLayer(shape=(64,)))
model.add(Dense(48))
model.add(Activation('tanh'))
model.add(Dense(10))
model.add(Activation('tanh'))
model.compile(loss=keras.losses.CategoricalCrossentropy(), optimizer='sgd', metrics=['accuracy'])
history = model.fit(X[:800], T[:800], epochs=8, validation_data=(X[800:1000], T[800:1000]), verbose=0)
x, y = X[:800], T[:800]

# %% digits_logits_flag
# faults: O2
# symptom: UserWarning: "`sparse_categorical_crossentropy` received `from_logits=True`, but the output argument was produced by a Softmax"
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:1000] / 16.0, d.target[:1000]
inputs = keras.Input(shape=(8, 8))
h = keras.layers.Flatten()(inputs)
h = keras.layers.Dense(50, activation="relu")(h)
h = keras.layers.Dense(10)(h)
outputs = keras.layers.Softmax()(h)
model = keras.Model(inputs, outputs)
model.compile(
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    optimizer=keras.optimizers.Adam(),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% digits_own_step
# faults: O2
# symptom: my own training loop gets stuck at a loss of 1.5 to 2, model.fit was better
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
imgs, lab = load_digits(return_X_y=True)
imgs = (imgs / 16).astype("float32")
x, y, xv, yv = imgs[:1000], lab[:1000], imgs[1000:1300], lab[1000:1300]
model = tf.keras.Sequential([
    tf.keras.layers.Input((64,)),
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(10, activation="softmax"),
])
optimizer = tf.keras.optimizers.Adam()
model.compile(optimizer=optimizer, loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))


@tf.function
def step(xb, yb):
    with tf.GradientTape() as tape:
        p = model(xb, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=yb, logits=p))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


history = {"loss": [], "val_accuracy": []}
for epoch in range(6):
    losses = [step(xb, yb) for xb, yb in tf.data.Dataset.from_tensor_slices((x, y)).batch(32)]
    history["loss"].append(float(np.mean(losses)))
    history["val_accuracy"].append(float(np.mean(np.argmax(model(xv), 1) == yv)))

# %% digits_one_hot_sparse
# faults: O6
# also: C6
# symptom: ValueError: Argument `output` must have rank (ndim) `target.ndim - 1`
# raises: fit
import keras
from keras.utils import to_categorical
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, labels = load_digits(return_X_y=True)
x = x / 16
y = to_categorical(labels)
model = keras.Sequential([
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, batch_size=128, verbose=0)

# %% digits_shapes_none_10
# faults: O6
# also: C6
# symptom: ValueError: Arguments `target` and `output` must have the same rank (ndim). Received: target.shape=(None,), output.shape=(None, 10)
# raises: fit
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x.reshape((-1, 8, 8, 1)) / 16.
model = tf.keras.Sequential([
    tf.keras.layers.Input((8, 8, 1)),
    tf.keras.layers.Conv2D(8, 3, activation='relu'),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(10, activation='softmax')])
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
history = model.fit(x, y, epochs=2, verbose=0)

# %% digits_generator_one_hot
# faults: O6, D1
# also: C6
# symptom: the generator worked with the other loss, now it says something about rank
# raises: fit
import numpy as np
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
bunch = load_digits()


class Batches(keras.utils.PyDataset):
    def __init__(self, images, targets, size=50):
        super().__init__()
        self.images, self.targets, self.size = images, targets, size

    def __len__(self):
        return len(self.images) // self.size

    def __getitem__(self, i):
        part = slice(i * self.size, (i + 1) * self.size)
        return self.images[part] * 16, np.eye(10)[self.targets[part]]


x, y = Batches(bunch.data[:500], bunch.target[:500]), None
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(30, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, epochs=2, verbose=0)

# %% digits_ten_sigmoids
# faults: O4
# also: C6
# symptom: accuracy is 0.9 after the very first epoch, but the confusion matrix looks terrible
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x = X[:1000] / 16
y = np.eye(10)[t[:1000]]
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(20, activation="relu"),
    keras.layers.Dense(10, activation="sigmoid"),
])
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=[keras.metrics.BinaryAccuracy()])
history = model.fit(x, y, epochs=5, verbose=0)

# %% iris_sigmoids
# faults: O4
# symptom: the three outputs do not add up to one, sometimes all three say 0.9
from sklearn.datasets import load_iris
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tensorflow import keras

keras.utils.set_random_seed(0)
iris = load_iris()
X = StandardScaler().fit_transform(iris.data)
Y = OneHotEncoder(sparse_output=False).fit_transform(iris.target.reshape(-1, 1))
import numpy as np
order = np.random.permutation(150)
X, Y = X[order], Y[order]
model = keras.Sequential([
    keras.layers.Input((4,)),
    keras.layers.Dense(10, activation='relu'),
    keras.layers.Dense(3, activation='sigmoid'),
])
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
history = model.fit(X, Y, epochs=15, batch_size=8, validation_split=0.2, verbose=0)
x, y = X, Y

# %% wine_cultivars_one_to_three
# faults: O7
# also: C6
# symptom: Received a label value of 3 which is outside the valid range of [0, 3) (on the GPU: loss is nan)
# raises: fit
import keras
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_wine(return_X_y=True)
x, y = scale(x), y + 1
model = keras.Sequential([
    keras.layers.Input((13,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, verbose=0)

# %% unlabeled_rows
# faults: O7
# also: C6
# symptom: InvalidArgumentError: label value of -1; I marked the pictures nobody had labelled with -1
# raises: fit
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
pixels, digit = load_digits(return_X_y=True)
digit = digit.astype("int64")
digit[np.random.default_rng(0).choice(len(digit), 200, replace=False)] = -1
x, y = pixels / 16, digit
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=4, verbose=0)

# %% digits_number_line
# faults: O10, C4
# symptom: I want the network to output the digit itself; loss about 3, accuracy nearly 0
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16.0
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% digits_squared_softmax
# faults: O10, C3
# also: T2
# symptom: loss 0.09 which is small, but the accuracy stays at 10%
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x = X[:1200] / 16
y = tf.keras.utils.to_categorical(t[:1200], 10)
model = tf.keras.Sequential([
    tf.keras.layers.Input((64,)),
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=5e-7), loss="mse", metrics=["accuracy"])
history = model.fit(x, y, validation_split=0.2, epochs=6, verbose=0)

# %% everything_divided
# faults: D4
# also: C6
# symptom: the loss is 0.002, wonderful, but the accuracy is 0.1 and every picture is a zero
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
imgs, targets = load_digits(return_X_y=True)
x = imgs.astype("float32") / 16.0
y = targets.astype("float32") / 16.0
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, verbose=0)

# %% standardise_all_columns
# faults: D4, O7
# symptom: labels became -1.2, 0.1 and 1.3 and Keras says label value of -1
# raises: fit
import keras
import numpy as np
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
wine = load_wine()
table = np.hstack([wine.data, wine.target[:, None]])
table = StandardScaler().fit_transform(table)
np.random.default_rng(0).shuffle(table)
x, y = table[:, :-1], table[:, -1]
model = keras.Sequential([
    keras.layers.Input((13,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% bytes_into_dense
# faults: D1
# also: T1, T3, T6, C6
# symptom: the first epoch has a loss above a thousand and afterwards it is always 2.30 with accuracy 0.1
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
pixels, digit = load_digits(return_X_y=True)
x_train = (pixels * 15.9).astype("float32")
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, digit, epochs=5, verbose=0)
x, y = x_train, digit

# %% pipeline_of_bytes
# faults: D1
# symptom: with tf.data the same network is much worse than in the tutorial
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
pictures = (d.images[..., None] * 15.9).astype("uint8")
ds = tf.data.Dataset.from_tensor_slices((pictures, d.target))
ds = ds.map(lambda p, t: (tf.cast(p, tf.float32), t))
train_ds = ds.take(1200).shuffle(1200, seed=0).batch(64).prefetch(1)
val_ds = ds.skip(1200).batch(64)
model = tf.keras.Sequential([
    tf.keras.layers.Input((8, 8, 1)),
    tf.keras.layers.Conv2D(8, 3, activation="relu"),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(tf.keras.optimizers.Adam(), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(train_ds, validation_data=val_ds, epochs=5, verbose=0)
x, y = train_ds, None

# %% conv_straight_to_classes
# faults: A4
# also: C6
# symptom: ValueError about ranks: target.shape=(None,), output.shape=(None, 4, 4, 10)
# raises: fit
import keras
from keras.layers import Conv2D, Dense
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1) / 16
model = keras.Sequential()
model.add(keras.Input((8, 8, 1)))
model.add(Conv2D(16, (3, 3), activation="relu"))
model.add(Conv2D(16, (3, 3), activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=2, verbose=0)

# %% stripes_maps
# faults: A4
# also: O10, O13, T3, C6
# symptom: it trains, but predict gives a whole picture for each picture instead of one number
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
tilt = rng.integers(0, 2, size=256)
pics = np.where(tilt[:, None, None] == 1, np.indices((6, 6))[0] % 2, np.indices((6, 6))[1] % 2)
pics = pics[..., None] + 0.1 * rng.normal(size=(256, 6, 6, 1))
model = keras.Sequential([
    layers.Input((6, 6, 1)),
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Dense(8, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
target = tilt.reshape(-1, 1, 1, 1).astype("float32")
model.compile(optimizer="adam", loss="mse")
history = model.fit(pics, target, epochs=5, verbose=0)
x, y = pics, target

# %% two_neuron_waist
# faults: A8
# also: T3
# symptom: 0.2 accuracy on the digits, more epochs do not help, the layer with 2 neurons is for a nice plot
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(1)
x, y = load_digits(return_X_y=True)
x = x[:1200] / 16
y = y[:1200]
inp = keras.Input((64,))
h = keras.layers.Dense(64, activation="relu")(inp)
h = keras.layers.Dense(2, activation="relu", name="plot_me")(h)
out = keras.layers.Dense(10, activation="softmax")(h)
model = keras.Model(inp, out)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% six_sigmoids_deep
# faults: A7
# also: T2, T6
# symptom: stuck at 2.303 and 0.1 accuracy; with one hidden layer it was 0.9
import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow.keras.layers import Dense

tf.keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = tf.keras.Sequential([tf.keras.layers.Input((64,))])
for _ in range(6):
    model.add(Dense(32, activation='sigmoid'))
model.add(Dense(10, activation='softmax'))
model.compile(optimizer='sgd', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% dropout_sandwich
# faults: A9
# symptom: the validation accuracy jumps about while the training accuracy is fine
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([
    layers.Input((64,)),
    layers.Dense(64, activation="relu"),
    layers.Dropout(0.5),
    layers.BatchNormalization(),
    layers.Dense(32, activation="relu"),
    layers.Dropout(0.5),
    layers.BatchNormalization(),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, batch_size=64, verbose=0)

# %% heavy_dropout_conv
# faults: A6, A9
# also: T3
# symptom: training accuracy 0.14, validation 0.36, is that underfitting?
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:1000, :, :, None] / 16, d.target[:1000]
inp = keras.layers.Input((8, 8, 1))
z = keras.layers.Conv2D(16, 3, activation='relu')(inp)
z = keras.layers.Dropout(0.7)(z)
z = keras.layers.MaxPooling2D()(z)
z = keras.layers.Flatten()(z)
z = keras.layers.Dense(32, activation='relu')(z)
z = keras.layers.Dropout(0.8)(z)
out = keras.layers.Dense(10, activation='softmax')(z)
model = keras.Model(inp, out)
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% metric_for_one_hot
# faults: C5
# symptom: the loss goes down nicely but categorical_accuracy stays near 0.1 and never moves
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=[keras.metrics.CategoricalAccuracy()],
)
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% equal_to_the_last_bit
# faults: C5
# symptom: accuracy is exactly 0.0 in every epoch although the loss is tiny
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x = X / 16
y = tf.keras.utils.to_categorical(t, 10)
model = tf.keras.Sequential()
model.add(tf.keras.layers.Input((64,)))
model.add(tf.keras.layers.Dense(40, activation='relu'))
model.add(tf.keras.layers.Dense(10, activation='softmax'))
model.compile(optimizer=tf.keras.optimizers.Adam(), loss='categorical_crossentropy', metrics=[tf.keras.metrics.Accuracy()])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% tags_with_softmax
# faults: O9
# symptom: my pictures have several tags; the loss stays above 1.5 and the outputs never say two tags at once
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
x = rng.normal(size=(500, 16)).astype("float32")
y = (x[:, :5] > 0.2).astype("float32")
model = keras.Sequential([
    keras.layers.Input((16,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% genres_with_softmax
# faults: O14
# symptom: a film with two genres gets 0.5 and 0.5 and falls under my threshold
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(8)
plots = rng.integers(1, 120, size=(400, 15))
genres = np.stack([(plots < 30).sum(1) > 3, (plots > 90).sum(1) > 3, (plots % 10 == 0).sum(1) > 1, plots[:, 0] > 60], 1).astype(int)
inputs = layers.Input((15,), dtype="int32")
h = layers.Embedding(120, 16)(inputs)
h = layers.GlobalAveragePooling1D()(h)
h = layers.Dense(24, activation="relu")(h)
outputs = layers.Dense(4, activation="softmax")(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["binary_accuracy"])
history = model.fit(plots, genres, epochs=8, validation_split=0.2, verbose=0)
x, y = plots, genres

# %% memorised_rows
# faults: T5
# symptom: val_loss rises from epoch to epoch while the training loss goes to zero
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(160, 40)).astype("float32")
y = np.argmax(x[:, :3] + 1.2 * rng.normal(size=(160, 3)), axis=1)
xv = rng.normal(size=(200, 40)).astype("float32")
yv = np.argmax(xv[:, :3] + 1.2 * rng.normal(size=(200, 3)), axis=1)
model = keras.Sequential([
    keras.layers.Input((40,)),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, validation_data=(xv, yv), epochs=20, verbose=0)

# %% softmax_everywhere
# faults: A2
# symptom: 40 epochs and the loss still begins with 2
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, y = X / 16, t


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(64, activation="softmax")
        self.second = keras.layers.Dense(64, activation="softmax")
        self.last = keras.layers.Dense(10, activation="softmax")

    def call(self, inputs):
        return self.last(self.second(self.first(inputs)))


model = Classifier()
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% twice_softmax
# faults: A3
# symptom: the biggest probability I ever see is about 0.23 and the loss does not fall below 1.46
import keras
from keras.layers import Dense, Flatten, Input, Softmax
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images / 16, d.target
model = keras.Sequential([Input((8, 8)), Flatten(), Dense(64, activation="relu"), Dense(10, activation="softmax"), Softmax()])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% everything_frozen
# faults: T6
# also: T2
# symptom: I loaded the pretrained part and froze it, now loss and accuracy are the same in every epoch
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
body = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="relu")], name="body")
model = keras.Sequential([body, layers.Dense(10, activation="softmax")])
model.trainable = False
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x[:1000], y[:1000], epochs=4, validation_data=(x[1000:], y[1000:]), verbose=0)
x, y = x[:1000], y[:1000]

# %% step_without_a_step
# faults: T6
# also: C6
# symptom: my custom train_step runs without an error, but it prints loss 0.0000 and the predictions never change
import keras
import tensorflow as tf
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_iris(return_X_y=True)
x = scale(x).astype("float32")


class MyModel(keras.Model):
    def train_step(self, data):
        xb, yb = data
        with tf.GradientTape() as tape:
            pred = self(xb, training=True)
            loss = self.compute_loss(y=yb, y_pred=pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        for g, v in zip(gradients, self.trainable_variables):
            g = g * 0.01
        return {"loss": loss}


a = keras.Input((4,))
b = keras.layers.Dense(12, activation="relu")(a)
c = keras.layers.Dense(3, activation="softmax")(b)
model = MyModel(a, c)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=5, batch_size=150, verbose=0)

# %% negative_start
# faults: T3
# also: T2, T6
# symptom: almost all activations I print from the first layer are 0 and nothing is learned
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(64, activation="relu", bias_initializer=keras.initializers.Constant(-6.0)),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% eight_tiny_tanh
# faults: T4, A7
# also: T2, T6
# symptom: deep network does not start to learn at all, loss 2.302 and constant
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
init = keras.initializers.RandomNormal(stddev=0.01)
h = inp = keras.Input((64,))
for width in (64, 64, 48, 48, 32, 32, 24, 24):
    h = keras.layers.Dense(width, activation="tanh", kernel_initializer=init)(h)
out = keras.layers.Dense(10, activation="softmax", kernel_initializer=init)(h)
model = keras.Model(inp, out)
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% linear_then_tested
# faults: O1, C7
# also: T2
# symptom: a loss of 7 to 9 that does not fall, and the test column of my table is the validation column
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(X / 16, keras.utils.to_categorical(t), test_size=0.3, random_state=0)
model = keras.Sequential()
model.add(keras.layers.Dense(64, input_dim=64, activation='relu'))
model.add(keras.layers.Dense(10, activation='linear'))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=6, validation_data=(x_test, y_test), verbose=0)
print(history.history['val_accuracy'][-1])

# %% bright_test_pictures
# faults: D3
# symptom: my test pictures are recognised in only one of three cases, the validation was 0.95
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d = load_digits()
x_train, x_test, y_train, y_test = train_test_split(d.images[..., None], d.target, random_state=0)
x_train = x_train.astype("float32") / 16
x_test = x_test.astype("float32") * 15.9
model = keras.Sequential([
    keras.layers.Input((8, 8, 1)),
    keras.layers.Conv2D(12, 3, activation="relu"),
    keras.layers.BatchNormalization(),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=4, validation_split=0.15, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
x, y = x_train, y_train

# %% digits_reference
# faults: none
# symptom: plain
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, x_val, y, y_val = train_test_split(X / 16, t, test_size=0.25, random_state=0)
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_data=(x_val, y_val), verbose=0)

# %% digits_one_hot
# faults: none
# symptom: one-hot labels with categorical cross-entropy
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x = X / 16
y = tf.keras.utils.to_categorical(t, num_classes=10)
model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Dense(48, activation='relu', input_shape=(64,)))
model.add(tf.keras.layers.Dropout(0.2))
model.add(tf.keras.layers.Dense(10, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
history = model.fit(x, y, batch_size=64, epochs=10, validation_split=0.2, verbose=0)

# %% digits_logit_head
# faults: none
# symptom: ten linear outputs, and the cross-entropy knows that they are logits
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[..., None] / 16, d.target
inputs = keras.Input((8, 8, 1))
h = keras.layers.Conv2D(8, 3, activation="relu")(inputs)
h = keras.layers.MaxPooling2D()(h)
h = keras.layers.Flatten()(h)
outputs = keras.layers.Dense(10, name="predictions")(h)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(5e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="acc")],
)
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% bytes_rescaled_inside
# faults: none
# symptom: pixels from 0 to 255, which the first layer rescales
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x = (d.images[..., None] * 15.9).astype("uint8")
y = d.target
model = keras.Sequential([
    layers.Input((8, 8, 1)),
    layers.Rescaling(1 / 255),
    layers.Conv2D(12, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% bytes_divided_by_an_operation
# faults: none
# symptom: raw bytes go in, and the graph divides them without any layer of its own for that
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = (d.data * 15.9).astype("float32"), d.target
raw = keras.Input((64,))
z = raw / 127.5 - 1.0
z = keras.layers.Dense(48, activation="relu")(z)
model = keras.Model(raw, keras.layers.Dense(10, activation="softmax")(z))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% bytes_divided_in_call
# faults: none
# symptom: raw bytes, divided by 255 in the call of a subclassed model
import keras
import tensorflow as tf
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = (d.data * 15.9).astype("float32"), d.target


class Net(tf.keras.Model):
    def __init__(self, units):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(units)
        self.head = tf.keras.layers.Dense(10)

    def call(self, inputs, training=False):
        scaled = inputs / 255.0
        features = tf.nn.relu(self.hidden(scaled))
        return tf.nn.softmax(self.head(features))


model = Net(48)
model.compile(optimizer=tf.keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% batchnorm_first
# faults: none
# symptom: inputs from 0 to 16 and no scaling, but batch normalisation is the first layer
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.BatchNormalization(),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% linear_before_batchnorm
# faults: none
# symptom: dense and convolution without an activation, as batch normalisation comes in between
import keras
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, GlobalMaxPooling2D, Input, ReLU
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:1400, :, :, None] / 16, d.target[:1400]
model = keras.Sequential([
    Input((8, 8, 1)),
    Conv2D(16, 3, use_bias=False), BatchNormalization(momentum=0.8), Activation("relu"),
    Conv2D(32, 3, use_bias=False), BatchNormalization(momentum=0.8), ReLU(),
    GlobalMaxPooling2D(),
    Dense(10), Activation("softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, batch_size=64, validation_split=0.2, verbose=0)

# %% residual_blocks
# faults: none
# symptom: the second layer of each block is linear and its kernel starts at zero; the sum is activated
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16


def block(t):
    s = t
    t = layers.Dense(48, activation="relu")(t)
    t = layers.Dense(48, kernel_initializer="zeros")(t)
    t = layers.Add()([s, t])
    return layers.Activation("relu")(t)


inp = layers.Input((64,))
h = layers.Dense(48, activation="relu")(inp)
h = block(block(h))
model = keras.Model(inp, layers.Dense(10, activation="softmax")(h))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, batch_size=64, validation_split=0.2, verbose=0)

# %% eight_tanh_layers
# faults: none
# symptom: eight tanh layers, but with a sensible start they learn
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 8 - 1
model = keras.Sequential([keras.layers.Input((64,))])
for _ in range(8):
    model.add(keras.layers.Dense(32, activation="tanh", kernel_initializer="glorot_uniform"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, batch_size=64, validation_split=0.2, verbose=0)

# %% half_dropped
# faults: none
# symptom: dropout of 0.5 twice, training accuracy below validation accuracy
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=64, validation_split=0.2, verbose=0)

# %% frozen_body_new_head
# faults: none
# symptom: most of the weights are frozen and do not change
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = X / 16
body = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")], name="body")
old = keras.Sequential([body, layers.Dense(5, activation="softmax")])
old.compile("adam", "sparse_categorical_crossentropy")
old.fit(X[t < 5], t[t < 5], epochs=4, verbose=0)

body.trainable = False
x, y = X[t >= 5], t[t >= 5] - 5
model = keras.Sequential([layers.Input((64,)), body, layers.Dense(5, activation="softmax")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% gentle_fine_tuning
# faults: none
# symptom: a learning rate of 1e-5, and the loss hardly falls: the network was good before
import keras
from sklearn.datasets import load_digits
from sklearn.utils import shuffle

keras.utils.set_random_seed(0)
X, t = shuffle(*load_digits(return_X_y=True), random_state=0)
X = X / 16
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(48, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(X[:1000], t[:1000], epochs=15, verbose=0)
model.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = X[1000:1500], t[1000:1500]
history = model.fit(x, y, epochs=5, validation_data=(X[1500:], t[1500:]), verbose=0)

# %% smoothed_targets
# faults: none
# symptom: with label smoothing the loss stays near 0.7 although the accuracy is 0.96
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x, y = X / 16, keras.ops.convert_to_numpy(keras.ops.one_hot(t, 10))
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(
    optimizer="adam",
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% mixed_up_pairs
# faults: none
# symptom: the labels are mixtures such as 0.3 and 0.7, not zeros and ones (mixup)
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
X, t = load_digits(return_X_y=True)
X, T = (X / 16).astype("float32"), np.eye(10, dtype="float32")[t]
X_val, T_val = X[1400:], T[1400:]
X, T = X[:1400], T[:1400]
lam = rng.beta(0.4, 0.4, size=(len(X), 1)).astype("float32")
partner = rng.permutation(len(X))
x = lam * X + (1 - lam) * X[partner]
y = lam * T + (1 - lam) * T[partner]
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_data=(X_val, T_val), verbose=0)

# %% teacher_and_student
# faults: none
# symptom: mean squared error between probabilities: the student learns the teacher's outputs
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = X / 16
teacher = keras.Sequential([layers.Input((64,)), layers.Dense(96, activation="relu"), layers.Dense(10, activation="softmax")])
teacher.compile("adam", "sparse_categorical_crossentropy")
teacher.fit(X[:1300], t[:1300], epochs=8, verbose=0)

x = X[:1300]
y = teacher.predict(x, verbose=0)
model = keras.Sequential([layers.Input((64,)), layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax")])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=8, validation_data=(X[1300:], teacher.predict(X[1300:], verbose=0)), verbose=0)

# %% several_tags
# faults: none
# symptom: five sigmoids with binary cross-entropy: a row can have none, one or several tags
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
x = rng.normal(size=(600, 16)).astype("float32")
y = (x[:, :5] + 0.5 * x[:, 5:10] > 0.2).astype("float32")
model = keras.Sequential([
    keras.layers.Input((16,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(5, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["binary_accuracy", keras.metrics.AUC(multi_label=True, name="auc")])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% several_tags_logits
# faults: none
# symptom: multi-label, linear outputs with from_logits and a threshold of 0 in the metric
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
x = rng.normal(size=(500, 12)).astype("float32")
y = np.stack([x[:, 0] > 0, x[:, 1] + x[:, 2] > 0, x[:, 3] > 0.5], axis=1).astype("float32")
inp = tf.keras.Input((12,))
hid = tf.keras.layers.Dense(32, activation="swish")(inp)
model = tf.keras.Model(inp, tf.keras.layers.Dense(3)(hid))
model.compile(
    tf.keras.optimizers.Adam(0.01),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0)],
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% half_precision_style_head
# faults: none
# symptom: after the softmax follows one more activation, which is linear and only fixes the data type
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([
    layers.Input((64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
    layers.Activation("linear", dtype="float32"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% waiting_for_the_best
# faults: none
# symptom: large steps with plain SGD (0.2) and a long list of callbacks
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.2), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x, y, epochs=15, validation_split=0.2, verbose=0,
    callbacks=[
        keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(patience=1, factor=0.5),
        keras.callbacks.TerminateOnNaN(),
    ],
)

# %% adadelta_at_one
# faults: none
# symptom: learning rate 1.0: it is the value of the paper for Adadelta
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[..., None] / 16, keras.utils.to_categorical(d.target)
model = keras.Sequential([
    keras.layers.Input((8, 8, 1)),
    keras.layers.Conv2D(16, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Dropout(0.25),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(loss=keras.losses.categorical_crossentropy, optimizer=keras.optimizers.Adadelta(learning_rate=1.0), metrics=["accuracy"])
history = model.fit(x, y, batch_size=64, epochs=6, validation_split=0.2, verbose=0)

# %% scheduled_steps
# faults: none
# symptom: the learning rate is a schedule that begins at 0.3 for SGD with a warm-up from nothing
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16
schedule = keras.optimizers.schedules.CosineDecay(0.0, decay_steps=200, warmup_target=0.3, warmup_steps=20)
model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer=keras.optimizers.SGD(schedule, momentum=0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, batch_size=64, validation_split=0.2, verbose=0)

# %% hard_problem
# faults: none
# symptom: a loss well above 1 with 100 classes: the start was 4.6, and it is far better than guessing
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
centres = rng.normal(size=(100, 16))
y = rng.integers(0, 100, size=2000)
x = (centres[y] + 1.4 * rng.normal(size=(2000, 16))).astype("float32")
model = keras.Sequential([keras.layers.Input((16,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(100, activation="softmax")])
model.compile(
    optimizer=keras.optimizers.Adam(0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(5)],
)
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% pipeline_scaled_in_map
# faults: none
# symptom: the arrays hold bytes, the tf.data pipeline divides them
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
pictures = (d.images[..., None] * 15.9).astype("uint8")


def prepare(p, t):
    return tf.cast(p, tf.float32) / 255.0, tf.one_hot(t, 10)


ds = tf.data.Dataset.from_tensor_slices((pictures, d.target)).map(prepare)
train_ds = ds.take(1300).shuffle(1300, seed=0).batch(64).cache()
val_ds = ds.skip(1300).batch(64)
model = tf.keras.Sequential([
    tf.keras.layers.Input((8, 8, 1)),
    tf.keras.layers.Conv2D(12, 3, activation="relu"),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(train_ds, validation_data=val_ds, epochs=6, verbose=0)
x, y = train_ds, None

# %% own_loop_digits
# faults: none
# symptom: no fit anywhere: a loop with GradientTape that evaluates on held-out pictures
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
imgs, lab = load_digits(return_X_y=True)
imgs = (imgs / 16).astype("float32")
x, y, xv, yv = imgs[:1300], lab[:1300], imgs[1300:], lab[1300:]
model = tf.keras.Sequential([
    tf.keras.layers.Input((64,)),
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(10),
])
optimizer = tf.keras.optimizers.Adam(0.003)
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@tf.function
def step(xb, yb):
    with tf.GradientTape() as tape:
        loss = loss_fn(yb, model(xb, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


history = {"loss": [], "val_accuracy": []}
batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1300, seed=0).batch(32)
for epoch in range(6):
    history["loss"].append(float(np.mean([step(xb, yb) for xb, yb in batches])))
    history["val_accuracy"].append(float(np.mean(np.argmax(model(xv), 1) == yv)))

# %% own_train_step
# faults: none
# symptom: train_step is overridden, loss and metrics are kept by hand
import keras
import tensorflow as tf
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
X, t = load_iris(return_X_y=True)
x, x_val, y, y_val = train_test_split(scale(X), t, random_state=0)


class Custom(keras.Model):
    def train_step(self, data):
        xb, yb = data
        with tf.GradientTape() as tape:
            pred = self(xb, training=True)
            loss = self.compute_loss(x=xb, y=yb, y_pred=pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for m in self.metrics:
            if m.name == "loss":
                m.update_state(loss)
            else:
                m.update_state(yb, pred)
        return {m.name: m.result() for m in self.metrics}


a = keras.Input((4,))
b = keras.layers.Dense(16, activation="relu")(a)
model = Custom(a, keras.layers.Dense(3, activation="softmax")(b))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=20, batch_size=16, validation_data=(x_val, y_val), verbose=0)

# %% separable_projection
# faults: none
# symptom: 1x1 convolutions without an activation, as in MobileNet's linear bottlenecks
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d = load_digits()
x, y = d.images[:1200, :, :, None] / 16, d.target[:1200]
inp = layers.Input((8, 8, 1))
h = layers.Conv2D(16, 3, padding="same", activation="relu")(inp)
p = layers.Conv2D(8, 1)(h)
h = layers.Conv2D(32, 1, activation="relu")(p)
h = layers.DepthwiseConv2D(3, padding="same", activation="relu")(h)
h = layers.Conv2D(8, 1)(h)
h = layers.Add()([p, h])
h = layers.Conv2D(32, 1, activation="relu")(h)
h = layers.GlobalMaxPooling2D()(h)
model = keras.Model(inp, layers.Dense(10, activation="softmax")(h))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, batch_size=64, validation_split=0.2, verbose=0)

# %% mixture_of_experts
# faults: none
# symptom: a softmax in the middle of the network: it weighs the experts
import keras
from keras import layers, ops
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_val, y, y_val = train_test_split(X, t, random_state=0, stratify=t)
s = StandardScaler().fit(x)
x, x_val = s.transform(x), s.transform(x_val)
inp = layers.Input((13,))
gate = layers.Dense(3, activation="softmax")(inp)
experts = [layers.Dense(12, activation="relu")(inp) for _ in range(3)]
mixed = layers.Add()([layers.Multiply()([e, gate[:, k : k + 1]]) for k, e in enumerate(experts)])
model = keras.Model(inp, layers.Dense(3, activation="softmax")(mixed))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_data=(x_val, y_val), verbose=0)
