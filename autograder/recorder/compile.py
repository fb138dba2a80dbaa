"""Compile settings as JSON: optimizer, loss, metrics, each resolved to what Keras takes it for.

Keras stores them as they were written ("mse", a function, a class, an object); here the spelling
is kept and the class or function that it names is added, without building a metric or a loss. What
is the student's own is described by a probe.
"""

import functools
from collections.abc import Mapping
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.compiled import exchanged
from autograder.recorder.operations import config_of
from autograder.recorder.plain import home, plain, spelled, text
from autograder.recorder.probes import probe_loss, probe_metric

ACCURACY = ("accuracy", "acc")


def compile_settings(model: Any, graph: Mapping[str, Any] | None) -> dict[str, JSON] | None:
    """COMPILE, or None for a model that is not compiled."""
    if not getattr(model, "compiled", False):
        return None
    outer = getattr(model, "_compile_loss", None)
    # Keras trains with its own copy: the attribute `loss` is for reading, and can be assigned.
    loss = getattr(outer, "_user_loss", None)
    metrics = getattr(model, "_compile_metrics", None)
    widths = _widths(graph)
    changed: dict[str, JSON] = {"changed": True} if exchanged(model) else {}
    return {
        **changed,
        "optimizer": _optimizer(getattr(model, "optimizer", None)),
        "loss": None if loss is None else _losses(loss, _built_losses(outer), widths),
        "loss_weights": plain(getattr(outer, "_user_loss_weights", None)),
        "metrics": [] if metrics is None else _metrics(metrics, loss, widths),
        "run_eagerly": bool(getattr(model, "run_eagerly", False)),
        "jit_compile": plain(getattr(model, "_jit_compile", None)),
        "steps_per_execution": plain(getattr(model, "steps_per_execution", 1)),
    }


def _optimizer(optimizer: Any) -> dict[str, JSON] | None:
    if optimizer is None:
        return None
    if home(type(optimizer)) == "keras.optimizers":
        # mixed_float16 puts a LossScaleOptimizer around the one that was chosen.
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    config = config_of(optimizer)
    config.pop("name", None)
    return {
        "class_name": spelled(type(optimizer)),
        "module": home(type(optimizer)),
        "config": config,
    }


def _losses(loss: Any, built: list[Any], widths: Mapping[str, int | None]) -> JSON:
    if isinstance(loss, Mapping):
        return {
            text(key): _losses(item, [], {text(key): widths.get(text(key))})
            for key, item in loss.items()
        }
    if isinstance(loss, list | tuple):
        known = list(widths.values()) if len(widths) == len(loss) else [None] * len(loss)
        return [_losses(item, [], {"": width}) for item, width in zip(loss, known, strict=True)]
    width = _width(widths, None)
    return loss_descriptor(loss, built[0] if len(built) == 1 else None, width)


def _built_losses(outer: Any) -> list[Any]:
    """What Keras resolved the losses to, once it has seen labels."""
    return [item.loss for item in getattr(outer, "_flat_losses", None) or []]


def loss_descriptor(loss: Any, resolved: Any = None, width: int | None = None) -> dict[str, JSON]:
    """LOSS for a string, function, class or object on an output of so many columns.

    ``resolved`` decides "crossentropy".
    """
    if loss is None:
        return {"spelling": "", "class_name": None, "module": "", "config": {}, "probe": None}
    target = _loss_target(loss)
    if isinstance(loss, str) and loss.lower() in ("crossentropy", "ce"):
        target = getattr(resolved, "fn", None)
        if target is None:
            return _descriptor(loss, "crossentropy", "keras.losses", {}, None)
    if target is None:
        return _descriptor(loss, None, "", {}, None)
    own = target if callable(target) and hasattr(target, "__name__") else type(target)
    if home(own) == "keras.losses":
        config = {} if own is target else config_of(target)
        wrapped = getattr(target, "fn", None)
        if not _as_made(target):
            return _descriptor(loss, None, "", {}, probe_loss(target, width))
        if spelled(own) != "LossFunctionWrapper":
            return _descriptor(loss, spelled(own), "keras.losses", config, None)
        if home(wrapped) == "keras.losses":
            settings = plain(getattr(target, "_fn_kwargs", None) or {})
            config = {**config, **(settings if isinstance(settings, dict) else {})}
            return _descriptor(loss, spelled(wrapped), "keras.losses", config, None)
        target = wrapped if callable(wrapped) else target
    return _descriptor(loss, None, home(own), {}, probe_loss(target, width))


