"""Build the documentation with warnings as errors, and see that it is whole and loads nothing from outside.

python docs/check_site.py, with the packages of the group `dev`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup

DOCS = Path(__file__).parent
CAPTIONS = ["The report", "The data", "Running it", "Exploring and extending", "The project"]
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
OUTSIDE = r"(?:https?:)?//"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        options = ["-W", "--keep-going", "-q", "-j", "auto", "-d", f"{folder}/trees"]
        subprocess.run([sys.executable, "-m", "sphinx", *options, DOCS, site], check=True)
        wrong = list(faults(site))
    if wrong:
        sys.exit("\n".join(wrong))


def faults(site: Path) -> Iterator[str]:
    """Yield what is wrong with a built site, one line a fault."""
    sources = {path.stem for path in DOCS.glob("*.md")}
    pages = {path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.glob("*.html")}
    yield from (f"{name}.md: there is no page of it" for name in sorted(sources - set(pages)))
    for name, page in sorted(pages.items()):
        bar = page.find(class_="bd-sidebar-primary")
        captions = [each.get_text() for each in bar.find_all(class_="caption")]
        if captions != CAPTIONS:
            yield f"{name}.html: its navigation has the parts {captions}"
        if len(bar.find_all("a")) != len(sources) - 1:
            yield f"{name}.html: its navigation has {len(bar.find_all('a'))} links for {len(sources) - 1} pages"
        for tag, attribute in LOADED.items():
            for each in page.find_all(tag):
                if re.match(OUTSIDE, each.get(attribute, "")):
                    yield f"{name}.html: loads {each[attribute]}"
    for style in sorted((site / "_static").rglob("*.css")):
        for loaded in re.findall(rf"(?:url\(|@import)\s*[\"']?{OUTSIDE}[^\s\"')]*", style.read_text(encoding="utf-8")):
            yield f"{style.name}: loads {loaded}"
    if "Wilson EB (1927)" not in pages["api"].get_text():
        yield "api.html: the sources of the formulas are missing"


if __name__ == "__main__":
    main()
