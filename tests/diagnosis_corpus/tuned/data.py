# The data: scales, gaps, labels, leaks.

# %% wine_raw_measurements
# faults: D1
# symptom: On the wine data my network is hardly better than guessing, with iris the same code worked.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
model = keras.Sequential([
    keras.Input((13,)),
    keras.layers.Dense(16, activation="tanh"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% bytes_into_sigmoid_net
# faults: D1
# symptom: The pictures have values up to 255 and the network with sigmoid units learns next to nothing.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
x = (d.images[:600] * 255 / 16).astype("uint8").reshape(-1, 8, 8, 1)
y = d.target[:600]
i = tf.keras.Input((8, 8, 1))
h = tf.keras.layers.Flatten()(i)
h = tf.keras.layers.Dense(32, activation="sigmoid")(h)
o = tf.keras.layers.Dense(10, activation="softmax")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.SGD(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% bytes_with_rescaling_layer
# faults: none
# looks: D1
# symptom: The inputs go up to 255, but the first layer of the model divides them.
import tensorflow as tf
from sklearn.datasets import load_digits

tf.keras.utils.set_random_seed(0)
d = load_digits()
x = (d.images[:600] * 255 / 16).astype("uint8").reshape(-1, 8, 8, 1)
y = d.target[:600]
i = tf.keras.Input((8, 8, 1))
h = tf.keras.layers.Rescaling(1 / 255)(i)
h = tf.keras.layers.Flatten()(h)
h = tf.keras.layers.Dense(32, activation="relu")(h)
o = tf.keras.layers.Dense(10, activation="softmax")(h)
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.005), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% wine_batch_norm_first
# faults: none
# looks: D1
# symptom: Inputs above a thousand, but a batch normalisation comes before the first weights.
import keras
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
model = keras.Sequential([
    keras.Input((13,)),
    keras.layers.BatchNormalization(momentum=0.7),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0)

# %% pixels_divided_inside_call
# faults: none
# looks: D1
# symptom: No scaling layer is to be seen, but the model's call divides the pixels by 255.
import keras
from sklearn.datasets import load_digits


class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.flat = keras.layers.Flatten()
        self.hidden = keras.layers.Dense(32, activation="relu")
        self.out = keras.layers.Dense(10, activation="softmax")

    def call(self, pixels):
        return self.out(self.hidden(self.flat(pixels / 255.0)))


keras.utils.set_random_seed(0)
d = load_digits()
x = (d.images[:600] * 255 / 16).astype("float32")
y = d.target[:600]
model = Reader()
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% word_numbers_into_embedding
# faults: none
# looks: D1
# symptom: The inputs are integers up to five hundred, but they are words for an Embedding layer.
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
words = rng.integers(1, 60, size=(400, 10)) * 8
label = ((words < 40).sum(1) > 0).astype(int)
model = keras.Sequential([
    keras.Input((10,), dtype="int32"),
    layers.Embedding(500, 16),
    layers.GlobalAveragePooling1D(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
x, y = words, label
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% rooms_with_missing_values
# faults: D2, T1
# symptom: The loss is nan from the first epoch on.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rooms = rng.normal(size=(300, 5))
rent = rooms[:, 0] + 0.5 * rooms[:, 1]
rooms[rng.integers(0, 300, 15), 2] = np.nan
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
x, y = rooms, rent
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% log_of_zero_targets
# faults: D2, T1
# symptom: I predict the logarithm of the sales, and the loss is inf and then nan.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 4)).astype("float32")
with np.errstate(divide="ignore"):
    y = np.log(rng.poisson(np.exp(x[:, 0] + 1))).astype("float32")
i = tf.keras.Input((4,))
o = tf.keras.layers.Dense(1)(tf.keras.layers.Dense(16, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.MeanSquaredError())
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% mixed_columns_table
# faults: D2
# symptom: fit says "Invalid dtype: object" although the table looks all right when printed.
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rows = [[float(a), int(b), "7"] for a, b in zip(rng.normal(size=100), rng.integers(0, 5, 100))]
x = np.array(rows, dtype=object)
y = rng.integers(0, 2, 100)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% rooms_with_filled_gaps
# faults: none
# looks: D2
# symptom: The raw table has missing values, but they are filled with the median before training.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rooms = rng.normal(size=(400, 5))
rent = rooms[:, 0] + 0.5 * rooms[:, 1]
rooms[rng.integers(0, 400, 15), 2] = np.nan
rooms = np.where(np.isnan(rooms), np.nanmedian(rooms, axis=0), rooms)
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
x, y = rooms, rent
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% digits_test_left_raw
# faults: D3
# symptom: Training and validation are at 0.9 and more, but on the test images the loss is enormous.
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(d[:800], t[:800], random_state=0)
x = x / 16.0
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% wine_scaler_only_for_training
# faults: D3
# symptom: All test wines are put into the same class.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
X_train, x_test, y_train, y_test = train_test_split(X, t, random_state=0)
x, y = StandardScaler().fit_transform(X_train), y_train
i = tf.keras.Input((13,))
o = tf.keras.layers.Dense(3)(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=6, batch_size=16, validation_split=0.2, verbose=0)
print(model.predict(x_test, verbose=0).argmax(1))

# %% wine_pipeline_scaler
# faults: none
# looks: D6
# symptom: Train and test are scaled in two calls, but with the one scaler fitted on the training rows.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, t, random_state=0)
prep = make_pipeline(RobustScaler())
x, y = prep.fit_transform(X_train), y_train
x_test = prep.transform(X_test)
i = tf.keras.Input((13,))
o = tf.keras.layers.Dense(3)(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=6, batch_size=16, validation_split=0.2, verbose=0)

# %% digits_labels_over_nine
# faults: D4
# symptom: The loss gets small, but the accuracy stays at a tenth.
import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
d, t = load_digits(return_X_y=True)
x = d[:600] / 16.0
y = t[:600] / 9.0
model = keras.Sequential([
    keras.Input((64,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% one_hot_through_the_scaler
# faults: D4, O8, T1
# symptom: I standardised everything before training; now the loss is negative.
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
x, x_test, y, y_test = train_test_split(X, t.reshape(-1, 1).astype(float), random_state=0)
sx, sy = StandardScaler().fit(x), StandardScaler().fit(y)
x, x_test = sx.transform(x), sx.transform(x_test)
y, y_test = sy.transform(y), sy.transform(y_test)
i = tf.keras.Input((30,))
o = tf.keras.layers.Dense(1, activation="sigmoid")(tf.keras.layers.Dense(16, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.BinaryCrossentropy())
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% diabetes_standardised_target
# faults: none
# looks: D4
# symptom: The targets are rescaled, but it is a regression, and the scale is undone for the answer.
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, score = load_diabetes(return_X_y=True)
x, x_test, y, y_test = train_test_split(X * 20, score.reshape(-1, 1), random_state=0)
sy = StandardScaler().fit(y)
y, y_test = sy.transform(y), sy.transform(y_test)
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
answer = sy.inverse_transform(model.predict(x_test, verbose=0))

# %% fraud_mostly_zero
# faults: D5
# symptom: 95 per cent accuracy, but not a single fraud is found.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(600, 8))
y = (x[:, 0] + rng.normal(size=600) * 1.5 > 2.95).astype("float32")
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% defects_three_kinds
# faults: D5
# symptom: The accuracy looks good, yet two of the three kinds of part are almost never predicted.
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
kind = rng.choice(3, size=600, p=[0.9, 0.05, 0.05])
x = rng.normal(size=(600, 5)) + 0.7 * kind[:, None] * np.array([1, 0, 0, 0.5, 0])
y = tf.keras.utils.to_categorical(kind, 3)
i = tf.keras.Input((5,))
h = tf.keras.layers.Dense(16, activation="relu")(i)
o = tf.keras.layers.Dense(3, activation="softmax")(h)
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.CategoricalCrossentropy(), metrics=[tf.keras.metrics.CategoricalAccuracy()])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% fraud_weighted_with_recall
# faults: none
# looks: D5
# symptom: Only a tenth of the rows is positive, but classes are weighted and recall and AUC are watched.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(600, 8))
y = (x[:, 0] + x[:, 1] + rng.normal(size=600) * 0.3 > 1.8).astype("float32")
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="binary_crossentropy",
    metrics=[keras.metrics.Recall(), keras.metrics.Precision(), keras.metrics.AUC(name="auc")],
)
history = model.fit(x, y, epochs=10, class_weight={0: 1.0, 1: 8.0}, validation_split=0.2, verbose=0)

# %% seventy_thirty_classes
# faults: none
# looks: D5
# symptom: The classes are not equally large, but with 70 to 30 the accuracy still tells something.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
x = rng.normal(size=(500, 6))
y = (x[:, 0] + x[:, 1] > 0.75).astype(int)
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% cancer_two_fit_transforms
# faults: D6
# symptom: A reviewer says that my test data were prepared in a wrong way.
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, t, random_state=0)
scaler = StandardScaler()
x = scaler.fit_transform(X_train)
x_test = scaler.fit_transform(X_test)
y = y_train
model = keras.Sequential([keras.Input((30,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% wine_scaled_before_split
# faults: D6
# symptom: My test score is suspiciously good; the scaling was done right at the beginning.
import tensorflow as tf
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

tf.keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
X = MinMaxScaler().fit_transform(X)
x, x_test, y, y_test = train_test_split(X, t, random_state=0)
i = tf.keras.Input((13,))
o = tf.keras.layers.Dense(3, activation="softmax")(tf.keras.layers.Dense(24, activation="relu")(i))
model = tf.keras.Model(i, o)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x, y, epochs=10, batch_size=16, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
