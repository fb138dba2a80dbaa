# Output layers and losses, first part: each faulty program stands beside correct ones of its kind.

# %% iris_three_scores
# faults: O1
# symptom: My accuracy on iris hardly gets better than guessing, although the network has enough units.
import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(0)
data = load_iris()
x, x_test, y, y_test = train_test_split(data.data, data.target, test_size=0.2, random_state=1)

model = keras.Sequential([
    layers.Input(shape=(4,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(3),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% iris_three_scores_logits
# faults: none
# looks: O1
# symptom: The last layer has no activation, but the loss is told to expect logits.
import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(0)
data = load_iris()
x, x_test, y, y_test = train_test_split(data.data, data.target, test_size=0.2, random_state=1)

model = keras.Sequential([
    layers.Input(shape=(4,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(3),
])
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% churn_functional_plain_head
# faults: O1, T2
# symptom: The loss of my two-class model jumps around at several units and never comes down smoothly.
import keras
import numpy as np
from sklearn.datasets import make_classification

keras.utils.set_random_seed(0)
features, churned = make_classification(n_samples=400, n_features=12, n_informative=6, random_state=3)

inp = keras.Input((12,))
h = keras.layers.Dense(24, activation="relu")(inp)
h = keras.layers.Dense(12, activation="relu")(h)
out = keras.layers.Dense(1, name="probability")(h)
model = keras.Model(inp, out)
model.compile(keras.optimizers.SGD(0.05), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
x, y = features, churned.astype("float32")
history = model.fit(x, y, validation_split=0.25, epochs=10, verbose=0)

# %% churn_functional_logit_head
# faults: none
# looks: O1
# symptom: A single linear output for two classes; the loss takes logits and the metric's threshold is zero.
import keras
import numpy as np
from sklearn.datasets import make_classification

keras.utils.set_random_seed(0)
features, churned = make_classification(n_samples=400, n_features=12, n_informative=6, random_state=3)

inp = keras.Input((12,))
h = keras.layers.Dense(24, activation="relu")(inp)
h = keras.layers.Dense(12, activation="relu")(h)
out = keras.layers.Dense(1, name="logit")(h)
model = keras.Model(inp, out)
model.compile(
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
)
x, y = features, churned.astype("float32")
history = model.fit(x, y, validation_split=0.25, epochs=15, verbose=0)

# %% digits_conv_layer_called_softmax
# faults: O1
# symptom: My convolutional network on the digits does not learn, the loss is huge from the start.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
images, labels = load_digits(return_X_y=True)
x = (images[:600].reshape(-1, 8, 8, 1) / 16.0).astype("float32")
y = tf.keras.utils.to_categorical(labels[:600], 10)

model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Input((8, 8, 1)))
model.add(tf.keras.layers.Conv2D(8, 3, activation="relu"))
model.add(tf.keras.layers.Flatten())
model.add(tf.keras.layers.Dense(10, name="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=32, epochs=5, validation_split=0.2, verbose=0)

# %% digits_trailing_softmax_layer
# faults: none
# looks: O1
# symptom: The Dense layer of the output has no activation of its own; a Softmax layer follows.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
images, labels = load_digits(return_X_y=True)
x = (images[:600].reshape(-1, 8, 8, 1) / 16.0).astype("float32")
y = tf.keras.utils.to_categorical(labels[:600], 10)

model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Input((8, 8, 1)))
model.add(tf.keras.layers.Conv2D(8, 3, activation="relu"))
model.add(tf.keras.layers.Flatten())
model.add(tf.keras.layers.Dense(10))
model.add(tf.keras.layers.Softmax())
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=32, epochs=15, validation_split=0.2, verbose=0)

# %% wine_probabilities_and_logits_flag
# faults: O2
# symptom: Keras warns me about from_logits when I train on the wine data; what does it mean?
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
import keras
from keras.losses import SparseCategoricalCrossentropy

keras.utils.set_random_seed(0)
X, target = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, target, random_state=0, stratify=target)
sc = StandardScaler().fit(X_train)
x, y = sc.transform(X_train), y_train
x_test = sc.transform(X_test)

model = keras.Sequential([
    keras.Input((13,)),
    keras.layers.Dense(20, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", loss=SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% spam_sigmoid_layer_with_logit_loss
# faults: O2
# symptom: The probabilities that my spam filter predicts are all rather near to one half.
import numpy as np
import tensorflow as tf
from tensorflow.keras import Model
from tensorflow.keras.layers import Activation, Dense, Input

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
counts = rng.poisson(1.0, size=(400, 20)).astype("float32")
is_spam = (counts[:, 0] + counts[:, 3] > counts[:, 5] + counts[:, 7]).astype("float32")


class Filter(Model):
    def __init__(self):
        super().__init__()
        self.hidden = Dense(16, activation="relu")
        self.score = Dense(1)
        self.squash = Activation("sigmoid")

    def call(self, inputs):
        return tf.squeeze(self.squash(self.score(self.hidden(inputs))), axis=-1)


x, y = counts[:320], is_spam[:320]
x_test, y_test = counts[320:], is_spam[320:]
model = Filter()
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
model.compile(optimizer=tf.keras.optimizers.Adam(0.005), loss=bce, metrics=["binary_accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% moons_sigmoid_with_logit_loss
# faults: O2
# symptom: It trains, but a colleague says that my loss and my last layer do not belong together.
import keras
from keras import layers, losses
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.15, random_state=0)
inputs = layers.Input(shape=(2,))
a = layers.Dense(16, "relu")(inputs)
a = layers.Dense(16, "relu")(a)
outputs = layers.Dense(1, "sigmoid")(a)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.01),
              loss=losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.25, verbose=0)

# %% moons_sigmoid_with_explicit_false
# faults: none
# looks: O2
# symptom: The loss object mentions from_logits, but sets it to False, which suits the sigmoid.
import keras
from keras import layers, losses
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.15, random_state=0)
inputs = layers.Input(shape=(2,))
a = layers.Dense(16, "relu")(inputs)
a = layers.Dense(16, "relu")(a)
outputs = layers.Dense(1, "sigmoid")(a)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.01),
              loss=losses.BinaryCrossentropy(from_logits=False), metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.25, verbose=0)

# %% wine_logits_then_softmax_for_serving
# faults: none
# looks: O1
# symptom: Two models share layers: the trained one ends in logits, a second adds softmax for predictions.
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
import keras

keras.utils.set_random_seed(0)
X, target = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, target, random_state=0, stratify=target)
norm = keras.layers.Normalization()
norm.adapt(x)
model = keras.Sequential([keras.Input((13,)), norm, keras.layers.Dense(20, activation="relu"), keras.layers.Dense(3)])
model.compile(
    keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=6, batch_size=16, validation_split=0.2, verbose=0)
serving = keras.Sequential([model, keras.layers.Softmax()])
probabilities = serving.predict(x_test, verbose=0)

# %% cancer_single_softmax
# faults: O3, T6
# symptom: My network predicts 1.0 for every patient and the accuracy never changes.
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.utils import set_random_seed

set_random_seed(0)
X, y = load_breast_cancer(return_X_y=True)
X_train, y_train = X[:400], y[:400]
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)

model = Sequential()
model.add(Input((30,)))
model.add(Dense(16, activation="relu"))
model.add(Dense(1, activation="softmax"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=6, batch_size=32, validation_split=0.2, verbose=0)
x, y = X_train, y_train
x_test, y_test = scaler.transform(X[400:]), load_breast_cancer().target[400:]

# %% reviews_single_unit_trailing_softmax
# faults: O3, T6
# symptom: Whatever review I feed in, the sentiment is always exactly 1.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
tokens = rng.integers(1, 200, size=(300, 12))
sentiment = (np.isin(tokens, np.arange(1, 40)).sum(axis=1) > 2).astype("float32")

words = keras.Input((12,), dtype="int32")
z = keras.layers.Embedding(200, 8)(words)
z = keras.layers.GlobalAveragePooling1D()(z)
z = keras.layers.Dense(8, activation="relu")(z)
z = keras.layers.Dense(1)(z)
verdict = keras.layers.Softmax()(z)
model = keras.Model(words, verdict)
model.compile(optimizer="rmsprop", loss=keras.losses.BinaryCrossentropy(), metrics=["binary_accuracy"])
x, y = tokens, sentiment
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% cancer_two_softmax_units
# faults: none
# symptom: A two-class problem with two softmax units instead of one sigmoid.
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.utils import set_random_seed

set_random_seed(0)
X, y = load_breast_cancer(return_X_y=True)
X_train, y_train = X[:400], y[:400]
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)

model = Sequential()
model.add(Input((30,)))
model.add(Dense(16, activation="relu"))
model.add(Dense(2, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=10, batch_size=32, validation_split=0.2, verbose=0)
x_test, y_test = scaler.transform(X[400:]), y[400:]
x, y = X_train, y_train

# %% attention_pooling_single_score
# faults: none
# looks: O3
# symptom: A Dense layer with one unit is followed by a softmax, but over the time steps, to weigh them.
import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
seq = rng.normal(size=(400, 10, 4)).astype("float32")
lab = (seq[:, :, 0].max(axis=1) > 1.5).astype("float32")

i = keras.Input((10, 4))
f = layers.Conv1D(16, 3, padding="same", activation="relu")(i)
score = layers.Dense(1)(f)
weights = layers.Softmax(axis=1)(score)
pooled = layers.Dot(axes=1)([weights, f])
pooled = layers.Flatten()(pooled)
o = layers.Dense(1, activation="sigmoid")(pooled)
model = keras.Model(i, o)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
x, y = seq, lab
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% iris_three_sigmoids_bce
# faults: O4
# symptom: The probabilities for one flower do not add up to one.
import keras
from keras.layers import Dense
from keras.models import Sequential
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
iris = load_iris()
onehot = keras.utils.to_categorical(iris.target)
x, x_test, y, y_test = train_test_split(iris.data, onehot, test_size=0.25, random_state=2)
model = Sequential([keras.Input((4,)), Dense(16, activation="relu"), Dense(3, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["categorical_accuracy"])
history = model.fit(x, y, batch_size=16, epochs=15, validation_split=0.15, verbose=0)
print(model.predict(x_test[:1], verbose=0).sum())

# %% digits_ten_sigmoids_sparse
# faults: O4
# symptom: Several digits get a probability above 0.9 at the same time.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
x = d.data[:700].astype("float32") / 16
y = d.target[:700]
inputs = tf.keras.Input(shape=(64,))
net = tf.keras.layers.Dense(32, activation="relu")(inputs)
net = tf.keras.layers.Dense(10)(net)
net = tf.keras.layers.Activation("sigmoid")(net)
model = tf.keras.Model(inputs=inputs, outputs=net)
model.compile(
    optimizer="adam",
    loss=tf.keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% film_genres_multilabel
# faults: none
# looks: O4
# symptom: Several sigmoid units with binary cross-entropy, but a film may have several genres or none.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(8)
words = rng.normal(size=(500, 20)).astype("float32")
mix = rng.normal(size=(20, 4))
genres = (words @ mix > 1.0).astype("float32")
x, x_test, y, y_test = words[:400], words[400:], genres[:400], genres[400:]
model = keras.Sequential([
    keras.Input((20,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(4, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["binary_accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% tags_multilabel_logits
# faults: none
# looks: O1, O4
# symptom: Linear outputs and a binary loss on five columns: labels are several per row and the loss takes logits.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(18)
x = rng.normal(size=(400, 15)).astype("float32")
y = (x[:, :5] + 0.3 * rng.normal(size=(400, 5)) > 0).astype("int32")
inp = tf.keras.Input((15,))
hid = tf.keras.layers.Dense(32, activation="relu")(inp)
tags = tf.keras.layers.Dense(5)(hid)
model = tf.keras.Model(inp, tags)
model.compile(
    "adam",
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0), tf.keras.metrics.AUC(multi_label=True, from_logits=True)],
)
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% loans_relu_output
# faults: O5
# symptom: The loss of my loan model starts above 1 and hardly goes down, and many predictions are exactly 0.
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from tensorflow import keras

keras.utils.set_random_seed(0)
X, Y = make_classification(500, 10, n_informative=5, random_state=7)
x, x_test, y, y_test = train_test_split(X, Y, random_state=0)
model = keras.models.Sequential([
    keras.layers.Input((10,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="relu"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% seeds_tanh_classes
# faults: O5
# symptom: With three kinds of seed my classifier gets stuck and the loss even becomes nan or very large.
import keras
from keras import layers
from sklearn.datasets import make_blobs

keras.utils.set_random_seed(0)
pts, kind = make_blobs(400, n_features=3, centers=3, cluster_std=1.2, random_state=4, center_box=(-3, 3))
inp = keras.Input(shape=(3,))
u = layers.Dense(12, activation="relu")(inp)
u = layers.Dense(3)(u)
res = layers.Activation("tanh")(u)
model = keras.Model(inp, res)
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(), optimizer=keras.optimizers.RMSprop(), metrics=["accuracy"])
x, y = pts, kind
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% seeds_tanh_hinge
# faults: none
# looks: O5
# symptom: A tanh output for two classes, but the labels are -1 and 1 and the loss is the hinge loss.
import keras
from keras import layers
from sklearn.datasets import make_blobs

keras.utils.set_random_seed(0)
pts, kind = make_blobs(400, n_features=3, centers=2, cluster_std=1.2, random_state=4, center_box=(-3, 3))
inp = keras.Input(shape=(3,))
u = layers.Dense(12, activation="relu")(inp)
u = layers.Dense(1)(u)
res = layers.Activation("tanh")(u)
model = keras.Model(inp, res)
model.compile(loss=keras.losses.Hinge(), optimizer=keras.optimizers.RMSprop(0.01))
x, y = pts, 2.0 * kind - 1.0
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% iris_onehot_with_sparse_loss
# faults: O6
# symptom: I get an error about the rank of target and output when I call fit.
# raises: fit
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
data, target = load_iris(return_X_y=True)
target = keras.utils.to_categorical(target, num_classes=3)
x, x_test, y, y_test = train_test_split(data, target, test_size=0.3, random_state=0)
model = keras.Sequential()
model.add(keras.layers.Input((4,)))
model.add(keras.layers.Dense(10, activation="relu"))
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% wine_integers_with_categorical_loss
# faults: O6
# symptom: ValueError: target and output must have the same shape, (None, 1) and (None, 3).
# raises: fit
import tensorflow as tf
from sklearn.datasets import load_wine

tf.keras.utils.set_random_seed(0)
X, classes = load_wine(return_X_y=True)
x = (X - X.mean(axis=0)) / X.std(axis=0)
y = classes
inputs = tf.keras.Input(shape=(13,))
hidden = tf.keras.layers.Dense(16, activation="relu")(inputs)
outputs = tf.keras.layers.Dense(3, activation="softmax")(hidden)
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer="sgd", loss=tf.keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% wine_integers_with_sparse_loss
# faults: none
# symptom: plain
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
X, classes = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, classes, random_state=0)
mean, std = x.mean(axis=0), x.std(axis=0)
x = (x - mean) / std
x_test = (x_test - mean) / std
inputs = tf.keras.Input(shape=(13,))
hidden = tf.keras.layers.Dense(16, activation="relu")(inputs)
outputs = tf.keras.layers.Dense(3, activation="softmax")(hidden)
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss=tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% iris_onehot_with_categorical_loss
# faults: none
# symptom: plain
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
data, target = load_iris(return_X_y=True)
target = keras.utils.to_categorical(target, num_classes=3)
x, x_test, y, y_test = train_test_split(data, target, test_size=0.3, random_state=0)
model = keras.Sequential()
model.add(keras.layers.Input((4,)))
model.add(keras.layers.Dense(16, activation="relu"))
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=20, batch_size=16, validation_split=0.2, verbose=0)

# %% ratings_one_to_five
# faults: O7
# symptom: Training stops with "label value which is outside the valid range", or the loss is nan on the GPU.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
x = rng.normal(size=(300, 6)).astype("float32")
stars = np.clip(np.round(x[:, 0] * 1.2 + 3), 1, 5).astype("int64")
y = stars
model = keras.Sequential([
    keras.Input((6,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% digits_nine_logits
# faults: O7
# symptom: With digits 0 to 9 my network crashes in the loss after some batches.
# raises: fit
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
bunch = load_digits()
x, y = bunch.images[:500, ..., None] / 16.0, bunch.target[:500]
i = tf.keras.layers.Input((8, 8, 1))
t = tf.keras.layers.Conv2D(8, 3, activation="relu")(i)
t = tf.keras.layers.GlobalMaxPooling2D()(t)
t = tf.keras.layers.Dense(9)(t)
model = tf.keras.Model(i, t)
model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% ratings_one_to_five_shifted
# faults: none
# looks: O7
# symptom: The ratings go from 1 to 5, but they are shifted to 0 to 4 before training.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
x = rng.normal(size=(400, 6)).astype("float32")
stars = np.clip(np.round(x[:, 0] * 1.2 + 3), 1, 5).astype("int64")
y = stars - 1
model = keras.Sequential([
    keras.Input((6,)),
    keras.layers.Dense(24, activation="relu"),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% digits_eleven_units
# faults: none
# looks: O7
# symptom: One output more than there are digits, kept for "unreadable", which does not occur in these rows.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
bunch = load_digits()
x, y = bunch.data[:600] / 16.0, bunch.target[:600]
i = tf.keras.layers.Input((64,))
t = tf.keras.layers.Dense(32, activation="relu")(i)
t = tf.keras.layers.Dense(11)(t)
model = tf.keras.Model(i, t)
model.compile(optimizer=tf.keras.optimizers.Adam(0.005), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
