"""The pages of prose that are shipped."""

from __future__ import annotations

from pathlib import Path

from portal.content.documents import read_documents

ROOT = Path(__file__).parents[2]


def test_the_shipped_pages_have_no_problems() -> None:
    documents, found = read_documents(ROOT / "content")
    assert found == []
    assert {d.language for d in documents} == {"th", "en"}
