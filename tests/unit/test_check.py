"""Checking declarations: same network, same plan; every limit; and whatever hostile code may declare."""

import copy
import json
import time

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers as kl

from netgrade.checking import check
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration, ModelDeclaration

DATA = Dataset(
    name="shapes10", title="shapes10", classes=[str(i) for i in range(10)], shape=(32, 32, 3), train_images=6000,
    test_images=4000, folder="/nowhere", hidden_labels="/nowhere", digest="0" * 64, labels_digest="0" * 64,
)  # fmt: skip


def assignment(**of_second):
    """Two tasks; the second takes what the test is about."""
    first = {"id": "cnn", "title": "CNN", "kind": "classifier", "points": 4, "threshold": "accuracy >= 62 %"}
    return Assignment.model_validate(
        {"id": "a", "title": "A", "dataset": "shapes10", "tasks": [first, first | {"id": "more"} | of_second]}
    )


def network(*extra, filters=4, activation="relu", end=10):
    return keras.Sequential(
        [keras.Input((32, 32, 3)), kl.Conv2D(filters, 3, activation=activation), *extra, kl.MaxPooling2D(4),
         kl.Flatten(), kl.Dense(end, activation="softmax")]
    )  # fmt: skip


def declared(model, **changes):
    config = json.loads(json.dumps(model.get_config()))
    fields = {
        "architecture": {"class_name": type(model).__name__, "config": config},
        "optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.01}},
        "loss": "categorical_crossentropy",
        "epochs": 5,
        "batch_size": 32,
        "transform": {"scale": [1 / 255], "offset": [0.0]},
    }
    return ModelDeclaration.model_validate(fields | changes)


def checked(rules=None, **models):
    declaration = Declaration(slug="s00000000000", submission="0" * 64, isolation="bubblewrap", models=models)
    return check(declaration, rules or assignment(), {DATA.name: DATA})


def refused(rules=None, status=Status.INVALID, **models):
    """The cause for which the last of the models was refused."""
    found, _ = checked(rules, **models)
    model = found.models[list(models)[-1]]
    assert model.plan is None
    assert model.status is status
    return model.cause.what


def plan_of(model, **changes):
    found, plans = checked(cnn=declared(model, **changes))
    assert found.models["cnn"].status is Status.OK, found.models["cnn"].cause
    return plans[found.models["cnn"].plan]


def test_names_and_the_way_of_writing_do_not_change_the_plan():
    x = keras.Input((32, 32, 3), name="picture")
    y = kl.Conv2D(4, (3, 3), activation=keras.activations.relu, name="look")(x)
    y = kl.MaxPooling2D((4, 4), strides=4)(y)
    functional = keras.Model(x, kl.Dense(10, activation="softmax", name="decide")(kl.Flatten()(y)), name="mine")

    assert plan_of(functional).digest == plan_of(network()).digest


@pytest.mark.parametrize("alias", ["mse", "MSE", "mean_squared_error"])
def test_a_loss_has_one_name(alias):
    assert plan_of(network(), loss=alias).loss == "mean_squared_error"


def test_a_nested_model_is_the_same_network():
    block = keras.Sequential([keras.Input((32, 32, 3)), kl.Conv2D(4, 3, activation="relu"), kl.MaxPooling2D(4)])
    nested = keras.Sequential([keras.Input((32, 32, 3)), block, kl.Flatten(), kl.Dense(10, activation="softmax")])

    assert plan_of(nested).digest == plan_of(network()).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 6},
        {"batch_size": 64},
        {"loss": "mean_squared_error"},
        {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.01, "momentum": 0.9}}},
        {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.01, "decay": 1e-6}}},
        {"validation_fraction": 0.1},
        {"transform": {"scale": [1.0], "offset": [0.0]}},
        {"augmentation": {"horizontal_flip": True}},
        {"callbacks": [{"class_name": "EarlyStopping", "config": {"patience": 2}}]},
    ],
)
def test_whatever_changes_a_training_changes_the_plan(changes):
    assert plan_of(network(), **changes).digest != plan_of(network()).digest


def test_dropout_written_in_a_functional_model_is_allowed():
    """Keras itself writes `training=False` into the configuration of such a layer; it has no effect."""
    x = keras.Input((32, 32, 3))
    model = keras.Model(x, kl.Dense(10, activation="softmax")(kl.Dropout(0.5)(kl.Flatten()(x))))

    assert [layer.kind for layer in plan_of(model).layers] == ["InputLayer", "Flatten", "Dropout", "Dense"]


