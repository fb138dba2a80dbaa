"""What a diagnosis costs: python benchmarks/diagnosis_cost.py [--rounds 5]

The network of a5 on its real pictures: diagnose() of the trained one with x and y, and fit with
and without the callback by turns. Prints JSON: seconds, and the callback's share of a fit. Without
the real pictures the stand-in's 5,000 rows are taken, and the output says so.
"""

import argparse
import json
import os
import statistics
import sys
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from autograder.student import Diagnose, datasets, diagnose

EPOCHS = 4


def network() -> Any:
    """The compiled network of a5 (Any: Keras has no types)."""
    import keras

    keras.utils.set_random_seed(2024)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(30, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fitted(x: Any, y: Any, callbacks: list[Any]) -> tuple[float, float, Any, Any]:
    """Wall and CPU seconds of a fit, the model, and its history."""
    model = network()
    begun, used = time.perf_counter(), time.process_time()
    history = model.fit(x, y, validation_split=0.1, epochs=EPOCHS, verbose=0, callbacks=callbacks)
    return time.perf_counter() - begun, time.process_time() - used, model, history


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    x, y, _, _ = datasets.load("mnist")
    x = (x / 255).astype("float32")
    plain, watched, asked = [], [], []
    fitted(x[:2000], y[:2000], [])  # what is compiled once is not counted
    for _ in range(rounds):
        wall_s, cpu_s, model, history = fitted(x, y, [])
        plain.append((wall_s, cpu_s))
        begun = time.perf_counter()
        diagnose(model, history, x, y)
        asked.append(time.perf_counter() - begun)
        wall_s, cpu_s, _, _ = fitted(x, y, [Diagnose(say=lambda text: None)])
        watched.append((wall_s, cpu_s))
    print(json.dumps(_report(len(x), plain, watched, asked), indent=1))
    return 0


def _report(
    rows: int,
    plain: list[tuple[float, float]],
    watched: list[tuple[float, float]],
    asked: list[float],
) -> dict[str, Any]:
    shares = {}
    for name, place in (("wall", 0), ("cpu", 1)):
        pairs = zip(plain, watched, strict=True)
        shares[name] = statistics.median(b[place] / a[place] - 1 for a, b in pairs)
    return {
        "rows": rows,
        "diagnose_first_s": round(asked[0], 3),
        "diagnose_median_s": round(statistics.median(asked), 3),
        "fit_median_s": round(statistics.median(a for a, _ in plain), 2),
        "callback_share_of_wall": round(shares["wall"], 4),
        "callback_share_of_cpu": round(shares["cpu"], 4),
        "rounds": len(plain),
    }


if __name__ == "__main__":
    sys.exit(main())
