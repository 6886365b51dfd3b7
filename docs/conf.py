"""How the documentation is built: uv run sphinx-build -W docs build/docs. Nothing in it is loaded from outside."""

from importlib.metadata import version as version_of

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "qa_analysis"
author = "The qa_analysis authors"
project_copyright = author
version = release = version_of("qa-analysis")

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["pictures", "templates"]
templates_path = ["templates"]
html_static_path = ["styles"]
html_css_files = ["wide.css"]
language = "en-GB"
default_role = "code"  # a name between backticks in a docstring is code
autosummary_generate = False

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # the signature has them; the sections of the docstring say the rest
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = "qa_analysis"
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"**": ["all-pages.html"]}
html_theme_options = {
    "navbar_center": [],
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "article_footer_items": [],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def setup(app: Sphinx) -> None:
    """Show CSV as plain text."""
    app.add_lexer("csv", TextLexer)
