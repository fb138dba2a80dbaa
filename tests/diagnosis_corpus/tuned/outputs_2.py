# Output layers and losses, second part: targets, ranges, shapes.

# %% cancer_labels_plus_minus_one
# faults: O8, T1
# symptom: The loss of my cancer classifier becomes negative and falls without end.
import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
raw, t = load_breast_cancer(return_X_y=True)
labels = np.where(t == 1, 1.0, -1.0)
train_raw, test_raw = raw[:420], raw[420:]
scale = StandardScaler().fit(train_raw)
x, y = scale.transform(train_raw), labels[:420]
x_test, y_test = scale.transform(test_raw), labels[420:]
model = keras.Sequential([
    keras.Input((30,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% clicks_coded_one_and_two
# faults: O8, T1
# symptom: All predicted probabilities are nearly 1 after training, and the loss is below zero.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
gen = np.random.default_rng(3)
visits = gen.normal(size=(400, 8))
clicked = 1 + (visits[:, 0] - visits[:, 1] > 0).astype(int)

i = tf.keras.layers.Input(shape=(8,))
z = tf.keras.layers.Dense(16)(i)
z = tf.keras.layers.ReLU()(z)
p = tf.keras.layers.Dense(1)(z)
p = tf.keras.layers.Activation("sigmoid")(p)
model = tf.keras.Model(i, p)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.BinaryCrossentropy(), metrics=["AUC"])
x, y = visits, clicked
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% clicks_coded_zero_and_one
# faults: none
# looks: O8
# symptom: The labels are floats and a column vector, but all of them are 0 or 1.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
gen = np.random.default_rng(3)
visits = gen.normal(size=(400, 8))
clicked = (visits[:, 0] - visits[:, 1] > 0).astype("float32").reshape(-1, 1)

i = tf.keras.layers.Input(shape=(8,))
z = tf.keras.layers.Dense(16)(i)
z = tf.keras.layers.ReLU()(z)
p = tf.keras.layers.Dense(1)(z)
p = tf.keras.layers.Activation("sigmoid")(p)
model = tf.keras.Model(i, p)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.BinaryCrossentropy(), metrics=["AUC", "accuracy"])
x, y = visits, clicked
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% topics_two_hot_softmax
# faults: O9
# symptom: Articles have two topics each, and the loss of my model grows from epoch to epoch instead of falling.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(11)
vec = rng.normal(size=(400, 16))
first = vec[:, :5].argmax(1)
second = 5 + vec[:, 5:8].argmax(1)
topics = np.zeros((400, 8))
topics[np.arange(400), first] = 1
topics[np.arange(400), second] = 1
x, y = vec, topics
model = keras.Sequential([layers.Input((16,)), layers.Dense(32, activation="relu"), layers.Dense(8, activation="softmax")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["categorical_accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% shares_in_percent
# faults: O9
# symptom: I predict how votes split between three parties, and the loss stays near one hundred.
import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(21)
district = rng.normal(size=(300, 6)).astype("float32")
raw = np.exp(district[:, :3])
share = 100 * raw / raw.sum(axis=1, keepdims=True)

inputs = keras.Input(shape=(6,))
h = keras.layers.Dense(24, activation="relu")(inputs)
outputs = keras.layers.Dense(3, activation="softmax")(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(), metrics=["mae"])
x, y = district, share
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% shares_as_soft_labels
# faults: none
# looks: O9
# symptom: The targets of the cross-entropy are no one-hot rows, but shares that sum to one.
import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(21)
district = rng.normal(size=(300, 6)).astype("float32")
raw = np.exp(2 * district[:, :3])
share = raw / raw.sum(axis=1, keepdims=True)

inputs = keras.Input(shape=(6,))
h = keras.layers.Dense(24, activation="relu")(inputs)
outputs = keras.layers.Dense(3, activation="softmax")(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.CategoricalCrossentropy(), metrics=["kl_divergence"])
x, y = district, share
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% smoothing_and_one_hot
# faults: none
# symptom: Label smoothing keeps the loss well above zero although the accuracy is good.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
x = X[:600] / 16.0
y = keras.utils.to_categorical(t[:600], 10)
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(48, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1), metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% soft_pixels_bce
# faults: none
# looks: O8
# symptom: Binary cross-entropy on grey values between 0 and 1, as autoencoders of images often use.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
pix = (load_digits().data[:500] / 16.0).astype("float32")
enc_in = keras.Input((64,))
code = keras.layers.Dense(32, activation="relu")(enc_in)
dec = keras.layers.Dense(64, activation="sigmoid")(code)
model = keras.Model(enc_in, dec)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["mse"])
x = y = pix
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% iris_softmax_mse
# faults: O10
# symptom: My flower classifier learns very slowly, the loss is small from the first epoch.
import tensorflow as tf
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
i = load_iris()
Y = tf.one_hot(i.target, 3).numpy()
x, x_test, y, y_test = train_test_split(i.data, Y, test_size=0.2, random_state=0)
model = tf.keras.Sequential([
    tf.keras.layers.Input((4,)),
    tf.keras.layers.Dense(10, activation="relu"),
    tf.keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% wine_class_number_regressed
# faults: O10
# symptom: I want to predict the class of a wine, but the model returns numbers such as 1.37.
import keras
from keras import Input, Model, layers
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, cultivar = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, cultivar, random_state=3)
norm = layers.Normalization()
norm.adapt(x)
inp = Input((13,))
h = layers.Dense(16, activation="relu")(norm(inp))
out = layers.Dense(1)(h)
model = Model(inp, out)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.MeanSquaredError())
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% diagnosis_sigmoid_mae
# faults: O10
# symptom: The classifier of tumours trains with mae; some runs end at the share of the bigger class.
from keras.layers import Dense, Input
from keras.models import Sequential
from keras.utils import set_random_seed
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import MinMaxScaler

set_random_seed(0)
X, y = load_breast_cancer(return_X_y=True)
mm = MinMaxScaler()
x, y, x_test, y_test = mm.fit_transform(X[:450]), y[:450], mm.transform(X[450:]), y[450:]
model = Sequential()
model.add(Input((30,)))
model.add(Dense(12, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="mean_absolute_error", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% distilled_student
# faults: none
# looks: O10
# symptom: Mean squared error on softmax outputs, but the targets are a teacher's probabilities.
import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

keras.utils.set_random_seed(0)
X, t = load_digits(return_X_y=True)
X = X[:700] / 16.0
teacher = LogisticRegression(max_iter=200).fit(X, t[:700])
soft = teacher.predict_proba(X)
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(24, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
x, y = X, soft
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% counts_of_cars_regressed
# faults: none
# looks: O10
# symptom: The targets are small whole numbers, but they are counts, so a squared error is right.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(6)
hours = rng.uniform(-1, 1, size=(500, 5))
cars = rng.poisson(np.exp(1.0 + hours[:, 0] + 0.5 * hours[:, 1]))
i = keras.Input((5,))
o = layers.Dense(1)(layers.Dense(16, activation="relu")(layers.Dense(16, activation="relu")(i)))
model = keras.Model(i, o)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
x, y = hours, cars
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% diabetes_sigmoid_progression
# faults: O11
# symptom: The disease score goes up to 346, but my network answers about 1.0 for every patient.
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
X = X * 20
x, x_test, y, y_test = train_test_split(X, score, test_size=0.2, random_state=0)
model = keras.Sequential([
    keras.Input((10,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% temperature_tanh_celsius
# faults: O11
# symptom: Temperatures of ten to thirty degrees are never predicted, all values stay at or under 1.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
day = np.linspace(0, 4 * np.pi, 420)
celsius = 20 + 9 * np.sin(day) + rng.normal(0, 1, 420)
feats = np.stack([np.sin(day), np.cos(day), np.sin(2 * day)], axis=1)
inputs = tf.keras.Input((3,))
net = tf.keras.layers.Dense(16, activation="relu")(inputs)
net = tf.keras.layers.Dense(1)(net)
outputs = tf.keras.layers.Activation("tanh")(net)
model = tf.keras.Model(inputs, outputs)
model.compile(tf.keras.optimizers.SGD(0.01), tf.keras.losses.MeanAbsoluteError())
x, y = feats, celsius
history = model.fit(x, y, epochs=10, validation_split=0.25, verbose=0)

# %% returns_relu_negative
# faults: O11
# symptom: Half of my target values are below zero and the model never predicts a negative number.
import keras
import numpy as np
from keras.layers import Dense, Dropout, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(9)
signals = rng.normal(size=(400, 7))
returns = signals @ rng.normal(size=7) * 0.5
model = keras.Sequential([Input((7,)), Dense(32, activation="relu"), Dropout(0.1), Dense(1, activation="relu")])
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["mae"])
x, y = signals, returns
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% angle_tanh_in_range
# faults: none
# looks: O11
# symptom: A tanh output for a regression, but the targets are sines between -1 and 1.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
phase = rng.uniform(-np.pi, np.pi, size=(500, 1))
inputs = tf.keras.Input((1,))
net = tf.keras.layers.Dense(32, activation="relu")(inputs)
net = tf.keras.layers.Dense(32, activation="relu")(net)
net = tf.keras.layers.Dense(1)(net)
outputs = tf.keras.layers.Activation("tanh")(net)
model = tf.keras.Model(inputs, outputs)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.MeanSquaredError())
x, y = phase, np.sin(phase)
history = model.fit(x, y, epochs=20, validation_split=0.2, verbose=0)

# %% diabetes_scaled_to_unit_sigmoid
# faults: none
# looks: O11
# symptom: A sigmoid output for a regression, but the targets are scaled to between 0 and 1.
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
X = X * 20
x, x_test, y, y_test = train_test_split(X, score.reshape(-1, 1), test_size=0.2, random_state=0)
to_unit = MinMaxScaler().fit(y)
y, y_test = to_unit.transform(y), to_unit.transform(y_test)
model = keras.Sequential([
    keras.Input((10,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% price_relu_output
# faults: O12
# symptom: Some of my predicted prices are exactly zero and do not change any more during training.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
houses = rng.normal(size=(400, 6))
price = np.exp(0.5 * houses[:, 0] + 0.3 * houses[:, 1])
model = keras.Sequential()
model.add(keras.Input((6,)))
model.add(layers.Dense(24, activation="relu"))
model.add(layers.Dense(1, activation="relu"))
model.compile(loss="mse", optimizer="rmsprop", metrics=["mae"])
x, y = houses, price
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% rainfall_trailing_relu
# faults: O12
# symptom: With another seed the rain model sometimes predicts only zeros; is the last layer at fault?
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense, Input, ReLU

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(12)
x = rng.normal(size=(400, 5)).astype("float32")
y = np.maximum(0.0, 1.5 + x[:, 0] + 0.5 * x[:, 1] * x[:, 2]).astype("float32")
a = Input((5,))
b = Dense(32, activation="tanh")(a)
c = Dense(1)(b)
c = ReLU()(c)
model = tf.keras.Model(a, c)
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss=tf.keras.losses.Huber())
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% price_softplus_output
# faults: none
# looks: O12
# symptom: The prices are positive, and a softplus keeps the output positive without ever being flat.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
houses = rng.normal(size=(400, 6))
price = np.exp(0.5 * houses[:, 0] + 0.3 * houses[:, 1])
model = keras.Sequential()
model.add(keras.Input((6,)))
model.add(layers.Dense(24, activation="relu"))
model.add(layers.Dense(1, activation="softplus"))
model.compile(loss="mse", optimizer=keras.optimizers.RMSprop(0.005), metrics=["mae"])
x, y = houses, price
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% rate_exponential_poisson
# faults: none
# looks: O12
# symptom: An exponential output with the Poisson loss, which may look like an odd pair.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(12)
x = rng.normal(size=(400, 5)).astype("float32")
y = rng.poisson(np.exp(0.5 + 0.6 * x[:, 0] - 0.4 * x[:, 1])).astype("float32")
a = tf.keras.Input((5,))
b = tf.keras.layers.Dense(16, activation="tanh")(a)
c = tf.keras.layers.Dense(1, activation="exponential")(b)
model = tf.keras.Model(a, c)
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss=tf.keras.losses.Poisson(), metrics=["mae"])
history = model.fit(x, y, epochs=7, validation_split=0.2, verbose=0)

# %% three_targets_one_unit
# faults: O13
# symptom: I predict three measurements, but predict returns a single column.
import keras

keras.utils.set_random_seed(0)
import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=(300, 8))
y = np.stack([x[:, 0] + x[:, 1], x[:, 2] - x[:, 3], 0.5 * x[:, 4]], axis=1)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
print(model.predict(x[:5], verbose=0).shape)

# %% own_step_with_flat_targets
# faults: O13
# symptom: My own train_step runs without an error, but the model only learns the mean of the targets.
import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
x = rng.normal(size=(400, 4)).astype("float32")
y = (3 * x[:, 0] - 2 * x[:, 1]).astype("float32")


class Regressor(keras.Model):
    def __init__(self):
        super().__init__()
        self.d1 = keras.layers.Dense(32, activation="relu")
        self.d2 = keras.layers.Dense(1)
        self.tracker = keras.metrics.Mean(name="loss")

    def call(self, t):
        return self.d2(self.d1(t))

    def train_step(self, data):
        features, target = data
        with tf.GradientTape() as tape:
            pred = self(features, training=True)
            loss = tf.reduce_mean(tf.square(target - pred))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    def test_step(self, data):
        features, target = data
        self.tracker.update_state(tf.reduce_mean(tf.square(target - self(features))))
        return {"loss": self.tracker.result()}

    @property
    def metrics(self):
        return [self.tracker]


model = Regressor()
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(x, y, epochs=5, batch_size=40, validation_split=0.2, verbose=0)

# %% own_step_with_column_targets
# faults: none
# looks: O13
# symptom: A train_step of its own with a hand-written squared error; the targets are a column.
import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
x = rng.normal(size=(400, 4)).astype("float32")
y = (3 * x[:, 0] - 2 * x[:, 1]).astype("float32")[:, None]


class Regressor(keras.Model):
    def __init__(self):
        super().__init__()
        self.d1 = keras.layers.Dense(32, activation="relu")
        self.d2 = keras.layers.Dense(1)
        self.tracker = keras.metrics.Mean(name="loss")

    def call(self, t):
        return self.d2(self.d1(t))

    def train_step(self, data):
        features, target = data
        with tf.GradientTape() as tape:
            pred = self(features, training=True)
            loss = tf.reduce_mean(tf.square(target - pred))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    def test_step(self, data):
        features, target = data
        self.tracker.update_state(tf.reduce_mean(tf.square(target - self(features))))
        return {"loss": self.tracker.result()}

    @property
    def metrics(self):
        return [self.tracker]


model = Regressor()
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(x, y, epochs=12, batch_size=40, validation_split=0.2, verbose=0)

# %% one_target_three_units
# faults: O13
# symptom: My network has three outputs for one target and all three give nearly the same number.
import numpy as np
import keras
from keras.layers import Concatenate, Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(14)
left, right = rng.normal(size=(300, 3)), rng.normal(size=(300, 3))
goal = left[:, 0] * 2 + right[:, 1]
a, b = Input((3,)), Input((3,))
m = Concatenate()([Dense(8, activation="relu")(a), Dense(8, activation="relu")(b)])
model = keras.Model([a, b], Dense(3)(m))
model.compile(keras.optimizers.Adam(0.01), loss=keras.losses.MeanSquaredError())
x, y = [left, right], goal.reshape(-1, 1)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% flat_target_one_unit
# faults: none
# looks: O13
# symptom: The target is flat and the output a column; Keras brings the two together.
import numpy as np
import keras
from keras.layers import Concatenate, Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(14)
left, right = rng.normal(size=(300, 3)), rng.normal(size=(300, 3))
goal = left[:, 0] * 2 + right[:, 1]
a, b = Input((3,)), Input((3,))
m = Concatenate()([Dense(8, activation="relu")(a), Dense(8, activation="relu")(b)])
model = keras.Model([a, b], Dense(1)(m))
model.compile(keras.optimizers.Adam(0.01), loss=keras.losses.MeanSquaredError())
x, y = [left, right], goal
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% iris_softmax_with_binary_loss
# faults: O14
# symptom: Loss and accuracy on iris do not fit together: the reported accuracy is higher than what I count.
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
iris = load_iris()
x, x_test, y, y_test = train_test_split(iris.data, keras.utils.to_categorical(iris.target), random_state=0)
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["categorical_accuracy"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% moods_trailing_softmax_binary_object
# faults: O14
# symptom: A text model for four moods gets loss values that I cannot compare with those of the course.
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(31)
mood = rng.integers(0, 4, size=360)
text = rng.integers(40, 120, size=(360, 10))
text[:, ::3] = mood[:, None] * 10 + rng.integers(0, 10, size=(360, 4))
inputs = layers.Input((10,))
t = layers.Embedding(120, 8)(inputs)
t = layers.Flatten()(t)
t = layers.Dense(16, activation="relu")(t)
t = layers.Dense(4)(t)
outputs = layers.Activation("softmax")(t)
model = tf.keras.Model(inputs, outputs)
model.compile("adam", tf.keras.losses.BinaryCrossentropy(), metrics=[tf.keras.metrics.CategoricalAccuracy()])
x, y = text, tf.one_hot(mood, 4).numpy()
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% moods_trailing_softmax_categorical
# faults: none
# symptom: plain
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(31)
mood = rng.integers(0, 4, size=360)
text = rng.integers(40, 120, size=(360, 10))
text[:, ::3] = mood[:, None] * 10 + rng.integers(0, 10, size=(360, 4))
inputs = layers.Input((10,))
t = layers.Embedding(120, 8)(inputs)
t = layers.Flatten()(t)
t = layers.Dense(16, activation="relu")(t)
t = layers.Dense(4)(t)
outputs = layers.Activation("softmax")(t)
model = tf.keras.Model(inputs, outputs)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.CategoricalCrossentropy(), metrics=[tf.keras.metrics.CategoricalAccuracy()])
x, y = text, tf.one_hot(mood, 4).numpy()
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
