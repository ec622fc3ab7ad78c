"""The sheet that a project's page prints, read back from the PDF that Chromium makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("project", ["91000000-1001", "95030000-9001"])
def test_the_fullest_and_the_emptiest_project_fit_three_sheets(
    sample_site: Path, printed: Callable[[Path, str], Any], project: str
) -> None:
    sheets = printed(sample_site, f"/projects/{project}/")
    assert 1 <= len(sheets) <= 3
    assert any(project in sheet.get_textpage().get_text_bounded() for sheet in sheets)
