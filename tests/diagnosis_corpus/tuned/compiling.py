# Compile and fit: optimisers, metrics, validation.

# %% iris_straight_to_fit
# faults: C1
# symptom: fit says that I must compile first, but I gave the optimizer above.
# raises: fit
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
data = load_iris()
x, x_test, y, y_test = train_test_split(data.data, data.target, random_state=0)
optimizer = keras.optimizers.Adam(0.01)
loss = keras.losses.SparseCategoricalCrossentropy()
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% builder_compiles_another_model
# faults: C1
# symptom: My function compiles the model, and still I get "You must call compile() before calling fit()".
# raises: fit
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)


def build(width):
    a = tf.keras.Input((6,))
    b = tf.keras.layers.Dense(width, activation="relu")(a)
    c = tf.keras.layers.Dense(1)(b)
    return tf.keras.Model(a, c)


rng = np.random.default_rng(0)
x = rng.normal(size=(200, 6))
y = x.sum(axis=1)
small = build(8)
small.compile("adam", "mse")
model = build(32)
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% loop_without_compile
# faults: none
# looks: C1
# symptom: There is neither compile nor fit, since a loop of its own trains the model.
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(320, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 1)) + 0.1).astype("float32")
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
opt = keras.optimizers.Adam(0.01)
mse = keras.losses.MeanSquaredError()
history = {"loss": [], "val_loss": []}
train, held_out = (x[:256], y[:256]), (x[256:], y[256:])
batches = tf.data.Dataset.from_tensor_slices(train).shuffle(256, seed=0).batch(32)


@tf.function
def step(xb, yb):
    with tf.GradientTape() as tape:
        value = mse(yb, model(xb, training=True))
    opt.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
    return value


opt.build(model.trainable_variables)
for epoch in range(15):
    history["loss"].append(float(np.mean([step(xb, yb) for xb, yb in batches])))
    history["val_loss"].append(float(mse(held_out[1], model(held_out[0]))))

