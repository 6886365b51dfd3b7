"""What a kernel is like before a page, and how it is made so again before the next; both run within the kernel."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

_before: dict[str, Any] = {}


def note() -> None:
    """Note what a page may change: environment, search path, modules, and the options of numpy and matplotlib.

    The backend is loaded first: with it matplotlib becomes interactive, and shows the figures of a cell below it.
    """
    plt.switch_backend(mpl.get_backend())
    options = dict(mpl.rcParams.copy())
    options.pop("backend")
    _before.update(
        folder=Path.cwd(), environment=dict(os.environ), paths=[*sys.path], modules={*sys.modules}, options=options,
        printing=np.get_printoptions(), errors=np.geterr(),
    )  # fmt: skip


def empty() -> None:
    """Put back what was noted, with pandas' options as they are at first, and forget the page's own names."""
    from IPython.core.getipython import get_ipython

    os.chdir(_before["folder"])
    os.environ.clear()
    os.environ.update(_before["environment"])
    sys.path[:] = _before["paths"]
    for name in [name for name, module in sys.modules.items() if _is_own(name, module)]:
        del sys.modules[name]
    np.set_printoptions(**_before["printing"])
    np.seterr(**_before["errors"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # options that are going to be given up
        mpl.rcParams.update(_before["options"])
        pd.reset_option("all")
    shell = get_ipython()
    assert shell is not None
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]


def _is_own(name: str, module: Any) -> bool:
    """Tell whether a page has imported a module of its project, which may have a state of its own."""
    file = getattr(module, "__file__", None)
    if name in _before["modules"] or not file or name.partition(".")[0] == "qa_analysis":
        return False
    path = Path(file).resolve()
    return path.is_relative_to(_before["folder"].resolve()) and not path.is_relative_to(Path(sys.prefix).resolve())
