"""How hard shapes10 is: what common networks reach on it, as a table.

    python benchmarks/difficulty.py

Two networks without any hidden idea, guessing and logistic regression, stand below the quickstart's reference models,
which are trained with plain Keras as their files say.
"""

import os
import runpy
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from netgrade.datasets import shapes10
from netgrade.machine import cpu_name

REFERENCES = Path(__file__).parents[1] / "reference_models/quickstart"
SEEDS = (1, 2, 3)


def main() -> None:
    """Print the table."""
    x_train, y_train, x_test, y_test = shapes10.draw()
    x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)
    rows = [("guessing", 0, [float(np.bincount(y_test).max() / len(y_test))])]
    linear = LogisticRegression(max_iter=200).fit(x_train.reshape(len(x_train), -1), y_train)
    rows.append(
        ("logistic regression", linear.coef_.size + 10, [linear.score(x_test.reshape(len(x_test), -1), y_test)])
    )
    for task in ("dense", "cnn", "dropout", "batchnorm", "own"):
        rows.append(reference(task, (x_train, y_train), (x_test, y_test)))
    table = [
        {"model": name, "parameters": f"{size:,}", "test accuracy": f"{np.mean(found):.1%}",
         "lowest and highest of the seeds": f"{min(found):.1%} to {max(found):.1%}"}
        for name, size, found in rows
    ]  # fmt: skip
    print(pd.DataFrame(table).to_markdown(index=False))
    print(f"\n{len(SEEDS)} seeds, {os.cpu_count()} cores of {cpu_name()}.")


def reference(task: str, train: tuple, test: tuple) -> tuple[str, int, list[float]]:
    """Name, parameters and test accuracies of a reference model."""
    space = runpy.run_path(str(REFERENCES / f"{task}.py"))
    found = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = space[f"build_{task}"]()
        one_hot = keras.utils.to_categorical(train[1], 10)
        model.fit(train[0], one_hot, validation_split=0.2, verbose=0, **space["TRAINING"][task])
        predicted = model.predict(test[0], verbose=0).argmax(axis=1)
        found.append(float((predicted == test[1]).mean()))
    return f"reference: {task}", model.count_params(), found


if __name__ == "__main__":
    main()
