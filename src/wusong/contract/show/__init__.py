"""The faces of a contract: prose, table, diagram, comparison, printed page, all from the model alone."""

from __future__ import annotations

from wusong.contract.show.marks import as_html, as_lines, as_markdown
from wusong.contract.show.paper import printed
from wusong.contract.show.prose import document
from wusong.contract.show.table import table

__all__ = ["as_html", "as_lines", "as_markdown", "document", "printed", "table"]
