"""How the engine is loaded: nothing of it may stay with what the same process imports later."""

import gc
import sys

import pytest

from netgrade.train.engine import _short_import


def test_what_the_engine_does_not_need_is_there_again_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile it counts as not installed, and afterwards it can be imported; what was there already stays."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setitem(sys.modules, "scipy", pytest)

    with _short_import():
        assert not gc.isenabled()
        assert sys.modules["scipy"] is pytest
        with pytest.raises(ImportError):
            import IPython

    import IPython

    assert IPython.__version__
    assert gc.isenabled()
