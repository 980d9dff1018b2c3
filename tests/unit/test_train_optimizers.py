"""The quick optimizers against Keras's own, on the same gradients."""

from typing import Any

import numpy as np
import pytest

from netgrade.objects.plan import Optimizer
from netgrade.train.engine import prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import

from netgrade.train.build import build_optimizer  # noqa: E402

STEPS = 20
DECAY = {"initial_learning_rate": 0.005, "decay_steps": 5, "decay_rate": 0.7}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "clipnorm": 0.5, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3, "clipvalue": 0.3}),
    ("Adam", {"amsgrad": True}),
    ("AdamW", {"weight_decay": 0.02}),
    ("RMSprop", {}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.9, "epsilon": 1e-4}),
    ("RMSprop", {"centered": True}),
]


@pytest.mark.parametrize("kind, arguments", CASES)
def test_weights_are_those_of_keras(kind: str, arguments: dict[str, Any]) -> None:
    """After some steps, with clipping and decay, both ends are the same but for rounding."""
    arguments = {"learning_rate": 0.005, **arguments}
    ours = build_optimizer(Optimizer(kind=kind, arguments=arguments))
    theirs = getattr(keras.optimizers, kind)(**arguments)

    assert_same_way(ours, theirs)


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_schedules_are_those_of_keras(kind: str) -> None:
    """The rate follows its schedule step by step."""
    schedule = {"kind": "ExponentialDecay", "arguments": DECAY}
    ours = build_optimizer(Optimizer(kind=kind, arguments={"learning_rate": 1.0}, schedule=schedule))
    theirs = getattr(keras.optimizers, kind)(keras.optimizers.schedules.ExponentialDecay(**DECAY))

    assert_same_way(ours, theirs)


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "RMSprop"])
def test_common_optimizers_are_quick(kind: str) -> None:
    """With the arguments that most notebooks give, an optimizer has a kernel of its own."""
    optimizer = build_optimizer(Optimizer(kind=kind, arguments={"learning_rate": 0.01}))

    assert type(optimizer).__name__ == f"Quick{kind}"


def assert_same_way(ours: keras.optimizers.Optimizer, theirs: keras.optimizers.Optimizer) -> None:
    for expected, found, start in zip(moved(theirs), moved(ours), weights(), strict=True):
        assert np.allclose(expected, found, rtol=1e-6, atol=1e-6)
        assert np.abs(found - start).max() > 1e-3


def weights() -> list[np.ndarray]:
    random = np.random.default_rng(3)
    return [random.normal(size=shape).astype(np.float32) for shape in ((5, 7), (7,))]


def moved(optimizer: keras.optimizers.Optimizer) -> list[np.ndarray]:
    """Where the optimizer takes two variables by the same random gradients."""
    variables = [keras.Variable(weight) for weight in weights()]
    optimizer.build(variables)
    random = np.random.default_rng(4)
    for _ in range(STEPS):
        gradients = [random.normal(size=variable.shape).astype(np.float32) for variable in variables]
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in gradients], variables)
    return [variable.numpy() for variable in variables]
