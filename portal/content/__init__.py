"""Texts that people write: content pages, and notes on projects; the only user of the Markdown library.

In: folders of Markdown. Out: each text as a `Document` or a `Note`, sanitised, or every problem with its line.
"""

from portal.content.documents import read_documents
from portal.content.notes import read_notes

__all__ = [
    "read_documents",
    "read_notes",
]
