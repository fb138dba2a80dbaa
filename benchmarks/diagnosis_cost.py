"""What a diagnosis costs: python benchmarks/diagnosis_cost.py [--rounds 5]

The network of a5 on its real pictures: diagnose() of the trained one with x and y, and fit with
the callback between two fits without it. The order changes from round to round, and the two fits
without it tell what the machine's noise is: a share below it says nothing. Prints JSON: seconds,
and the callback's share of a fit. Without the real pictures the stand-in's 5,000 rows are taken.
"""

import argparse
import gc
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
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
    import keras

    keras.utils.clear_session()  # no fit is dearer for what the one before it has left
    gc.collect()
    model = network()
    begun, used = time.perf_counter(), time.process_time()
    history = model.fit(x, y, validation_split=0.1, epochs=EPOCHS, verbose=0, callbacks=callbacks)
    return time.perf_counter() - begun, time.process_time() - used, model, history


def timed(callback: Any, spent: list[float]) -> Any:
    """The callback, whose calls note their seconds."""

    def clocked(call: Any) -> Any:
        def run(*given: Any, **named: Any) -> None:
            begun = time.perf_counter()
            call(*given, **named)
            spent.append(time.perf_counter() - begun)

        return run

    for name in ("on_train_begin", "on_epoch_end", "on_train_end"):
        setattr(callback, name, clocked(getattr(callback, name)))
    return callback


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    x, y, _, _ = datasets.load("mnist")
    x = (x / 255).astype("float32")
    spent: list[float] = []
    made: dict[str, Callable[[], list[Any]]] = {
        "plain": list,
        "again": list,
        "watched": lambda: [timed(Diagnose(say=lambda text: None), spent)],
    }
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in made}
    asked: list[float] = []
    fitted(x[:2000], y[:2000], [])  # what is compiled once is not counted
    orders = itertools.cycle(itertools.permutations(made))
    for order in itertools.islice(orders, rounds):
        for way in order:
            wall_s, cpu_s, model, history = fitted(x, y, made[way]())
            seen[way].append((wall_s, cpu_s))
        begun = time.perf_counter()
        diagnose(model, history, x, y)
        asked.append(time.perf_counter() - begun)
    print(json.dumps(_report(len(x), seen, asked, sum(spent)), indent=1))
    return 0


def _longer(seen: dict[str, list[tuple[float, float]]], way: str, place: int) -> float:
    """By which share the fits of that way took longer than the plain ones: the median of rounds."""
    pairs = zip(seen["plain"], seen[way], strict=True)
    return round(statistics.median(b[place] / a[place] - 1 for a, b in pairs), 4)


def _report(
    rows: int, seen: dict[str, list[tuple[float, float]]], asked: list[float], spent: float
) -> dict[str, Any]:
    return {
        "rows": rows,
        "rounds": len(asked),
        "diagnose_first_s": round(asked[0], 3),
        "diagnose_median_s": round(statistics.median(asked), 3),
        "fit_median_s": round(statistics.median(wall for wall, _ in seen["plain"]), 2),
        "share_spent_in_the_callback": round(spent / sum(wall for wall, _ in seen["watched"]), 4),
        "fit_longer_by_wall": _longer(seen, "watched", 0),
        "fit_longer_by_cpu": _longer(seen, "watched", 1),
        "noise_by_wall": _longer(seen, "again", 0),
        "noise_by_cpu": _longer(seen, "again", 1),
    }


if __name__ == "__main__":
    sys.exit(main())
