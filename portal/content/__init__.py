"""Texts that people write: content pages, and notes on projects; the only user of the Markdown library.

In: folders of Markdown. Out: each text as a `Document` or a `Note`, sanitised, or every problem with its line.
"""

from portal.content.documents import read_documents
from portal.content.notes import read_notes
from portal.content.synonyms import Synonyms, read_synonyms, synonyms_json

__all__ = [
    "Synonyms",
    "read_documents",
    "read_notes",
    "read_synonyms",
    "synonyms_json",
]
