"""The sheet that a project's page prints, read back from the PDF that Chromium makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from playwright.sync_api import Browser

from tests.pages import provenance

BASE = "https://projects.bangkok.example"
A4 = (595, 842)
"""Points."""


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_reference_project_prints_on_one_to_three_sheets_of_a4(
    real_site: Path, printed: Callable[[Path, str], Any], language: str
) -> None:
    sheets = printed(real_site, f"{language}/projects/04160000-6961/")
    assert 1 <= len(sheets) <= 3
    assert {tuple(round(side) for side in sheet.get_size()) for sheet in sheets} == {A4}
    text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in sheets)
    release = provenance(real_site, "04160000-6961")["version"]
    known = ["04160000-6961", "45%", "1,500,000", release, f"{BASE}{language}/projects/04160000-6961/"]
    known += ["of the data is not known"] if language else ["0416-1044"]
    assert [one for one in known if one not in " ".join(text.split())] == []


def test_the_sheet_carries_a_qr_code_of_its_address(real_site: Path, printed: Callable[[Path, str], Any]) -> None:
    image = printed(real_site, "/projects/04160000-6961/")[0].render(scale=3).to_numpy()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [f"{BASE}/projects/04160000-6961/"]


def test_the_sheet_is_dark_on_white_also_in_the_dark_theme(
    real_site: Path, printed: Callable[[Path, str], Any]
) -> None:
    image = printed(real_site, "/projects/04160000-6961/")[1].render().to_numpy()
    assert (image[:, :, :3] > 250).mean() > 0.7


def test_the_button_prints(real_site: Path, chromium: Browser, served: Callable[[Path], str]) -> None:
    page = chromium.new_page()
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(served(real_site) + "/projects/04160000-6961/")
    page.get_by_role("button", name="พิมพ์ PDF").click()
    assert page.evaluate("window.printed") is True
    assert page.locator("[data-print-hint]").is_hidden()
    page.close()
