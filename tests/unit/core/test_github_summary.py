"""Data as Markdown: read as they were written, and cut before GitHub refuses the summary."""

from pathlib import Path

import pytest

from portal.core.github_summary import MAX_BYTES, plain, publish_summary

from tests.markdown import read, tokens


def test_every_sign_of_ascii_is_read_as_it_was_written() -> None:
    signs = "".join(map(chr, range(33, 127)))
    assert read(plain(signs)) == signs
    assert {token.type for token in tokens(plain(signs))} == {"paragraph_open", "inline", "text", "paragraph_close"} | {
        token.type for token in tokens(plain(signs)) if token.type == "text_special"
    }


def test_a_summary_is_cut_before_github_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    publish_summary(["x" * 1000] * 2000)
    assert MAX_BYTES - 2000 < (tmp_path / "summary.md").stat().st_size < MAX_BYTES + 100
    assert (tmp_path / "summary.md").read_text().endswith("The summary is cut here: it would be too large.\n")
