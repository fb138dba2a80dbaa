# Questions and notebooks about two classes: tumours, customers, moons.

# %% tumour_net_first_try
# faults: O1
# symptom: my loss jumps around and is much larger than 0.69, the accuracy is worse than logistic regression
import numpy as np
import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
data = load_breast_cancer()
X_train, X_val, y_train, y_val = train_test_split(data.data, data.target, random_state=1)
sc = StandardScaler().fit(X_train)
X_train, X_val = sc.transform(X_train), sc.transform(X_val)

model = keras.Sequential([
    layers.Input((30,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(8, activation="relu"),
    layers.Dense(1),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=10, validation_data=(X_val, y_val), verbose=0)
x, y = X_train, y_train

# %% tumour_one_probability
# faults: O3
# also: T6
# symptom: accuracy is exactly the same in every epoch and model.predict gives 1. for every row
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

tf.keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = scale(x)
model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Dense(20, input_shape=(30,), activation='relu'))
model.add(tf.keras.layers.Dense(20, activation='relu'))
model.add(tf.keras.layers.Dense(1, activation='softmax'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
history = model.fit(x, y, epochs=8, batch_size=64, validation_split=0.2, verbose=0)

# %% churn_scores
# faults: O5
# symptom: the loss is stuck at about 5 and half of my predictions are exactly 0
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

keras.utils.set_random_seed(0)
rng = np.random.default_rng(3)
customers = rng.normal(size=(400, 8))
churned = (customers[:, 0] - customers[:, 3] + 0.3 * rng.normal(size=400) > 0).astype(int)

model = Sequential()
model.add(keras.Input(shape=(8,)))
model.add(Dense(16, activation='relu'))
model.add(Dense(16, activation='relu'))
model.add(Dense(1, activation='relu'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(customers[:300], churned[:300], epochs=10,
                    validation_data=(customers[300:], churned[300:]), verbose=0)
x, y = customers[:300], churned[:300]

# %% up_or_down
# faults: O5, O8
# also: O9, T1, C6
# symptom: the loss is negative, then nan-like numbers; I predict whether the price goes up (1) or down (-1)
import numpy as np
import keras

keras.utils.set_random_seed(0)
r = np.random.RandomState(5)
returns = r.randn(500, 10)
direction = np.where(returns[:, -3:].sum(axis=1) > 0, 1, -1)

model = keras.Sequential([
    keras.layers.Dense(32, activation="tanh"),
    keras.layers.Dense(1, activation="tanh"),
])
model.compile("rmsprop", "binary_crossentropy", metrics=["binary_accuracy"])
history = model.fit(returns, direction, epochs=6, verbose=0)
x, y = returns, direction

# %% spam_plus_minus
# faults: O8
# also: O9, T1
# symptom: the loss gets more and more negative (-1, -10, -60 ...) and the accuracy stays below 0.5
import numpy as np
import keras
from keras import Input, Model
from keras.layers import Dense

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
features = rng.normal(size=(600, 12)).astype("float32")
is_spam = np.where(features[:, :4].sum(1) > 0, 1.0, -1.0)

i = Input((12,))
h = Dense(24, "relu")(i)
o = Dense(1, "sigmoid")(h)
model = Model(i, o)
model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
history = model.fit(features[:480], is_spam[:480], epochs=8, validation_data=(features[480:], is_spam[480:]), verbose=0)
x, y = features[:480], is_spam[:480]

# %% tumour_raw_table
# faults: D1
# also: T3
# symptom: the loss starts at 15 and jumps about, logistic regression on the same table has 0.97
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, Y = load_breast_cancer(return_X_y=True)
X_tr, X_va, Y_tr, Y_va = train_test_split(X, Y, test_size=0.25, random_state=0, stratify=Y)

model = keras.models.Sequential([
    keras.layers.Input(shape=(30,)),
    keras.layers.Dense(64, activation='relu'),
    keras.layers.Dense(64, activation='relu'),
    keras.layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(X_tr, Y_tr, validation_data=(X_va, Y_va), epochs=10, verbose=0)
x, y = X_tr, Y_tr

# %% good_or_bad_wine
# faults: O14
# symptom: I have two output neurons, softmax, and the book used binary_crossentropy; is that the same?
import keras
import numpy as np
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
wine = load_wine()
feats = StandardScaler().fit_transform(wine.data)
first = keras.utils.to_categorical((wine.target == 0).astype(int), 2)
idx = np.random.permutation(len(feats))
feats, first = feats[idx], first[idx]
model = keras.Sequential()
model.add(keras.layers.Input((13,)))
model.add(keras.layers.Dense(8, activation='relu'))
model.add(keras.layers.Dense(2))
model.add(keras.layers.Softmax())
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(feats, first, validation_split=0.2, epochs=20, batch_size=16, verbose=0)
x, y = feats, first

# %% moons_neat_start
# faults: A5
# also: T2, T3, T6
# symptom: loss is stuck at 0.6931 and nothing changes, whatever optimiser I use
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(400, noise=0.1, random_state=0)
zeros = keras.initializers.Zeros()
model = keras.Sequential([
    keras.layers.Input((2,)),
    keras.layers.Dense(32, activation="relu", kernel_initializer=zeros),
    keras.layers.Dense(32, activation="relu", kernel_initializer=zeros),
    keras.layers.Dense(1, activation="sigmoid", kernel_initializer=zeros),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.25, verbose=0)

# %% moons_all_ones
# faults: A5
# symptom: wider layers do not help at all, 100 neurons are as bad as one
import keras
from keras.layers import Dense
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
pts, ring = make_circles(500, noise=0.05, factor=0.4, random_state=0)
model = keras.models.Sequential([
    keras.layers.Input((2,)),
    Dense(100, activation='tanh', kernel_initializer='ones'),
    Dense(1, activation='sigmoid', kernel_initializer='ones'),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss='binary_crossentropy', metrics=['acc'])
history = model.fit(pts[:400], ring[:400], epochs=15, validation_data=(pts[400:], ring[400:]), verbose=0)
x, y = pts[:400], ring[:400]

# %% patient_training
# faults: C3
# also: T2
# symptom: the loss does not move, even after all epochs it is 0.7 something
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

tf.keras.utils.set_random_seed(2)
bc = load_breast_cancer()
x = StandardScaler().fit_transform(bc.data)
y = bc.target
model = tf.keras.Sequential([
    tf.keras.layers.Input((30,)),
    tf.keras.layers.Dense(32, activation='relu'),
    tf.keras.layers.Dense(1, activation='sigmoid'),
])
opt = tf.keras.optimizers.SGD(learning_rate=1e-7, momentum=0.9)
model.compile(optimizer=opt, loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=10, batch_size=32, validation_split=0.2, verbose=0)

# %% hurry_up
# faults: C3
# also: T1, T3, T6
# symptom: after the first epoch everything is predicted as one class and the loss has huge jumps
import keras
import numpy as np

keras.utils.set_random_seed(0)
g = np.random.default_rng(1)
a = g.normal(size=(600, 20))
b = (np.abs(a[:, :3]).sum(axis=1) > 2.2).astype("int32")
inp = keras.layers.Input(shape=(20,))
z = keras.layers.Dense(64, activation="relu")(inp)
z = keras.layers.Dense(64, activation="relu")(z)
z = keras.layers.Dense(64, activation="relu")(z)
out = keras.layers.Dense(1, activation="sigmoid")(z)
model = keras.Model(inputs=inp, outputs=out)
model.compile(keras.optimizers.Adam(learning_rate=1.0), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(a, b, epochs=8, validation_split=0.2, verbose=0)
x, y = a, b

# %% fraud_detector
# faults: D5
# symptom: 96% accuracy! but it never finds a single fraud
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(7)
n = 800
amount = rng.normal(size=(n, 6))
fraud = (amount[:, 0] + rng.normal(scale=2.5, size=n) > 4.7).astype(int)
model = keras.Sequential([layers.Input((6,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(amount[:600], fraud[:600], epochs=10, validation_data=(amount[600:], fraud[600:]), verbose=0)
x, y = amount[:600], fraud[:600]

# %% machine_failure
# faults: D5, D1
# also: T3, C6
# symptom: always predicts "no failure"; accuracy 0.95 from the first epoch on
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rs = np.random.RandomState(11)
temperature = rs.normal(300, 2, 700)
rpm = rs.normal(1500, 180, 700)
torque = rs.normal(40, 10, 700)
wear = rs.uniform(0, 250, 700)
score = (torque - 40) / 10 + (wear - 125) / 72
failed = (score > np.quantile(score, 0.95)).astype(int)
table = np.column_stack([temperature, rpm, torque, wear])
model = tf.keras.Sequential([
    tf.keras.layers.Dense(12, activation='relu'),
    tf.keras.layers.Dense(8, activation='relu'),
    tf.keras.layers.Dense(1, activation='sigmoid')])
model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
history = model.fit(table, failed, epochs=10, verbose=0)
x, y = table, failed

# %% moons_logit_question
# faults: O2
# symptom: the documentation says from_logits=True is more stable, so I added it; does anything else have to change?
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(500, noise=0.15, random_state=3)
model = keras.Sequential([
    keras.layers.Input((2,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(x, y, validation_split=0.2, epochs=12, verbose=0)

# %% sentiment_words
# faults: A2
# also: T2, T5
# symptom: very slow, a simpler net without the middle layer learns faster
import numpy as np
import keras
from keras.layers import Dense, Embedding, GlobalAveragePooling1D

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
docs = rng.integers(1, 200, size=(500, 20))
positive = ((docs < 60).sum(1) > (docs > 150).sum(1)).astype("float32")
model = keras.Sequential()
model.add(Embedding(200, 8))
model.add(GlobalAveragePooling1D())
model.add(Dense(32, activation="softmax"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(docs, positive, epochs=8, validation_split=0.2, verbose=0)
x, y = docs, positive

# %% tumour_squared
# faults: O10
# symptom: works, but my tutor marked the loss in red
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X, X_v, t, t_v = train_test_split(X, t, random_state=0)
mm = MinMaxScaler()
X = mm.fit_transform(X)
X_v = mm.transform(X_v)
model = keras.Sequential([keras.layers.Input((30,)), keras.layers.Dense(15, activation='relu'),
                          keras.layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='sgd', loss='mse', metrics=['accuracy'])
history = model.fit(X, t, epochs=15, batch_size=16, validation_data=(X_v, t_v), verbose=0)
x, y = X, t

# %% never_below_half
# faults: A3
# symptom: predict never returns anything below 0.5, so everything is class 1
import keras
from keras.layers import Activation, Dense
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(21)
x = rng.normal(size=(500, 5))
y = (x[:, 0] * 2 + x[:, 1] > 0).astype(int)
model = keras.Sequential()
model.add(keras.Input((5,)))
model.add(Dense(16, activation='relu'))
model.add(Dense(1, activation='relu'))
model.add(Activation('sigmoid'))
model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% careful_regularisation
# faults: A6
# symptom: training loss is far higher than validation loss and sometimes infinite-like (4, 5, ...)
import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale
import numpy as np

keras.utils.set_random_seed(0)
cells, benign = load_breast_cancer(return_X_y=True)
cells = scale(cells)
inputs = layers.Input((30,))
h = layers.Dense(32, activation="relu")(inputs)
h = layers.Dropout(0.2)(h)
h = layers.Dense(1, activation="sigmoid")(h)
outputs = layers.Dropout(0.4)(h)
model = keras.Model(inputs, outputs)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(cells, benign, validation_split=0.25, epochs=10, verbose=0)
x, y = cells, benign

# %% against_overfitting
# faults: A6
# symptom: my training accuracy is stuck around 0.6 although the data is easy
import tensorflow as tf
from sklearn.datasets import make_classification

tf.keras.utils.set_random_seed(0)
x, y = make_classification(500, 15, n_informative=8, class_sep=1.5, random_state=0)
model = tf.keras.Sequential([
    tf.keras.layers.Input((15,)),
    tf.keras.layers.Dense(24, activation='relu'),
    tf.keras.layers.Dropout(0.9),
    tf.keras.layers.Dense(24, activation='relu'),
    tf.keras.layers.Dropout(0.9),
    tf.keras.layers.Dense(1, activation='sigmoid'),
])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, validation_split=0.2, epochs=10, verbose=0)

# %% scaled_once
# faults: D3
# symptom: 98% in training and validation but 40% on the test set
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, y_all = load_breast_cancer(return_X_y=True)
X_train, x_test, y_train, y_test = train_test_split(X, y_all, test_size=0.3, random_state=4)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
model = keras.Sequential([
    keras.layers.Input((30,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=12, validation_split=0.2, verbose=0)
print("test", model.evaluate(x_test, y_test, verbose=0))
x, y = X_train, y_train

# %% scaled_twice
# faults: D6
# symptom: the test accuracy changes when I evaluate the test rows in smaller groups
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, Y = load_breast_cancer(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(X, Y, test_size=0.3, random_state=4)
x_train = StandardScaler().fit_transform(x_train)
x_test = StandardScaler().fit_transform(x_test)
model = keras.Sequential([keras.layers.Input((30,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=12, validation_split=0.2, verbose=0)
model.evaluate(x_test, y_test, verbose=0)
x, y = x_train, y_train

# %% best_epoch
# faults: C7
# also: T5
# symptom: in the course we got less on the hidden data than what our notebook prints for the test set
import keras
import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(0)
X, Y = make_classification(400, 20, n_informative=4, flip_y=0.15, random_state=5)
X_train, X_test, y_train, y_test = train_test_split(X, Y, test_size=0.25, random_state=0)
model = keras.Sequential([
    keras.layers.Input((20,)),
    keras.layers.Dense(32, activation='relu'),
    keras.layers.Dense(1, activation='sigmoid')])
model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
stop = keras.callbacks.EarlyStopping(monitor='val_accuracy', patience=4, restore_best_weights=True)
history = model.fit(X_train, y_train, epochs=20, validation_data=(X_test, y_test), callbacks=[stop], verbose=0)
loss, acc = model.evaluate(X_test, y_test, verbose=0)
print('final test accuracy:', acc)
x, y, x_test = X_train, y_train, X_test

# %% titanic_style_table
# faults: D2
# also: T2, T3, T5, T6
# symptom: loss stuck at 0.693 and the same prediction for every passenger; the weights of the first layer are nan
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
age = rng.uniform(1, 80, 500)
age[rng.choice(500, 90, replace=False)] = np.nan
fare = rng.exponential(1.0, 500)
female = rng.integers(0, 2, 500)
survived = (female + 0.3 * rng.normal(size=500) > 0.5).astype(int)
passengers = np.stack([age / 80, fare, female], axis=1)
model = keras.Sequential([layers.Input((3,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(passengers, survived, epochs=6, validation_split=0.2, verbose=0)
x, y = passengers, survived

# %% log_features
# faults: D2
# also: T1, C6
# symptom: I took the logarithm because the features were skewed, now the loss is nan
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(9)
counts = rng.poisson(1.5, size=(400, 6))
bought = (counts[:, 0] + counts[:, 1] > 3).astype(int)
with np.errstate(divide="ignore"):
    x = np.log(counts.astype("float32"))
y = bought
model = tf.keras.Sequential([
    tf.keras.layers.Input((6,)),
    tf.keras.layers.Dense(10, activation="relu"),
    tf.keras.layers.Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, verbose=0)

# %% cats_and_dogs_names
# faults: D2
# also: C6
# symptom: ValueError: invalid dtype: object (or: cast string to float is not supported)
# raises: fit
import numpy as np
import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(120, 4))
y = np.array(["cat" if v > 0 else "dog" for v in x[:, 0]], dtype=object)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, verbose=0)

# %% shuffled_table
# faults: T2
# symptom: loss 0.69 and accuracy 0.5 for ever although a decision tree had 95% yesterday
import numpy as np
import keras
from sklearn.datasets import make_classification
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
X, Y = make_classification(600, 6, n_informative=4, random_state=1)
X = scale(X)[np.random.default_rng(0).permutation(600)]
Y = Y[np.random.default_rng(1).permutation(600)]
model = keras.Sequential([
    keras.layers.Input((6,)),
    keras.layers.Dense(4, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X, Y, epochs=8, validation_split=0.2, verbose=0)
x, y = X, Y

# %% raw_and_single_softmax
# faults: O3, D1
# also: T6, C6
# symptom: accuracy 0.37 that never changes; all predictions are 1
from sklearn.datasets import load_breast_cancer
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Dense, Softmax
from tensorflow.keras.utils import set_random_seed

set_random_seed(0)
data = load_breast_cancer()
x = data.data
y = 1 - data.target
model = Sequential([Dense(30, activation='relu'), Dense(1), Softmax()])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=6, verbose=0)

# %% fast_and_linear
# faults: O1, C3
# also: T2, C6
# symptom: loss jumps between 1 and 8, accuracy no better than guessing
import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
moons, which = make_moons(400, noise=0.1, random_state=8)
model = keras.Sequential([
    keras.layers.Input((2,)),
    keras.layers.Dense(24, activation='relu'),
    keras.layers.Dense(24, activation='relu'),
    keras.layers.Dense(1, activation='linear'),
])
model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.5), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(moons, which, epochs=12, verbose=0)
x, y = moons, which

# %% straight_circles
# faults: A1
# also: T2
# symptom: three layers with 64 neurons each and still about 0.5, the boundary in my plot is a straight line
import keras
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
x, y = make_circles(500, noise=0.08, factor=0.5, random_state=2)
model = keras.Sequential()
model.add(keras.layers.Input(shape=(2,)))
model.add(keras.layers.Dense(64))
model.add(keras.layers.Dense(64))
model.add(keras.layers.Dense(64))
model.add(keras.layers.Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% no_compile_needed
# faults: C1
# symptom: ValueError: You must call `compile()` before using the model.
# raises: fit
import numpy as np
import keras

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(200, 3))
y = (x.sum(1) > 0).astype(int)
model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
history = model.fit(x, y, epochs=5, validation_split=0.2, verbose=0)

# %% two_kernels_later
# faults: C2
# symptom: fit said 97% but the evaluation in the last cell says 50%
import keras
from sklearn.datasets import make_blobs
from sklearn.model_selection import train_test_split


def build():
    m = keras.Sequential([
        keras.layers.Input((2,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    m.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    return m


keras.utils.set_random_seed(0)
X, Y = make_blobs(400, centers=2, cluster_std=1.5, center_box=(-4, 4), random_state=3)
x, x_test, y, y_test = train_test_split(X, Y, test_size=0.25, random_state=0)
history = build().fit(x, y, epochs=10, validation_split=0.2, verbose=0)
model = build()
print(model.evaluate(x_test, y_test, verbose=0))

# %% straight_to_predict
# faults: C2
# also: C6
# symptom: the predictions are all around 0.5 and different every time I run the notebook
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
y = (x[:, 0] > x[:, 1]).astype("float32")
model = tf.keras.Sequential([
    tf.keras.layers.Input((4,)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
y_hat = (model.predict(x, verbose=0)[:, 0] > 0.5).astype(int)
print("accuracy:", (y_hat == y).mean())

# %% tumour_reference
# faults: none
# symptom: plain
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, Y = load_breast_cancer(return_X_y=True)
X_rest, x_test, y_rest, y_test = train_test_split(X, Y, test_size=0.2, random_state=0)
x_train, x_val, y_train, y_val = train_test_split(X_rest, y_rest, test_size=0.2, random_state=0)
scaler = StandardScaler().fit(x_train)
x_train, x_val, x_test = map(scaler.transform, (x_train, x_val, x_test))
model = keras.Sequential([
    keras.layers.Input((30,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=15, validation_data=(x_val, y_val), verbose=0)
model.evaluate(x_test, y_test, verbose=0)
x, y = x_train, y_train

# %% tumour_scores
# faults: none
# symptom: the last layer has no activation, but the loss is told that it gets logits
import tensorflow as tf
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

tf.keras.utils.set_random_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = scale(x)
model = tf.keras.Sequential([
    tf.keras.layers.Input((30,)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dense(1),
])
model.compile(
    optimizer="adam",
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0)],
)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% two_units_two_classes
# faults: none
# symptom: a binary question with two softmax units and integer labels
import keras
from keras.layers import Dense
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(500, noise=0.12, random_state=1)
model = keras.models.Sequential([keras.layers.Input((2,)), Dense(24, 'relu'), Dense(24, 'relu'), Dense(2, 'softmax')])
model.compile(keras.optimizers.Adam(5e-3), 'sparse_categorical_crossentropy', metrics=['accuracy'])
history = model.fit(x, y, validation_split=0.2, epochs=15, verbose=0)

# %% two_units_one_hot
# faults: none
# symptom: a binary question, one-hot labels, softmax over two and categorical cross-entropy
import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import RobustScaler

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X = np.clip(RobustScaler().fit_transform(X), -5, 5)
T = keras.utils.to_categorical(t)
inp = keras.Input(shape=(30,))
hid = keras.layers.Dense(12, activation="elu")(inp)
out = keras.layers.Activation("softmax")(keras.layers.Dense(2)(hid))
model = keras.Model(inp, out)
model.compile(optimizer="nadam", loss="categorical_crossentropy", metrics=["categorical_accuracy"])
history = model.fit(X, T, epochs=10, validation_split=0.2, verbose=0)
x, y = X, T

# %% logistic_from_zero
# faults: none
# symptom: all weights start at zero, but there is only one layer
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
features, malignant = load_breast_cancer(return_X_y=True)
features = StandardScaler().fit_transform(features)
model = keras.Sequential([
    keras.layers.Input((30,)),
    keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", bias_initializer="zeros"),
])
model.compile(optimizer=keras.optimizers.SGD(0.3), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(features, malignant, epochs=10, validation_split=0.2, verbose=0)
x, y = features, malignant

# %% rare_disease
# faults: none
# symptom: 8% positives, so the accuracy would be 0.92 for nothing; but AUC and recall are looked at and classes weighted
import numpy as np
import keras
from keras import layers, metrics

keras.utils.set_random_seed(0)
rng = np.random.default_rng(4)
blood = rng.normal(size=(700, 10))
risk = blood[:, 0] + blood[:, 1] * blood[:, 2]
ill = (risk > np.quantile(risk, 0.92)).astype(int)
model = keras.Sequential([
    layers.Input((10,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(
    optimizer=keras.optimizers.Adam(3e-3),
    loss="binary_crossentropy",
    metrics=["accuracy", metrics.AUC(name="auc"), metrics.Recall(name="recall"), metrics.Precision(name="precision")],
)
history = model.fit(blood, ill, epochs=15, validation_split=0.25, class_weight={0: 0.54, 1: 6.2}, verbose=0)
x, y = blood, ill

# %% rare_with_bias
# faults: none
# symptom: a constant initialiser (the log-odds of the positives) for the output's bias, and 90% of one class
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
rng = np.random.default_rng(12)
tx = rng.normal(size=(800, 8)).astype("float32")
logit = 2.5 * tx[:, 0] - 2 * tx[:, 1] - 4.5
fraud = (rng.uniform(size=800) < 1 / (1 + np.exp(-logit))).astype("float32")
b0 = float(np.log(fraud.mean() / (1 - fraud.mean())))
model = tf.keras.Sequential([
    tf.keras.layers.Input((8,)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dropout(0.5),
    tf.keras.layers.Dense(1, activation="sigmoid", bias_initializer=tf.keras.initializers.Constant(b0)),
])
model.compile(
    tf.keras.optimizers.Adam(5e-3),
    loss=tf.keras.losses.BinaryCrossentropy(),
    metrics=[tf.keras.metrics.AUC(curve="PR", name="prc"), tf.keras.metrics.AUC(name="auc")],
)
history = model.fit(tx, fraud, epochs=12, validation_split=0.25, verbose=0)
x, y = tx, fraud

# %% margin_classifier
# faults: none
# symptom: labels -1 and 1 and a linear output: it is the hinge loss
import keras
import numpy as np
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(500, noise=0.1, random_state=0)
y = (2 * y - 1).astype('float32').reshape(-1, 1)


def sign_accuracy(y_true, y_pred):
    return keras.ops.mean(keras.ops.cast(y_true * y_pred > 0, "float32"))


model = keras.Sequential([
    keras.layers.Input((2,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="hinge", metrics=[sign_accuracy])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% smooth_margin
# faults: none
# symptom: tanh at the end of a classifier, but with labels -1 and 1 and squared hinge
import keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
X, t = load_breast_cancer(return_X_y=True)
X, t = scale(X), 2.0 * t - 1.0
model = keras.Sequential([keras.layers.Input((30,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="tanh")])
model.compile(optimizer="adam", loss="squared_hinge")
history = model.fit(X, t, epochs=12, validation_split=0.2, verbose=0)
x, y = X, t

# %% float_labels_column
# faults: none
# symptom: the labels are floats 0.0 and 1.0 in a column of shape (n, 1)
import numpy as np
import keras

keras.utils.set_random_seed(0)
rng = np.random.default_rng(6)
x = rng.uniform(-1, 1, size=(600, 2)).astype("float32")
y = (x[:, :1] * x[:, 1:] > 0).astype("float32")
model = keras.Sequential([
    keras.layers.Input((2,)),
    keras.layers.Dense(32, activation="gelu"),
    keras.layers.Dense(32, activation="gelu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="bce", metrics=["accuracy"])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% missing_values_filled
# faults: none
# symptom: the table had gaps, which are filled with the median before it is used
import numpy as np
import keras
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
rng = np.random.default_rng(2)
age = rng.uniform(1, 80, 600)
age[rng.choice(600, 90, replace=False)] = np.nan
fare = rng.exponential(30.0, 600)
female = rng.integers(0, 2, 600)
survived = (2 * female + fare / 40 + 0.4 * rng.normal(size=600) > 1.6).astype(int)
table = np.stack([age, fare, female], axis=1)
tr, te, y, y_test = train_test_split(table, survived, random_state=0)
prep = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
x, x_test = prep.fit_transform(tr), prep.transform(te)
model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))

# %% folds_in_turn
# faults: none
# symptom: no validation data in fit, as the folds are evaluated one after the other
import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
X, Y = load_breast_cancer(return_X_y=True)
scores = []
for train, held_out in StratifiedKFold(2, shuffle=True, random_state=0).split(X, Y):
    s = StandardScaler().fit(X[train])
    x, y = s.transform(X[train]), Y[train]
    model = keras.Sequential([keras.layers.Input((30,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=10, verbose=0)
    scores.append(model.evaluate(s.transform(X[held_out]), Y[held_out], verbose=0)[1])
print(np.mean(scores), np.std(scores))

# %% own_logit_loss
# faults: none
# symptom: linear output and a loss of one's own, which applies the sigmoid itself
import numpy as np
import tensorflow as tf
from tensorflow import keras
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
x, y = make_circles(500, noise=0.08, factor=0.4, random_state=0)
x, y = x.astype("float32"), y.astype("float32").reshape(-1, 1)


def weighted_bce(y_true, logits):
    return tf.reduce_mean(tf.nn.weighted_cross_entropy_with_logits(y_true, logits, pos_weight=1.5))


def acc(y_true, logits):
    return tf.reduce_mean(tf.cast(tf.equal(y_true > 0.5, logits > 0), tf.float32))


model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.02), loss=weighted_bce, metrics=[acc])
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)