def test_an_unused_layer_is_remarked_and_not_trained():
    x = keras.Input((32, 32, 3))
    model = keras.Model(x, kl.Dense(10, activation="softmax")(kl.Flatten()(x)))
    lost = {
        "class_name": "Dense", "name": "lost", "config": {"name": "lost", "units": 5},
        "inbound_nodes": [{"args": [{"config": {"keras_history": ["flatten", 0, 0]}}], "kwargs": {}}],
    }  # fmt: skip
    declaration = declared(model)
    flatten = next(layer for layer in declaration.architecture["config"]["layers"] if layer["class_name"] == "Flatten")
    lost["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = flatten["name"]
    declaration.architecture["config"]["layers"].append(lost)
    found, plans = checked(cnn=declaration)

    assert "The layer lost leads nowhere" in found.models["cnn"].findings[0]
    assert all(layer.arguments.get("units") != 5 for plan in plans.values() for layer in plan.layers)


@pytest.mark.parametrize(
    ("limits", "model", "reason"),
    [
        ({"epochs": 4}, network(), "asks for 5 epochs; the task allows at most 4"),
        ({"parameters": 100}, network(), "parameters; the task allows at most 100"),
        ({"required_layers": ["Dropout"]}, network(), "requires a Dropout layer"),
        ({"hidden_units": 7}, network(kl.Dense(3), kl.Dense(5)), "8 hidden units; the task allows at most 7"),
        ({"forbidden_layers": ["Conv2D"]}, network(), "forbids Conv2D layers"),
        ({"only_layers": ["Flatten", "Dense"]}, network(), "allows only Flatten, Dense; the model also has Conv2D"),
        ({"fewer_parameters_than": "cnn"}, network(filters=8), "it must have fewer than cnn"),
    ],
)
def test_a_limit_that_is_broken_is_named(limits, model, reason):
    assert reason in refused(assignment(limits=limits), cnn=declared(network()), more=declared(model))


def test_the_output_layer_is_not_hidden():
    """Its units are as many as there are classes, whatever the limit."""
    rules = assignment(limits={"hidden_units": 8})
    found, _ = checked(rules, more=declared(network(kl.Dense(3), kl.Dense(5))))

    assert found.models["more"].status is Status.OK


ONLY_DROPOUT = assignment(difference={"compared_with": "cnn", "may_add": ["Dropout"]})


@pytest.mark.parametrize(
    "model",
    [
        network(kl.Dropout(0.2)),
        network(kl.Dropout(0.2), activation=None),
        keras.Sequential(
            [keras.Input((32, 32, 3)), kl.Conv2D(4, 3), kl.Dropout(0.2), kl.ReLU(), kl.MaxPooling2D(4), kl.Flatten(),
             kl.Dropout(0.1), kl.Dense(10), kl.Softmax()]
        ),
    ],
)  # fmt: skip
def test_only_added_layers_are_a_difference_that_is_allowed(model):
    """An activation may be written as a layer of its own; leaving it out is another network."""
    found, _ = checked(ONLY_DROPOUT, cnn=declared(network()), more=declared(model))
    has_relu = "relu" in str(model.get_config()) or "ReLU" in str(model.get_config())

    assert found.models["more"].ok is has_relu


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (network(), "No Dropout layer was added"),
        (network(kl.Dropout(0.2), filters=8), "also changed: "),
        (network(kl.Dropout(0.2), kl.BatchNormalization()), "added BatchNormalization"),
    ],
)
def test_any_other_difference_is_refused(model, reason):
    assert reason in refused(ONLY_DROPOUT, cnn=declared(network()), more=declared(model))


