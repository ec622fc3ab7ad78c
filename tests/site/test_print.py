"""The sheet that a project's page prints, read back from the PDF that Chromium makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(("project", "most"), [("91000000-1001", 4), ("92000000-3001", 3), ("95030000-9001", 3)])
def test_a_project_fits_three_sheets_and_one_with_contracts_four(
    sample_site: Path, printed: Callable[[Path, str], Any], project: str, most: int
) -> None:
    sheets = printed(sample_site, f"/projects/{project}/")
    assert 1 <= len(sheets) <= most
    assert any(project in sheet.get_textpage().get_text_bounded() for sheet in sheets)
