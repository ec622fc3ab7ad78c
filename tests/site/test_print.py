"""The sheet that a project's page prints, read back from the PDF that Chromium makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser


@pytest.fixture
def printed(chromium: Browser, served: Callable[[Path], str], tmp_path: Path) -> Callable[[Path, str], Any]:
    def print_page(site: Path, path: str) -> Any:
        page = chromium.new_page(color_scheme="dark")
        page.goto(served(site) + path)
        page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
        page.close()
        return pypdfium2.PdfDocument(tmp_path / "sheet.pdf")

    return print_page


@pytest.mark.parametrize("project", ["91000000-1001", "95030000-9001"])
def test_the_fullest_and_the_emptiest_project_fit_three_sheets(
    sample_site: Path, printed: Callable[[Path, str], Any], project: str
) -> None:
    sheets = printed(sample_site, f"/projects/{project}/")
    assert 1 <= len(sheets) <= 3
    assert any(project in sheet.get_textpage().get_text_bounded() for sheet in sheets)
