# Symptoms that people ask about, for which there was no rule, or a rule that said too little.

# %% cats_dogs_categorical_one_sigmoid
# faults: O15
# symptom: loss: 0.0000e+00 from the first epoch and accuracy 0.5, nothing moves.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.random((200, 12, 12, 3)).astype("float32")
y = (x[:, :, :6].mean((1, 2, 3)) > 0.5).astype("float32")
model = keras.Sequential([
    keras.Input((12, 12, 3)),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% spam_one_logit_categorical
# faults: O15
# symptom: The loss is exactly 0 and every mail gets a score of about minus three.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")[:, None]
i = keras.Input((8,))
o = keras.layers.Dense(1)(keras.layers.Dense(16, activation="relu")(i))
model = keras.Model(i, o)
model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.2, verbose=0)

# %% word_beyond_the_vocabulary
# faults: D9
# symptom: InvalidArgumentError: indices[5,3] = 1000 is not in [0, 1000)
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
vocabulary = 1000
x = rng.integers(1, vocabulary + 1, size=(200, 20))
y = (x[:, 0] > 500).astype(int)
model = keras.Sequential([
    keras.Input((20,)),
    keras.layers.Embedding(vocabulary, 16),
    keras.layers.GlobalAveragePooling1D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=2, verbose=0)

# %% months_from_one_to_twelve
# faults: D9
# symptom: In December my program crashes with "indices[4,0] = 12 is not in [0, 12)".
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = [rng.integers(1, 13, size=(200, 1)), rng.normal(size=(200, 3))]
y = np.cos(x[0][:, 0] / 2) + x[1][:, 0]
month, weather = keras.Input((1,)), keras.Input((3,))
known = keras.layers.Flatten()(keras.layers.Embedding(12, 4)(month))
joined = keras.layers.Concatenate()([known, weather])
model = keras.Model([month, weather], keras.layers.Dense(1)(keras.layers.Dense(16, activation="relu")(joined)))
model.compile("adam", "mse", metrics=["mae"])
history = model.fit(x, y, epochs=2, validation_split=0.2, verbose=0)

# %% last_word_of_the_vocabulary
# faults: none
# looks: D1, D9
# symptom: The last token is the size of the vocabulary minus one, and nothing is out of range.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.integers(0, 50, size=(300, 12))
x[0, 0] = 49
y = (x[:, 0] > 24).astype(int)
model = keras.Sequential([keras.Input((12,)), keras.layers.Embedding(50, 8), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, verbose=0)

# %% lists_instead_of_arrays
# faults: K6
# symptom: ValueError: Unrecognized data type: x=[[...]] (of type <class 'list'>)
# raises: fit
import keras

keras.utils.set_random_seed(0)
x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 10
y = [0, 1, 1, 0] * 10
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, verbose=0)

# %% labels_in_a_list
# faults: K6
# symptom: ValueError: Unrecognized data type: x=[[...]] (of type <class 'numpy.ndarray'>). But that is an array!
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
y = [int(row[0] > 0) for row in x]
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, verbose=0)

# %% f1_of_each_class
# faults: none
# symptom: The metric has a number for each of the three classes.
import keras
from sklearn.datasets import load_wine

keras.utils.set_random_seed(0)
x, t = load_wine(return_X_y=True)
x = (x - x.mean(0)) / x.std(0)
y = keras.utils.to_categorical(t)
model = keras.Sequential([keras.Input((13,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy", metrics=[keras.metrics.F1Score(average=None)])
history = model.fit(x, y, epochs=8, verbose=0)

# %% images_sorted_by_class
# faults: none
# looks: T3
# symptom: The folder is read class by class, so the first rows are all of one kind; fit shuffles them.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
y = np.repeat(np.arange(4), 300)
x = (rng.normal(0, 0.2, size=(1200, 4)) + 3 * np.eye(4)[y]).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(4, activation="softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, verbose=0)

# %% house_prices_unscaled_target
# faults: T2
# symptom: The loss is 4e10 and falls by a per mille each epoch; all predictions are nearly 0.
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 5))
y = 200_000 + 40_000 * x[:, 0] + 20_000 * x[:, 1]
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
