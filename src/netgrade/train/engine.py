"""The engine, TensorFlow on CPU or GPU: its settings, which hold only before it is imported, and its name."""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from netgrade import __version__
from netgrade.garbage import lasting
from netgrade.machine import cpu_name
from netgrade.objects.record import Environment
from netgrade.train.devices import claim_gpu

_SETTINGS = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Off by default on CPUs without VNNI, where oneDNN's convolutions are still the fastest.
    "TF_ENABLE_ONEDNN_OPTS": "1",
    # Several trainings may share one GPU; by default the first one would take all of its memory.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
}

_NOT_NEEDED = ("IPython", "matplotlib", "pandas", "scipy", "sklearn")
"""Keras loads these where they are installed, for what no training uses: more than a third of its import."""

ROUNDING = "updates in place"
"""How this trainer differs from earlier ones in the last bits: a training that one began, no other goes on with."""


def prepare_engine() -> None:
    """Set what TensorFlow reads at import, and its threads. Has an effect only before the first computation.

    Waits for a GPU, where there are any; so no lock that another training may wait for is held meanwhile.
    """
    claim_gpu()
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    with _silent_stderr(), _short_import():
        import tensorflow as tf

    # It warns where one process compiles many functions, which is what training many plans means.
    tf.get_logger().setLevel("ERROR")
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads())
        tf.config.threading.set_inter_op_parallelism_threads(threads())
    except RuntimeError:  # it computes already: the first training of this process has set them
        pass


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Hide what TensorFlow's C++ writes at import whatever its log level; a failed import raises all the same."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _short_import() -> Iterator[None]:
    """Import TensorFlow without what is not needed, and without looking for garbage among half a million objects.

    None of them ever is: freeing a network (`forget_network`) would look through them for a quarter of a second.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    hidden = [name for name in _NOT_NEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # with None, Python says that it is not there
    try:
        with lasting():
            yield
    finally:
        for name in hidden:
            del sys.modules[name]


def threads() -> int:
    """Threads for one training: NETGRADE_THREADS, else OMP_NUM_THREADS (set by Snakemake), else all cores."""
    for name in ("NETGRADE_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdigit() and int(value) > 0:
            return int(value)
    return len(os.sched_getaffinity(0))


def environment() -> Environment:
    """What this process trains on. Imports TensorFlow."""
    import tensorflow as tf

    return Environment(
        engine=f"tensorflow {tf.__version__}, {ROUNDING}",
        keras=version("keras"),
        netgrade=__version__,
        python=platform.python_version(),
        device=_device(),
    )


def _device() -> str:
    import tensorflow as tf

    if gpus := tf.config.list_physical_devices("GPU"):
        return f"gpu: {tf.config.experimental.get_device_details(gpus[0]).get('device_name', 'unknown')}"
    count = tf.config.threading.get_intra_op_parallelism_threads() or threads()
    return f"cpu: {cpu_name()}, {count} thread{'' if count == 1 else 's'}"
