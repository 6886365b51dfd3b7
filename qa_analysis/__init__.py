"""Quarterly quality-assurance reports for children's services, from audit workbooks to the board's page.

Names are imported when they are first used, so that `import qa_analysis` is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa_analysis.store import Data, chosen_quarter, load

_HOME = {"Data": "store", "chosen_quarter": "store", "load": "store"}

__all__ = ["Data", "chosen_quarter", "load"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
