# Numbers to predict: houses, disease progression, curves.

# %% progression_accuracy
# faults: C4
# symptom: accuracy is 0.0000e+00 in every epoch although the loss gets smaller
import keras
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, y_raw = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(X)
y = (y_raw - y_raw.mean()) / y_raw.std()
model = keras.Sequential([
    keras.layers.Input((10,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% house_sigmoid
# faults: O11
# symptom: all predictions are 1.0 (or 0.99), the prices are between 10 and 50
import tensorflow as tf
import numpy as np

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rooms = rng.normal(size=(400, 6))
price = 25 + 6 * rooms[:, 0] - 4 * rooms[:, 1] + rng.normal(size=400)
model = tf.keras.Sequential([
    tf.keras.layers.Input((6,)),
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
history = model.fit(rooms, price, epochs=10, validation_split=0.2, verbose=0)
x, y = rooms, price

# %% temperature_celsius
# faults: O11
# symptom: never predicts a temperature below zero, winter days all come out as 0
import keras
import numpy as np
from keras.layers import Dense

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
day = rng.uniform(0, 365, 500)
x = np.stack([np.sin(2 * np.pi * day / 365), np.cos(2 * np.pi * day / 365), rng.normal(size=500)], axis=1)
y = 4 - 12 * x[:, 1] + rng.normal(size=500)
model = keras.Sequential()
model.add(keras.layers.Input((3,)))
model.add(Dense(16, activation='relu'))
model.add(Dense(1))
model.add(keras.layers.ReLU())
model.compile(optimizer=keras.optimizers.Adam(0.01), loss='mae')
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% sine_amplitude_three
# faults: O11, C4
# symptom: the fitted curve is cut off at the top and bottom; accuracy is 0
import keras
import numpy as np

keras.utils.set_random_seed(0)
t = np.linspace(-3, 3, 500).reshape(-1, 1)
wave = 3 * np.sin(2 * t)
order = np.random.permutation(500)
x, y = t[order], wave[order]
model = keras.Sequential([
    keras.layers.Input((1,)),
    keras.layers.Dense(32, activation="tanh"),
    keras.layers.Dense(1, activation="tanh"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mean_squared_error", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% one_softmax_price
# faults: O3, O11, C4
# also: T6, C6
# symptom: every prediction is exactly 1.0 and the mse does not change
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.utils import set_random_seed
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x = scale(x)
model = Sequential([Input((10,)), Dense(20, activation='relu'), Dense(1, activation='softmax')])
model.compile(optimizer='adam', loss='mean_squared_error', metrics=['accuracy'])
history = model.fit(x, y, epochs=5, verbose=0)

# %% price_at_least_zero
# faults: O12
# also: C6
# symptom: prices cannot be negative, so I end with relu; with some seeds the net predicts 0 for everything
import keras
import numpy as np

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
x = rng.normal(size=(400, 5)).astype("float32")
y = np.exp(0.4 * x[:, 0] - 0.3 * x[:, 1]).astype("float32")
model = keras.Sequential([
    keras.layers.Input((5,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="relu"),
])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x, y, epochs=10, verbose=0)

# %% next_value_sequences
# faults: O13
# symptom: predict gives a whole sequence per row and the loss stays at the variance
import keras
import numpy as np
from keras.layers import LSTM, Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
phase = rng.uniform(0, 6, (300, 1))
series = np.sin(phase + 0.4 * np.arange(13))
x, y = series[:, :12, None], series[:, 12:]
model = keras.Sequential([Input((12, 1)), LSTM(12, return_sequences=True), Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% loop_predicts_the_mean
# faults: O13
# also: C6
# symptom: my own loop always ends with the mean of y as the prediction; model.fit with the same layers works
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
x = rng.normal(size=(320, 4)).astype("float32")
y = (2 * x[:, 0] - x[:, 1]).astype("float32")
model = tf.keras.Sequential([
    tf.keras.layers.Input((4,)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dense(1),
])
opt = tf.keras.optimizers.Adam(0.01)
history = {"loss": []}


@tf.function
def one_epoch_step(bx, by):
    with tf.GradientTape() as tape:
        err = by - model(bx)
        loss = tf.reduce_mean(tf.square(err))
    opt.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss


for _ in range(20):
    for k in range(0, 320, 64):
        loss = one_epoch_step(x[k:k + 64], y[k:k + 64])
    history["loss"].append(float(loss))

# %% ten_outputs_one_price
# faults: O13
# symptom: I get ten numbers per house that are nearly the same; which one is the price?
import keras
import numpy as np
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = scale(rng.normal(size=(400, 6)))
y = scale(x @ rng.normal(size=(6, 1)) + 0.1 * rng.normal(size=(400, 1)))
model = keras.Sequential([
    keras.layers.Input((6,)),
    keras.layers.Dense(24, activation="relu"),
    keras.layers.Dense(10),
])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% square_metres_and_years
# faults: D1, C3
# also: T1, C6
# symptom: loss: nan, mae: nan after the second batch
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
area = rng.uniform(40, 200, 300)
year = rng.integers(1950, 2020, 300)
dist = rng.uniform(100, 20000, 300)
X = np.column_stack([area, year, dist]).astype("float32")
price = (area * 3 + (year - 1950) - dist / 500) / 100
model = keras.Sequential([
    keras.layers.Input((3,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.9), loss="mse", metrics=["mae"])
history = model.fit(X, price, epochs=3, verbose=0)
x, y = X, price

# %% years_only
# faults: D1
# symptom: the loss starts in the hundreds and then the curve I get is flat
import keras
import numpy as np
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
years = np.arange(1900, 2020, 0.25).reshape(-1, 1)
co2 = 3.0 * np.sin((years - 1900) / 8) + (years - 1900) / 40
x, xv, y, yv = train_test_split(years, co2, random_state=1)
model = keras.Sequential([
    keras.layers.Input((1,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(x, y, epochs=12, validation_data=(xv, yv), verbose=0)

# %% progression_sgd_nan
# faults: T1
# also: C6
# symptom: inputs are standardised and still the loss is nan in the first epoch with SGD
import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(0)
X, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(X)
y = y * 10
model = tf.keras.Sequential([
    tf.keras.layers.Input((10,)),
    tf.keras.layers.Dense(64, activation="elu"),
    tf.keras.layers.Dense(64, activation="elu"),
    tf.keras.layers.Dense(1),
])
model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = model.fit(x, y, epochs=4, verbose=0)

# %% relative_error
# faults: T1
# symptom: with my percentage loss I get nan from the first batch on, with mse not
import keras
import numpy as np
from keras import ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 4)).astype("float32")
y = np.maximum(0, x[:, :1] + x[:, 1:2]).astype("float32")


def relative(y_true, y_pred):
    return ops.mean(ops.abs((y_true - y_pred) / y_true))


model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss=relative)
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% deep_but_straight
# faults: A1
# symptom: my network can only draw a straight line through the sine
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-3, 3, size=(500, 1))
y = np.sin(2 * x)
a = keras.Input((1,))
b = keras.layers.Dense(50)(a)
c = keras.layers.Dense(50)(b)
d = keras.layers.Dense(1)(c)
model = keras.Model(a, d)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% straight_with_accuracy
# faults: A1, C4, D1
# symptom: accuracy 0, loss 1e5, and adding layers changes nothing
from tensorflow import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
speed = rng.uniform(20, 200, size=(400, 1))
load = rng.uniform(100, 3000, size=(400, 1))
braking = speed ** 2 / 250 + load / 500
x = np.hstack([speed, load])
y = braking
model = keras.Sequential()
model.add(keras.layers.Dense(40, input_shape=(2,)))
model.add(keras.layers.Dense(40))
model.add(keras.layers.Dense(1))
model.compile(optimizer='adam', loss='mse', metrics=['accuracy'])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% relu_then_leaky
# faults: A3
# symptom: I added LeakyReLU against dead units, but there is no difference at all
import keras
import numpy as np
from keras.layers import Dense, Input, LeakyReLU

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 8))
y = np.abs(x[:, 0]) - np.abs(x[:, 1])
model = keras.Sequential([Input((8,))])
for units in (32, 16):
    model.add(Dense(units, activation="relu"))
    model.add(LeakyReLU(negative_slope=0.2))
model.add(Dense(1))
model.compile(optimizer="adam", loss="mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% perfect_on_everything
# faults: C6
# symptom: the error after training is almost nothing, but the customer says that the new houses are all wrong
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(60, 12))
y = x[:, 0] + rng.normal(size=60)
model = keras.Sequential([
    keras.layers.Input((12,)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=20, batch_size=10, verbose=0)
print("my result:", model.evaluate(x, y, verbose=0))

# %% all_rows_scaled_first
# faults: D6, C7
# symptom: R2 in the notebook 0.5, on the data of this year 0.3
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(0)
X, t = load_diabetes(return_X_y=True, scaled=False)
X = MinMaxScaler().fit_transform(X)
t = (t / 346).astype("float32")
x_train, x_test, y_train, y_test = train_test_split(X, t, test_size=0.2, random_state=2)
model = keras.Sequential([keras.layers.Input((10,)), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=[keras.metrics.R2Score()])
history = model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=12, verbose=0)
x, y = x_train, y_train

# %% test_in_centimetres
# faults: D3
# symptom: validation error 0.1, test error 4000
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(10)
sizes = rng.uniform(0.2, 2.0, size=(600, 3))
volume = sizes.prod(axis=1)
x, y = sizes[:450], volume[:450]
x_test, y_test = sizes[450:] * 100, volume[450:]
model = keras.Sequential([
    keras.layers.Input((3,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% three_kinds_as_numbers
# faults: O10, C4
# also: C6
# symptom: the flowers are 0, 1, 2 and the net answers 1.37; how do I turn that into a class?
import keras
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_iris(return_X_y=True)
x = scale(x)
model = keras.Sequential([
    keras.layers.Input((4,)),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(1, activation="linear"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mae", metrics=["accuracy"])
history = model.fit(x, y, epochs=10, verbose=0)

# %% classes_with_mae
# faults: C4
# symptom: crossentropy falls, but my second curve is a number around 0.1 and everybody else has one around 0.9
import keras
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
import numpy as np

keras.utils.set_random_seed(0)
X, t = load_wine(return_X_y=True)
perm = np.random.permutation(len(t))
x, y = scale(X)[perm], keras.utils.to_categorical(t)[perm]
model = keras.Sequential([keras.layers.Input((13,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["mae"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)

# %% layers_of_different_start
# faults: T4
# symptom: the gradients of the first layer are thousands of times those of the last; larger steps break at once, with tiny ones it works badly
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 10))
y = np.sin(x[:, 0])
small = keras.initializers.RandomNormal(stddev=1e-4)
big = keras.initializers.RandomNormal(stddev=0.8)
model = keras.Sequential([keras.layers.Input((10,)), keras.layers.Dense(32, activation="relu", kernel_initializer=small)])
for _ in range(3):
    model.add(keras.layers.Dense(32, activation="relu", kernel_initializer=big))
model.add(keras.layers.Dense(1, kernel_initializer=big))
model.compile(optimizer=keras.optimizers.SGD(1e-5), loss="mse")
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% two_heads_age_and_sex
# faults: O1
# symptom: the age is fine, the second output has a loss of 3 to 7 and predicts numbers like -2.4
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(500, 10)).astype("float32")
y = {"age": x[:, 0] + 0.5 * x[:, 1], "sex": (x[:, 2] > 0).astype("float32")}
inp = layers.Input((10,))
h = layers.Dense(32, activation="relu")(inp)
age = layers.Dense(1, name="age")(h)
sex = layers.Dense(1, name="sex")(h)
model = keras.Model(inp, {"age": age, "sex": sex})
model.compile(optimizer="adam", loss={"age": "mse", "sex": "binary_crossentropy"}, metrics={"age": ["mae"], "sex": ["accuracy"]})
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% progression_reference
# faults: none
# symptom: plain
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, t = load_diabetes(return_X_y=True, scaled=False)
xr, x_test, yr, y_test = train_test_split(X, t, test_size=0.2, random_state=0)
sx, sy = StandardScaler().fit(xr), StandardScaler().fit(yr[:, None])
x, x_test = sx.transform(xr), sx.transform(x_test)
y, y_test = sy.transform(yr[:, None]), sy.transform(y_test[:, None])
model = keras.Sequential([keras.layers.Input((10,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=15, batch_size=16, validation_split=0.2, verbose=0)
model.evaluate(x_test, y_test, verbose=0)

# %% prices_in_euros_undone_later
# faults: none
# symptom: a linear last layer and targets of half a million, standardised before and back after
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
rooms = rng.normal(size=(500, 6)).astype("float32")
euros = 450_000 + 90_000 * rooms[:, 0] - 60_000 * rooms[:, 1] * rooms[:, 2] + 5_000 * rng.normal(size=500)
mu, sigma = euros[:400].mean(), euros[:400].std()
x, y = rooms[:400], (euros[:400] - mu) / sigma
model = keras.Sequential([
    keras.layers.Input((6,)),
    keras.layers.Dense(48, activation="relu"),
    keras.layers.Dense(48, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
history = model.fit(x, y, epochs=15, validation_data=(rooms[400:], (euros[400:] - mu) / sigma), verbose=0)
print(model.predict(rooms[400:405], verbose=0) * sigma + mu)

# %% prices_scaled_by_the_model
# faults: none
# symptom: the loss is far above 1000: the targets are prices in thousands and the last layer scales up
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(1)
flats = rng.normal(size=(500, 5)).astype("float32")
price = (300 + 80 * flats[:, 0] + 40 * np.abs(flats[:, 1])).astype("float32")
inp = layers.Input((5,))
h = layers.Dense(32, activation="relu")(inp)
h = layers.Dense(1)(h)
out = layers.Rescaling(scale=100.0, offset=300.0)(h)
model = keras.Model(inp, out)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
history = model.fit(flats, price, epochs=15, validation_split=0.2, verbose=0)
x, y = flats, price

# %% areas_and_years_normalised
# faults: none
# symptom: the columns are in the thousands, a Normalization layer adapted to them comes first
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(5)
area = rng.uniform(40, 200, 500)
year = rng.integers(1950, 2020, 500)
dist = rng.uniform(100, 20000, 500)
x = np.column_stack([area, year, dist]).astype("float32")
y = ((area * 3 + (year - 1950) - dist / 500) / 100).astype("float32")
norm = tf.keras.layers.Normalization(axis=-1)
norm.adapt(x[:400])
model = tf.keras.Sequential([
    tf.keras.layers.Input((3,)),
    norm,
    tf.keras.layers.Dense(32, activation="relu"),
    tf.keras.layers.Dense(1),
])
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% sine_in_range
# faults: none
# symptom: tanh at the output of a regression; the targets lie between -1 and 1
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-3, 3, size=(600, 1))
y = 0.95 * np.sin(1.5 * x)
model = keras.Sequential([
    keras.layers.Input((1,)),
    keras.layers.Dense(48, activation="tanh"),
    keras.layers.Dense(48, activation="tanh"),
    keras.layers.Dense(1, activation="tanh"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% shares_between_zero_and_one
# faults: none
# symptom: sigmoid and mean squared error, but the target is a share (occupancy), not a class
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
x = rng.normal(size=(500, 6)).astype("float32")
y = (1 / (1 + np.exp(-x[:, 0] - 0.5 * x[:, 1])) * 0.9 + 0.05).astype("float32")
inp = keras.Input((6,))
h = keras.layers.Dense(24, activation="relu")(inp)
model = keras.Model(inp, keras.layers.Dense(1, activation="sigmoid")(h))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% counts_of_bicycles
# faults: none
# symptom: the targets are whole numbers (0 to 20): counts with the Poisson loss and an exponential output
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(600, 4)).astype("float32")
y = rng.poisson(np.exp(0.8 + 0.6 * x[:, 0] - 0.4 * x[:, 1]))
model = keras.Sequential([
    keras.layers.Input((4,)),
    keras.layers.Dense(24, activation="relu"),
    keras.layers.Dense(1, activation="exponential"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="poisson", metrics=["mae"])
history = model.fit(x, y, epochs=6, validation_split=0.2, verbose=0)

# %% ages_as_integers
# faults: none
# symptom: integer targets from 18 to 90, mean absolute error and a linear output
import keras
import numpy as np
from keras.layers import Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(7)
x = rng.normal(size=(500, 8)).astype("float32")
y = np.clip(np.round(50 + 12 * x[:, 0] + 6 * x[:, 1] + 2 * rng.normal(size=500)), 18, 90).astype(int)
model = keras.Sequential([Input((8,)), Dense(32, activation="relu"), Dense(1, bias_initializer=keras.initializers.Constant(50.0))])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mae", metrics=["mse"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% straight_line_one_layer
# faults: none
# symptom: one linear layer from zero: linear regression, and SGD with 0.1
import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 3)).astype("float32")
y = (x @ np.array([1.5, -2.0, 0.5]) + 0.7 + 0.1 * rng.normal(size=300)).astype("float32")
model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% tolerance_as_accuracy
# faults: none
# symptom: an "accuracy" for a regression: the share of predictions within a tolerance, written by hand
import keras
import numpy as np
from keras import ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(500, 3)).astype("float32")
y = (x[:, :1] ** 2 + x[:, 1:2]).astype("float32")


def accuracy_within_tenth(y_true, y_pred):
    return ops.mean(ops.cast(ops.abs(y_true - y_pred) < 0.1, "float32"))


model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(48, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="huber", metrics=[accuracy_within_tenth])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% mean_and_spread
# faults: none
# symptom: the loss becomes negative: it is the negative log-likelihood of a normal distribution
import keras
import numpy as np
from keras import ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(600, 1)).astype("float32")
y = (0.5 * x + 0.05 * (1 + x) * rng.normal(size=x.shape)).astype("float32")


def gaussian_nll(y_true, params):
    mean, log_sigma = params[:, :1], params[:, 1:]
    return ops.mean(log_sigma + 0.5 * ((y_true - mean) * ops.exp(-log_sigma)) ** 2)


model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(2)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=gaussian_nll)
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% heavy_tails_standardised
# faults: none
# symptom: standardised columns with a few values of 10 and more: the distribution has heavy tails
import keras
import numpy as np
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
raw = rng.lognormal(sigma=1.3, size=(600, 5))
x = StandardScaler().fit_transform(raw)
y = np.tanh(x[:, 0]) - 0.5 * np.tanh(x[:, 1])
model = keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="huber")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% never_negative_softplus
# faults: none
# symptom: a bounded output for waiting times that are never negative: softplus
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
x = rng.normal(size=(500, 4)).astype("float32")
y = np.abs(x[:, 0]) + 0.3 * np.exp(0.3 * x[:, 1])
model = keras.Sequential([
    keras.layers.Input((4,)),
    keras.layers.Dense(32),
    keras.layers.LeakyReLU(negative_slope=0.1),
    keras.layers.Dense(32),
    keras.layers.PReLU(),
    keras.layers.Dense(1, activation="softplus"),
])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% two_heads_right
# faults: none
# symptom: two outputs with different losses, one linear and one sigmoid
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(500, 10)).astype("float32")
y = [x[:, 0] + 0.5 * x[:, 1], (x[:, 2] > 0).astype("float32")]
inp = layers.Input((10,))
h = layers.Dense(32, activation="relu")(inp)
model = keras.Model(inp, [layers.Dense(1, name="age")(h), layers.Dense(1, activation="sigmoid", name="sex")(h)])
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=["mse", "binary_crossentropy"], loss_weights=[1.0, 0.5], metrics=[["mae"], ["accuracy"]])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% quantiles
# faults: none
# symptom: three linear outputs for one target: the custom loss gives each its quantile
import keras
import numpy as np
from keras import ops

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(0, 1, size=(600, 2)).astype("float32")
y = (x[:, :1] + 0.2 * x[:, 1:] * rng.normal(size=(600, 1))).astype("float32")
levels = np.array([[0.1, 0.5, 0.9]], dtype="float32")


def pinball(y_true, y_pred):
    gap = y_true - y_pred
    return ops.mean(ops.maximum(levels * gap, (levels - 1) * gap))


model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(3)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=pinball)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
