"""The network in training with its compiled functions, kept for the next seed and for the next plan like it.

Compiling takes longer than training a small network. The next training gets new values in the old variables: those of a
network that is built anew under its seed, so that no record depends on what was trained before it.
"""

from dataclasses import dataclass
from typing import Any

import keras

from netgrade.objects.plan import Plan
from netgrade.store import sha256_of
from netgrade.train.build import build_loss, build_model
from netgrade.train.checkpoint import variables_of
from netgrade.train.data import Images
from netgrade.train.diagnosis import Watch
from netgrade.train.loop import Loop

_NOT_COMPILED = {"epochs", "batches", "callbacks", "order"}


@dataclass(frozen=True)
class Network:
    """A network as its seed made it, before its first step."""

    loop: Loop
    watch: Watch


_kept: dict[str, Network] = {}
"""The last one, under what its functions were compiled for; never more, for the sake of memory."""


def fresh_network(plan: Plan, seed: int, data: str, classes: int, images: Images) -> Network:
    """Make the network of `plan` with the first weights of `seed`; `data` is the digest of the images."""
    key = sha256_of(_compiled(plan), data, classes)
    if key not in _kept:
        forget_network()
    keras.utils.set_random_seed(seed)
    model = build_model(plan)
    if key not in _kept:
        loop = Loop(model, build_loss(plan, classes), plan, seed)
        _kept[key] = Network(loop, Watch(loop, images.train))
        return _kept[key]
    network = _kept[key]
    for kept, new in zip(variables_of(network.loop.model), variables_of(model), strict=True):
        kept.assign(new)
    network.loop.plan, network.loop.seed = plan, seed
    return network


def forget_network() -> None:
    """Free the network that is kept, and whatever Keras holds of it."""
    _kept.clear()
    keras.backend.clear_session()


def _compiled(plan: Plan) -> dict[str, Any]:
    """What of a plan its compiled functions depend on. A constant learning rate is a variable of theirs."""
    kept = plan.model_dump(mode="json", exclude=_NOT_COMPILED)
    if not plan.optimizer.schedule and not plan.optimizer.decay:
        del kept["optimizer"]["arguments"]["learning_rate"]
    return kept
