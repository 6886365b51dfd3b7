"""Make the pages of quarters and publish them. Called, it is `qa.report`: this package must not hide that function."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


class _CalledAsAFunction(ModuleType):
    def __call__(self, *args: Any, **named: Any) -> Report:
        from qa_analysis.page.report import report

        return report(*args, **named)


sys.modules[__name__].__class__ = _CalledAsAFunction