def test_nothing_to_compare_with_needs_a_person():
    found, plans = checked(ONLY_DROPOUT, more=declared(network(kl.Dropout(0.2))))

    assert found.models["more"].status is Status.FAULT
    assert not plans


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"epochs": None}, "No number of epochs"),
        ({"epochs": -3}, "epochs"),
        ({"epochs": 2.5}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 1e9}, "batch_size"),
        ({"optimizer": {"class_name": "SGD", "config": {"learning_rate": "nan"}}}, "`learning_rate` is 'nan'"),
        ({"optimizer": {"class_name": "SGD", "config": {"learning_rate": -1.0}}}, "`learning_rate` is -1.0"),
        ({"validation_fraction": 0.99}, "validation share"),
        ({"architecture": {}}, "could not be read"),
    ],
)
def test_what_cannot_be_trained_says_which_value(changes, reason):
    assert reason in refused(cnn=declared(network(), **changes))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (network(end=9), "output has shape (9,); expected (10,)"),
        (keras.Sequential([keras.Input((28, 28, 1)), kl.Flatten(), kl.Dense(10)]), "input has shape (28, 28, 1)"),
    ],
)
def test_a_wrong_shape_or_layer_is_named(model, reason):
    assert reason in refused(cnn=declared(model))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"loss": "my_loss"}, "The loss my_loss is not supported"),
        ({"optimizer": {"class_name": "Mine", "config": {}}}, "The optimizer Mine is not supported"),
        ({"architecture": {"class_name": "Mine", "config": {"layers": [{}]}}}, "class Mine"),
        ({"architecture": declared(network(kl.Lambda(abs))).architecture}, "Lambda is not a layer"),
    ],
)
def test_what_the_grader_cannot_train_needs_a_person(changes, reason):
    """It may be right; so it is neither trained nor failed."""
    assert reason in refused(cnn=declared(network(), **changes), status=Status.FAULT)


def test_an_unknown_scaling_needs_a_person():
    found, _ = checked(cnn=declared(network(), transform=None))

    assert found.models["cnn"].status is Status.FAULT


def test_two_masters_of_one_learning_rate_are_refused():
    rate = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 100}}
    optimizer = {"class_name": "Adam", "config": {"learning_rate": rate}}
    plateau = {"class_name": "ReduceLROnPlateau", "config": {}}

    assert "ReduceLROnPlateau would set it too" in refused(
        cnn=declared(network(), optimizer=optimizer, callbacks=[plateau])
    )


def test_a_failed_declaration_keeps_its_cause():
    cause = Cause(what="model.py, line 6: NameError")
    found, _ = checked(cnn=ModelDeclaration(status=Status.FAILED, cause=cause))

    assert found.models["cnn"].cause == cause


BAD_VALUES = [None, -1, 0, 1.5, 10**12, True, "x", [], [0, 0], {}, [[[1]]], "relu" * 999, {"class_name": "Lambda"}]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_spoiled_description_is_refused_or_understood_but_never_raises(data):
    """Any field of a real description may be anything."""
    declaration = declared(network(kl.Dropout(0.2), kl.BatchNormalization()))
    architecture = copy.deepcopy(declaration.architecture)
    place = architecture
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(st.sampled_from(BAD_VALUES))
            break
        place = place[key]
    found, plans = checked(cnn=declaration.model_copy(update={"architecture": architecture}))

    assert found.models["cnn"].ok == bool(plans)
    assert found.models["cnn"].ok or found.models["cnn"].cause


@pytest.mark.parametrize(
    "architecture",
    [
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": 10**9}}]}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "Flatten", "config": {}}] * 5000}},
        {"class_name": "Sequential", "config": {"layers": [
            {"class_name": "UpSampling2D", "config": {"size": [4096, 4096]}}]}},
    ],
)  # fmt: skip
def test_a_model_too_large_is_refused_before_it_is_built(architecture):
    assert refused(cnn=declared(network(), architecture=architecture))


def test_deep_nesting_is_refused():
    model = {"class_name": "Dense", "config": {"units": 10}}
    for _ in range(3000):
        model = {"class_name": "Sequential", "config": {"layers": [model]}}

    assert refused(cnn=declared(network(), architecture=model))


def test_a_tangle_of_references_is_refused_at_once():
    """What a functional model says of its connections may be as long as a result is."""
    tangle = {"class_name": "Dense", "config": {"name": "a", "units": 10}, "inbound_nodes": [[[]] * 400_000]}
    model = {"class_name": "Functional", "config": {"layers": [tangle], "output_layers": [["a", 0, 0]]}}
    many = {"class_name": "Functional", "config": {"layers": [tangle | {"inbound_nodes": []}] * 100_000}}
    start = time.process_time()

    assert "not connected" in refused(cnn=declared(network(), architecture=model))
    assert "more than 500 layers" in refused(cnn=declared(network(), architecture=many))
    assert time.process_time() - start < 5
