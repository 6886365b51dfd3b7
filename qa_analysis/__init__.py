"""Quarterly quality-assurance reports for children's services, from audit workbooks to the board's page.

The public names are listed in `__init__.pyi`, where Python, editors and mypy find them. Each is imported when it is
first used, so that `import qa_analysis` is cheap.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
