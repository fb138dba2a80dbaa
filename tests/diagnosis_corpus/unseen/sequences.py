# Texts and series: Embedding, recurrent layers, Conv1D, attention.

# %% reviews_as_numbers
# faults: D1
# symptom: my word indices go into the dense layer; accuracy 0.5 and a huge loss
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
words = rng.integers(1, 5000, size=(500, 25))
liked = (np.isin(words, np.arange(1, 2000)).sum(1) > 9).astype(int)
model = keras.Sequential([
    keras.layers.Input((25,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(words, liked, epochs=8, validation_split=0.2, verbose=0)
x, y = words, liked

# %% lstm_softmax_state
# faults: A2, O3
# also: T2, T6, C6
# symptom: the LSTM says 1 for everything, accuracy 0.5
from tensorflow.keras.layers import LSTM, Dense, Embedding
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import set_random_seed
import numpy as np

set_random_seed(0)
rng = np.random.default_rng(1)
tokens = rng.integers(1, 50, size=(300, 10))
label = (tokens[:, 0] > 25).astype(int)
model = Sequential()
model.add(Embedding(50, 8))
model.add(LSTM(12))
model.add(Dense(16, activation='softmax'))
model.add(Dense(1, activation='softmax'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
history = model.fit(tokens, label, epochs=3, verbose=0)
x, y = tokens, label

# %% topics_bce
# faults: O14, A6
# symptom: four topics, training never gets better than validation, and more epochs hardly help
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
topic = rng.integers(0, 4, 500)
text = rng.integers(0, 100, size=(500, 12))
text[:, :6] = topic[:, None] * 25 + rng.integers(0, 25, size=(500, 6))
onehot = keras.utils.to_categorical(topic, 4)
model = keras.Sequential([
    layers.Input((12,)),
    layers.Embedding(100, 16),
    layers.GlobalAveragePooling1D(),
    layers.Dense(32, activation="relu"),
    layers.Dropout(0.85),
    layers.Dense(4, activation="softmax"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(text, onehot, epochs=8, validation_split=0.2, verbose=0)
x, y = text, onehot

# %% series_classifier_keeps_time
# faults: A4
# also: C6
# symptom: ValueError: ... target.shape=(None,), output.shape=(None, 18, 3); without Dense it is the same
# raises: fit
import keras
import numpy as np
from keras.layers import Conv1D, Dense, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
kind = rng.integers(0, 3, 240)
x = np.sin((kind[:, None] + 1) * np.linspace(0, 6, 20))[..., None] + 0.1 * rng.normal(size=(240, 20, 1))
y = kind
model = keras.Sequential([Input((20, 1)), Conv1D(8, 3, activation="relu"), Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, verbose=0)

# %% stock_series_raw
# faults: D1, C4
# also: T6
# symptom: the predicted price is a flat line and the accuracy is 0.0000
import keras
import numpy as np
from keras.layers import Dense, GRU, Input

keras.utils.set_random_seed(0)
rng = np.random.default_rng(6)
price = 400 + np.cumsum(rng.normal(size=320))
windows = np.lib.stride_tricks.sliding_window_view(price, 11)
x, y = windows[:, :10, None], windows[:, 10]
model = keras.Sequential([Input((10, 1)), GRU(12), Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% relu_recurrence
# faults: C3
# also: T1, C6
# symptom: SimpleRNN, everything is fine for some batches, then nan
import keras
import numpy as np
from keras.layers import Dense, Input, SimpleRNN

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(256, 40, 2)).astype("float32")
y = x[:, :, 0].cumsum(axis=1)[:, -1:] * x[:, -1, 1:]
model = keras.Sequential([Input((40, 2)), SimpleRNN(16, activation="relu"), Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.8), loss="mse")
history = model.fit(x, y, epochs=4, verbose=0)

# %% spam_almost_never
# faults: D5, C3
# also: T2
# symptom: accuracy stays at 0.93 and F1 is 0
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
mails = rng.integers(1, 60, size=(500, 15))
spam = (np.isin(mails, [5, 6, 7]).sum(1) > 1).astype("float32")
spam = spam * (rng.uniform(size=500) < 0.5)
model = keras.Sequential([layers.Embedding(60, 8), layers.Flatten(), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid", bias_initializer=keras.initializers.Constant(-2.5))])
model.compile(optimizer=keras.optimizers.SGD(1e-8), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(mails, spam, epochs=6, validation_split=0.2, verbose=0)
x, y = mails, spam

# %% char_model_index_shift
# faults: O7
# also: C6
# symptom: InvalidArgumentError Received a label value of 30 which is outside the valid range of [0, 30)
# raises: fit
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
codes = rng.integers(1, 31, size=(200, 9))
x, y = codes[:, :8], codes[:, 8]
model = keras.Sequential([
    keras.layers.Embedding(31, 8),
    keras.layers.GRU(16),
    keras.layers.Dense(30, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=3, verbose=0)

# %% narrow_word_model
# faults: A8
# symptom: loss is as bad as guessing for 40 words
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
current = rng.integers(0, 40, size=800)
following = (current * 7 + 3) % 40
model = keras.Sequential([
    keras.layers.Input((1,)),
    keras.layers.Embedding(40, 32),
    keras.layers.Flatten(),
    keras.layers.Dense(3, activation="relu"),
    keras.layers.Dense(40, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = current[:, None], following
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% dense_stack_on_text
# faults: A1, O2
# symptom: two dense layers on top of the embedding, then sigmoid; the teacher wrote two question marks
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
sent = rng.integers(1, 80, size=(400, 12))
mood = ((sent < 20).sum(1) > (sent > 60).sum(1)).astype("float32")
a = layers.Input((12,))
b = layers.Embedding(80, 8)(a)
b = layers.GlobalAveragePooling1D()(b)
b = layers.Dense(32)(b)
b = layers.Dense(16)(b)
c = layers.Dense(1)(b)
c = layers.Activation("sigmoid")(c)
model = keras.Model(a, c)
model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(sent, mood, epochs=10, validation_split=0.2, verbose=0)
x, y = sent, mood

# %% reviews_embedding
# faults: none
# symptom: the inputs are integers up to 5000: word indices for an Embedding
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
good, bad = np.arange(1, 41), np.arange(4001, 4041)
liked = rng.integers(0, 2, 600)
words = rng.integers(1, 5000, size=(600, 25))
words[:, :5] = np.where(liked[:, None] == 1, rng.choice(good, (600, 5)), rng.choice(bad, (600, 5)))
model = keras.Sequential([
    keras.layers.Embedding(5000, 8),
    keras.layers.GlobalAveragePooling1D(),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(words, liked, epochs=8, validation_split=0.2, verbose=0)
x, y = words, liked

# %% sentences_as_strings
# faults: none
# symptom: the inputs are strings (an array of objects): a TextVectorization layer reads them
import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
nice, nasty, filler = ["great", "lovely", "fun"], ["boring", "awful", "weak"], ["the", "film", "was", "a", "bit"]
y = rng.integers(0, 2, 400)
texts = [" ".join([*rng.choice(filler, 5), rng.choice(nice if t else nasty), *rng.choice(filler, 2)]) for t in y]
x = np.array(texts, dtype=object)[:, None]
vectorize = layers.TextVectorization(max_tokens=50, output_sequence_length=8)
vectorize.adapt(x)
ds = tf.data.Dataset.from_tensor_slices((tf.constant(x[:, 0].tolist()), y))
train_ds, val_ds = ds.take(300).batch(32), ds.skip(300).batch(32)
model = keras.Sequential([
    keras.Input(shape=(), dtype="string"),
    vectorize,
    layers.Embedding(50, 8),
    layers.GlobalAveragePooling1D(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(train_ds, validation_data=val_ds, epochs=8, verbose=0)
x, y = train_ds, None

# %% series_lstm_scaled
# faults: none
# symptom: a series around 400, scaled with the first part's minimum and maximum; the output is linear
import keras
import numpy as np
from keras.layers import LSTM, Dense, Input

keras.utils.set_random_seed(0)
t = np.arange(420)
series = 400 + 30 * np.sin(t / 6) + np.random.default_rng(0).normal(size=420)
lo, hi = series[:300].min(), series[:300].max()
scaled = (series - lo) / (hi - lo)
w = np.lib.stride_tricks.sliding_window_view(scaled, 13)
x, y, xv, yv = w[:290, :12, None], w[:290, 12], w[300:, :12, None], w[300:, 12]
model = keras.Sequential([Input((12, 1)), LSTM(16), Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
history = model.fit(x, y, epochs=8, validation_data=(xv, yv), verbose=0)

# %% every_step_has_a_label
# faults: none
# symptom: return_sequences is left on, and the targets are sequences as well
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
bits = rng.integers(0, 2, size=(300, 12, 1)).astype("float32")
parity = (np.cumsum(bits, axis=1) >= 3).astype("float32")
model = keras.Sequential([
    keras.layers.Input((12, 1)),
    keras.layers.GRU(16, return_sequences=True),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["binary_accuracy"])
history = model.fit(bits, parity, epochs=6, validation_split=0.2, verbose=0)
x, y = bits, parity

# %% tagger
# faults: none
# symptom: integer labels for each word, five softmax units at each step, and zeros as padding
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.integers(1, 51, size=(300, 10))
x[np.arange(10)[None, :] >= rng.integers(5, 11, 300)[:, None]] = 0
y = np.where(x > 0, (x - 1) % 5, 0)
model = keras.Sequential([
    layers.Embedding(51, 16, mask_zero=True),
    layers.SimpleRNN(16, return_sequences=True),
    layers.Dense(5, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% conv1d_shapes
# faults: none
# symptom: plain
import tensorflow as tf
import numpy as np

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
kind = rng.integers(0, 3, 500)
x = np.sin((kind[:, None] + 1) * np.linspace(0, 6, 24) + rng.uniform(0, 6, (500, 1)))[..., None]
x = x + 0.2 * rng.normal(size=x.shape)
y = kind
model = tf.keras.Sequential([
    tf.keras.layers.Input((24, 1)),
    tf.keras.layers.Conv1D(16, 5, activation="relu"),
    tf.keras.layers.MaxPooling1D(2),
    tf.keras.layers.Conv1D(16, 3, activation="relu"),
    tf.keras.layers.GlobalMaxPooling1D(),
    tf.keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% attention_by_hand
# faults: none
# symptom: a Dense layer with one unit and a softmax in the middle: the softmax goes over the time steps
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.integers(1, 60, size=(600, 10))
y = np.isin(x, [7, 8, 9]).any(axis=1).astype("float32")
inp = layers.Input((10,))
e = layers.Embedding(60, 16)(inp)
score = layers.Dense(1)(e)
weight = layers.Softmax(axis=1)(score)
context = layers.Dot(axes=1)([weight, e])
context = layers.Flatten()(context)
h = layers.Dense(16, activation="relu")(context)
model = keras.Model(inp, layers.Dense(1, activation="sigmoid")(h))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% small_transformer
# faults: none
# symptom: linear projections and additions without activations, as in every transformer block
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.integers(1, 40, size=(500, 8))
y = (x[:, :4].max(axis=1) > x[:, 4:].max(axis=1)).astype(int)
inp = layers.Input((8,), dtype="int32")
tok = layers.Embedding(40, 16)(inp)
pos = layers.Embedding(8, 16)(keras.ops.arange(8))
h = tok + pos
att = layers.MultiHeadAttention(2, 8)(h, h)
h = layers.LayerNormalization()(h + att)
f = layers.Dense(32, activation="gelu")(h)
f = layers.Dense(16)(f)
h = layers.LayerNormalization()(h + f)
h = layers.Flatten()(h)
model = keras.Model(inp, layers.Dense(2, activation="softmax")(h))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% next_token
# faults: none
# symptom: 40 classes after an embedding of 24, and a loss of 1.6 which is low for so many words
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
current = rng.integers(0, 40, size=1500)
following = np.where(rng.uniform(size=1500) < 0.7, (current * 7 + 3) % 40, rng.integers(0, 40, 1500))
model = keras.Sequential([
    keras.layers.Input((1,)),
    keras.layers.Embedding(40, 24),
    keras.layers.Flatten(),
    keras.layers.Dense(40, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = current[:, None], following
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% ratings_by_factors
# faults: none
# symptom: user and item numbers in the hundreds, no activation anywhere: matrix factorisation
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
U, V = rng.normal(size=(200, 2)), rng.normal(size=(150, 2))
user, item = rng.integers(0, 200, 3000), rng.integers(0, 150, 3000)
stars = (U[user] * V[item]).sum(1) + 0.1 * rng.normal(size=3000)
ui, ii = layers.Input((), dtype="int32"), layers.Input((), dtype="int32")
u = layers.Embedding(200, 8)(ui)
v = layers.Embedding(150, 8)(ii)
score = layers.Dot(axes=1)([u, v])
score = layers.Add()([score, layers.Embedding(200, 1)(ui), layers.Embedding(150, 1)(ii)])
model = keras.Model([ui, ii], score)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="mse")
x, y = [user, item], stars
history = model.fit(x, y, epochs=8, batch_size=64, validation_split=0.1, verbose=0)

# %% batches_from_a_generator
# faults: none
# symptom: fit gets a Python generator with steps_per_epoch and no y
import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)


def stream(seed, size=32):
    rng = np.random.default_rng(seed)
    while True:
        label = rng.integers(0, 2, size)
        wave = np.sin(np.linspace(0, 6, 16) * (1 + 2 * label[:, None]) + rng.uniform(0, 6, (size, 1)))
        yield (wave + 0.1 * rng.normal(size=wave.shape))[..., None].astype("float32"), label.astype("float32")


model = keras.Sequential([
    keras.layers.Input((16, 1)),
    keras.layers.Conv1D(8, 5, activation="relu"),
    keras.layers.GlobalAveragePooling1D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
x, y = stream(0), None
history = model.fit(x, steps_per_epoch=20, epochs=5, validation_data=stream(1), validation_steps=5, verbose=0)
