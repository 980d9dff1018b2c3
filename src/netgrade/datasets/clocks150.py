"""clocks150: the drawn clocks at 150x150 pixels, as students load them."""

from netgrade.datasets.clocks import Split, load_data_of


def load_data() -> tuple[Split, Split]:
    """As the loaders of Keras: `(x_train, y_train), (x_test, y_test)`, images `(n, 150, 150)`, labels `(n, 2)`."""
    return load_data_of(150)