def _as_made(target: Any) -> bool:
    """Whether a loss of Keras still computes what its class and its settings say.

    Its function and the function's settings are attributes, which can be exchanged alone.
    """
    if isinstance(target, type) or not hasattr(target, "fn"):
        return True
    try:
        config, settings = target.get_config(), target._fn_kwargs
        told = all(config.get(name, value) == value for name, value in settings.items())
        fresh = type(target).from_config(config)
        return bool(told) and fresh.fn is target.fn and "call" not in vars(target)
    except Exception:
        # A function that Keras cannot serialise; then nothing says what it should be.
        return True


def _loss_target(loss: Any) -> Any:
    """The function, class or object that Keras takes this spelling for; None if it knows none."""
    from keras.src.losses import ALL_OBJECTS_DICT

    if isinstance(loss, str):
        return ALL_OBJECTS_DICT.get(loss)
    if isinstance(loss, Mapping):
        return None
    if isinstance(loss, type) and home(loss) != "keras.losses":
        try:
            return loss()
        except Exception:
            # A class of the student's own that wants arguments cannot be evaluated.
            return None
    return loss


def _descriptor(
    loss: Any, class_name: str | None, module: str, config: Mapping[str, JSON], probe: JSON
) -> dict[str, JSON]:
    return {
        "spelling": spelled(loss),
        "class_name": class_name,
        "module": module,
        "config": {key: value for key, value in config.items() if key != "fn"},
        "probe": probe,
    }


def _metrics(outer: Any, loss: Any, widths: Mapping[str, int | None]) -> list[JSON]:
    built = getattr(outer, "built", False)
    if not built:
        return [
            *_unbuilt(getattr(outer, "_user_metrics", None), loss, widths),
            *_unbuilt(getattr(outer, "_user_weighted_metrics", None), loss, widths),
        ]
    found: list[JSON] = []
    groups = [*outer._flat_metrics, *outer._flat_weighted_metrics]
    for group in groups:
        for metric in getattr(group, "metrics", None) or []:
            output = getattr(group, "output_name", None)
            found.append(_metric(metric, spelled(metric.name), output, _width(widths, output)))
    return found


def _metric(metric: Any, name: str, output: str | None, width: int | None) -> dict[str, JSON]:
    """A metric object; a wrapped function of Keras counts as the class of the same name."""
    function = getattr(metric, "_fn", None)
    wrapper = spelled(type(metric)) == "MeanMetricWrapper"
    if wrapper and function is not None:
        settings = getattr(metric, "_fn_kwargs", None) or {}
        return _function_record(function, name, output, width, settings)
    config = config_of(metric)
    return _metric_record(spelled(type(metric)), home(type(metric)), config, name, output)


def _unbuilt(metrics: Any, loss: Any, widths: Mapping[str, int | None]) -> list[JSON]:
    if metrics is None:
        return []
    names = list(widths) if len(widths) > 1 else [None]
    if isinstance(metrics, Mapping):
        pairs = [(text(key), item) for key, item in metrics.items()]
    elif isinstance(metrics, list | tuple) and len(metrics) == len(names) > 1:
        pairs = list(zip([str(name) for name in names], metrics, strict=True))
    else:
        pairs = [("", metrics)]
    found: list[JSON] = []
    for output, group in pairs:
        width = _width(widths, output)
        # A list for each output is a list in a list where there is one output.
        for metric in _flat(group):
            if metric is not None:
                own = _loss_for(loss, output, [name for name in names if name])
                found.append(_spelled_metric(metric, output or None, own, width))
    return found


