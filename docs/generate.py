"""Write the parts of these pages that are made from the package: run `python docs/generate.py` after a change there."""

from __future__ import annotations

from pathlib import Path

from qa_analysis.contract import contract_markdown

PAGE = Path(__file__).with_name("data_contract.md")
START, END = "<!-- made by docs/generate.py from the contract -->\n", "<!-- end of what is made -->\n"


def data_contract(page: str) -> str:
    """Return the page on the contract with its tables as the package has them now."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{contract_markdown()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(data_contract(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