# %% digits_evaluated_fresh
# faults: C2
# symptom: The test accuracy is about ten per cent, as if it guessed among the ten digits.
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(d / 16, t, test_size=0.3, random_state=0)
model = keras.Sequential([
    keras.layers.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = None
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print("my result:", test_accuracy)

# %% diabetes_predicts_before_training
# faults: C2
# symptom: All my predictions for the patients are around zero although the scores are standardised.
import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

tf.keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
x, x_test, y, y_test = train_test_split(X * 20, score, random_state=0)
m, s = y.mean(), y.std()
y, y_test = (y - m) / s, (y_test - m) / s
i = tf.keras.Input((10,))
o = tf.keras.layers.Dense(1)(tf.keras.layers.Dense(16, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.MeanSquaredError())
history = None
answer = model.predict(x_test, verbose=0)

# %% weights_copied_to_a_twin
# faults: none
# looks: C2
# symptom: The model that predicts was never fitted itself; it got the weights of the one that was.
import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(d[:900] / 16, t[:900], test_size=0.2, random_state=0)


def make():
    return keras.Sequential([
        keras.layers.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])


trained = make()
trained.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = trained.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
model = make()
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.set_weights(trained.get_weights())
print(np.mean(model.predict(x_test, verbose=0).argmax(1) == y_test))

# %% moons_adam_half
# faults: C3
# symptom: The loss jumps up and down and ends higher than it began.
import keras
from keras import layers
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.15, random_state=0)
model = keras.Sequential([
    keras.Input((2,)),
    layers.Dense(32, activation="tanh"),
    layers.Dense(32, activation="tanh"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.5), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% prices_rmsprop_tenth
# faults: C3, T3
# symptom: The validation error of my regression changes wildly from epoch to epoch.
import numpy as np
import tensorflow as tf
from tensorflow.keras.optimizers import RMSprop

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
x = rng.normal(size=(400, 8)).astype("float32")
y = (x[:, 0] - x[:, 1] * 0.5).astype("float32")
i = tf.keras.Input((8,))
h = tf.keras.layers.Dense(32, activation="relu")(i)
h = tf.keras.layers.Dense(32, activation="relu")(h)
model = tf.keras.Model(i, tf.keras.layers.Dense(1)(h))
model.compile(optimizer=RMSprop(0.1), loss="mse")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% iris_sgd_tiny_step
# faults: C3
# symptom: Nothing happens: loss and accuracy are the same in every epoch.
import keras
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
data = load_iris()
x, x_test, y, y_test = train_test_split(data.data - data.data.mean(0), data.target, random_state=0)
model = keras.Sequential()
model.add(keras.layers.Input((4,)))
model.add(keras.layers.Dense(16, activation="relu"))
model.add(keras.layers.Dense(3, activation="softmax"))
slow = keras.optimizers.SGD(learning_rate=1e-7, momentum=0.9)
model.compile(slow, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, batch_size=16, validation_split=0.2, verbose=0)

# %% wine_sgd_three
# faults: C3
# symptom: With a bigger step it should be quicker, but the loss starts at seven and jumps from epoch to epoch.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
norm = keras.layers.Normalization()
norm.adapt(x)
inp = keras.Input((13,))
h = keras.layers.Dense(24, activation="tanh")(norm(inp))
h = keras.layers.Dense(24, activation="tanh")(h)
model = keras.Model(inp, keras.layers.Dense(3)(h))
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=6.0),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, batch_size=16, validation_split=0.2, verbose=0)

# %% wine_sgd_three_tenths
# faults: none
# looks: C3
# symptom: A learning rate of 0.3 sounds large, but for plain SGD on scaled inputs it is fine.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
norm = keras.layers.Normalization()
norm.adapt(x)
inp = keras.Input((13,))
h = keras.layers.Dense(24, activation="tanh")(norm(inp))
model = keras.Model(inp, keras.layers.Dense(3)(h))
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=8, batch_size=32, validation_split=0.2, verbose=0)

# %% fine_tuning_small_steps
# faults: none
# looks: C3
# symptom: The second phase uses a learning rate of 1e-5, as one does when going on with trained layers.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
d = d / 16
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(48, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(d[:900], t[:900], epochs=8, verbose=0)
model.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = d[900:1400], t[900:1400]
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)
x_test, y_test = d[1400:], t[1400:]

# %% cosine_schedule_and_clipping
# faults: none
# looks: C3
# symptom: The optimizer has a schedule instead of a number, and clips gradients.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
x = rng.normal(size=(400, 8)).astype("float32")
y = (x[:, 0] - x[:, 1] * 0.5).astype("float32")
i = keras.Input((8,))
h = keras.layers.Dense(32, activation="relu")(i)
model = keras.Model(i, keras.layers.Dense(1)(h))
rate = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=120)
model.compile(optimizer=keras.optimizers.AdamW(rate, clipnorm=1.0), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% diabetes_accuracy_of_scores
# faults: C4
# symptom: The accuracy of my regression is 0.0 in every epoch, but the loss falls.
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
x, x_test, y, y_test = train_test_split(X * 20, score, random_state=0)
m, s = y.mean(), y.std()
y, y_test = (y - m) / s, (y_test - m) / s
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% speed_accuracy_object
# faults: C4
# symptom: The speeds fit well to the curve, but the accuracy says 0.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(400, 3)).astype("float32")
y = (np.sin(2 * x[:, 0]) + x[:, 1] ** 2).astype("float32")
i = tf.keras.layers.Input((3,))
h = tf.keras.layers.Dense(32, activation="relu")(i)
o = tf.keras.layers.Dense(1, activation="linear")(h)
model = tf.keras.Model(i, o)
model.compile("adam", loss=tf.keras.losses.Huber(), metrics=[tf.keras.metrics.Accuracy(), "mae"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% digits_mae_of_class_number
# faults: C4
# symptom: The metric mae is about 4.4 from beginning to end while the loss gets smaller.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:600] / 16, t[:600].reshape(-1, 1)
model = keras.Sequential()
model.add(keras.Input((64,)))
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["mae"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% tolerance_metric_for_prices
# faults: none
# looks: C4
# symptom: A metric of its own with "accuracy" in the name, which counts predictions within a tolerance.
import keras
import numpy as np
from keras import ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(400, 3)).astype("float32")
y = (np.sin(2 * x[:, :1]) + x[:, 1:2] ** 2).astype("float32")


def accuracy_within_tenth(true, pred):
    return ops.mean(ops.cast(ops.abs(true - pred) < 0.1, "float32"))


model = keras.Sequential([
    keras.Input((3,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(keras.optimizers.Adam(0.005), "mse", metrics=[accuracy_within_tenth, "mae"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% iris_binary_accuracy_one_hot
# faults: C5
# symptom: The printed accuracy is higher than the share of flowers that I find to be right.
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
model.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy", metrics=[keras.metrics.BinaryAccuracy()])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% wine_categorical_accuracy_integers
# faults: C5
# symptom: The loss is nearly zero, but the accuracy stays at about a third.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t.reshape(-1, 1), random_state=0)
s = StandardScaler().fit(x)
x, x_test = s.transform(x), s.transform(x_test)
i = tf.keras.Input((13,))
o = tf.keras.layers.Dense(3)(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(
    tf.keras.optimizers.Adam(0.01),
    tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["categorical_accuracy"],
)
history = model.fit(x, y, epochs=5, batch_size=16, validation_split=0.2, verbose=0)

# %% digits_sparse_accuracy_one_hot
# faults: C5
# symptom: Keras complains about the metric, or shows numbers that make no sense, since I use one-hot labels.
# raises: fit
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, y = d[:500] / 16, keras.utils.to_categorical(t[:500])
model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.SparseCategoricalAccuracy(name="acc")])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% wine_metric_objects_that_fit
# faults: none
# looks: C5
# symptom: Metric objects instead of the string, each of the form of its labels.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t.reshape(-1, 1), random_state=0)
s = StandardScaler().fit(x)
x, x_test = s.transform(x), s.transform(x_test)
i = tf.keras.Input((13,))
o = tf.keras.layers.Dense(3)(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(
    tf.keras.optimizers.Adam(0.01),
    tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.SparseCategoricalAccuracy(), tf.keras.metrics.SparseTopKCategoricalAccuracy(k=2)],
)
history = model.fit(x, y, epochs=5, batch_size=16, validation_split=0.2, verbose=0)

# %% moons_training_numbers_only
# faults: C6
# symptom: My accuracy is high, but I cannot tell whether the network would be as good on new points.
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(300, noise=0.2, random_state=0)
model = keras.Sequential([
    keras.Input((2,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, verbose=0)
print("accuracy:", history.history["accuracy"][-1])

# %% batches_from_a_function_only
# faults: C6
# symptom: The generator feeds all my rows, and I choose the number of epochs by the training loss.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
table = rng.normal(size=(320, 5)).astype("float32")
goal = (table[:, :1] * 2 - table[:, 1:2]).astype("float32")


def batches():
    while True:
        pick = rng.integers(0, len(table), size=32)
        yield table[pick], goal[pick]


i = tf.keras.Input((5,))
o = tf.keras.layers.Dense(1)(tf.keras.layers.Dense(16, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), "mse")
history = model.fit(batches(), steps_per_epoch=10, epochs=12, verbose=0)
x, y = table, goal

# %% own_split_as_validation
# faults: none
# looks: C7
# symptom: validation_data is given, and it is a part of the training rows, not of the test set.
import keras
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
points, side = make_moons(500, noise=0.2, random_state=0)
rest, x_test, rest_y, y_test = train_test_split(points, side, test_size=100, random_state=0)
x, x_val, y, y_val = train_test_split(rest, rest_y, test_size=100, random_state=0)
model = keras.Sequential([
    keras.Input((2,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, validation_data=(x_val, y_val), epochs=10, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% pipeline_with_validation_part
# faults: none
# looks: C6
# symptom: fit gets a data set without labels beside it; validation is another part of the same pipeline.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
table = rng.normal(size=(400, 5)).astype("float32")
goal = (table[:, :1] * 2 - table[:, 1:2]).astype("float32")
every = tf.data.Dataset.from_tensor_slices((table, goal))
held = every.take(80).batch(40)
x = every.skip(80).shuffle(320, seed=0).batch(32).prefetch(1)
y = None
i = tf.keras.Input((5,))
o = tf.keras.layers.Dense(1)(tf.keras.layers.Dense(16, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), "mse")
history = model.fit(x, epochs=10, validation_data=held, verbose=0)

# %% digits_test_set_watched
# faults: C7
# symptom: I chose the best epoch by val_accuracy; the teacher says that my test result is not honest.
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(d[:800] / 16, t[:800], test_size=0.25, random_state=0)
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_data=(x_test, y_test), verbose=0)
print("test accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])

# %% cancer_early_stop_on_test
# faults: C7
# symptom: With early stopping my test accuracy is excellent, but on the new patients it is lower.
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, t, test_size=0.3, random_state=0)
s = StandardScaler().fit(X_train)
X_train, X_test = s.transform(X_train), s.transform(X_test)
i = tf.keras.Input((30,))
h = tf.keras.layers.Dense(16, activation="relu")(i)
o = tf.keras.layers.Dense(1, activation="sigmoid")(h)
model = tf.keras.Model(i, o)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
test_ds = tf.data.Dataset.from_tensor_slices((X_test, y_test)).batch(64)
history = model.fit(X_train, y_train, epochs=12, validation_data=test_ds, callbacks=[stop], verbose=0)
score = model.evaluate(test_ds, verbose=0)
x, y, x_test = X_train, y_train, X_test

# %% cancer_early_stop_on_split
# faults: none
# symptom: Early stopping ends the training before the last epoch, on a part of the training data.
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, t, test_size=0.3, random_state=0)
s = StandardScaler().fit(X_train)
X_train, X_test = s.transform(X_train), s.transform(X_test)
i = tf.keras.Input((30,))
h = tf.keras.layers.Dense(16, activation="relu")(i)
o = tf.keras.layers.Dense(1, activation="sigmoid")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
history = model.fit(X_train, y_train, epochs=15, validation_split=0.2, callbacks=[stop], verbose=0)
score = model.evaluate(X_test, y_test, verbose=0)
x, y, x_test = X_train, y_train, X_test