def _flat(group: Any) -> list[Any]:
    if isinstance(group, list | tuple):
        return [metric for part in group for metric in _flat(part)]
    return [group]


def _loss_for(loss: Any, output: str, names: list[str]) -> Any:
    """What was given as the loss of one output: the one for all, its own, or None."""
    if isinstance(loss, Mapping):
        return loss.get(output)
    if isinstance(loss, list | tuple):
        place = names.index(output) if output in names else 0
        return loss[place] if len(loss) == max(1, len(names)) else None
    return loss


def _spelled_metric(
    metric: Any, output: str | None, loss: Any, width: int | None
) -> dict[str, JSON]:
    if isinstance(metric, str) and metric.lower() in ACCURACY:
        resolved = _accuracy(loss, width)
        return _metric_record(resolved, "keras.metrics", {}, metric, output)
    if isinstance(metric, str | type):
        return _metric_record(*_named_metric(metric), {}, spelled(metric), output)
    if not hasattr(metric, "update_state") and callable(metric):
        return _function_record(metric, spelled(metric), output, width)
    return _metric(metric, text(getattr(metric, "name", spelled(metric))), output, width)


def _function_record(
    function: Any,
    name: str,
    output: str | None,
    width: int | None,
    settings: Mapping[str, Any] | None = None,
) -> dict[str, JSON]:
    """A function that is averaged: one of Keras by its class, one of the student's by a probe."""
    class_name, module = _named_metric(function)
    if module.startswith("keras"):
        return _metric_record(class_name, module, {}, name, output)
    call = functools.partial(function, **settings) if settings else function
    record = _metric_record(class_name, module, {}, name, output)
    return {**record, "probe": probe_metric(call, width)}


def _accuracy(loss: Any, width: int | None) -> str | None:
    """The class that Keras will pick for "accuracy", as far as output and loss tell."""
    if width == 1:
        return "BinaryAccuracy"
    known = loss_descriptor(loss)["class_name"]
    plain_name = known.replace("_", "").lower() if isinstance(known, str) else ""
    if plain_name == "sparsecategoricalcrossentropy":
        return "SparseCategoricalAccuracy"
    return "CategoricalAccuracy" if plain_name == "categoricalcrossentropy" else None


def _named_metric(metric: Any) -> tuple[str | None, str]:
    """Class name and module for a string, class or function."""
    from keras.src.metrics import ALL_OBJECTS_DICT

    if isinstance(metric, str):
        found = ALL_OBJECTS_DICT.get(metric)
        return (spelled(found), "keras.metrics") if found is not None else (None, "")
    if not isinstance(metric, type) and home(metric) in ("keras.metrics", "keras.losses"):
        found = ALL_OBJECTS_DICT.get(spelled(metric))
        if found is not None:
            return spelled(found), "keras.metrics"
    return spelled(metric), home(metric)


def _metric_record(
    class_name: str | None, module: str, config: JSON, name: str, output: str | None
) -> dict[str, JSON]:
    return {
        "class_name": class_name,
        "module": module,
        "config": config,
        "name": text(name),
        "output": None if output is None else text(output),
    }


def _widths(graph: Mapping[str, Any] | None) -> dict[str, int | None]:
    """Name of each output and the size of its last dimension."""
    if graph is None:
        return {}
    shapes = {(item["id"], 0): item["shape"] for item in graph["inputs"]}
    for op in graph["ops"]:
        shapes.update({(op["id"], n): shape for n, shape in enumerate(op["output_shapes"])})
    names = graph["output_names"]
    found: dict[str, int | None] = {}
    for place, ref in enumerate(graph["outputs"]):
        name = names[place] if place < len(names) else str(place)
        shape = shapes[tuple(ref)]
        found[name] = shape[-1] if shape else None
    return found


def _width(widths: Mapping[str, int | None], output: str | None) -> int | None:
    """The columns of one output, or of the only one."""
    if len(widths) == 1:
        return next(iter(widths.values()))
    return widths.get(output or "")
