"""What is one city's stands in its settings, data and content: the program has no currency, month or era of its own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SEARCHED = ("build.py", "portal", "templates", "locales")
ENDINGS = (".py", ".html", ".js", ".css", ".xml", ".txt", ".svg", ".json", ".po")

READS_AMOUNTS = {
    "portal/package/cells.py": "strips what people write beside an amount in a cell",
    "portal/package/personal_data/texts.py": "tells amounts from phone numbers",
    "portal/package/personal_data/words.py": "tells amounts from account numbers",
}
"""Modules that know the words of several currencies, since people write them into cells."""

KNOWS_BOTH_CALENDARS = {
    "portal/core/calendars.py": "the two calendars",
    "portal/core/formats.py": "writes years in either",
    "portal/package/fiscal_years.py": "fiscal years in either",
    "portal/package/cells.py": "names a year that was written in the other one",
    "portal/package/dates.py": "names a date that was written in the Buddhist Era",
    "portal/package/days.py": "reads a day in either",
    "portal/package/descriptor.py": "names a date that was written in the Buddhist Era",
    "portal/content/front_matter.py": "names a date that was written in the Buddhist Era",
    "build.py": "an option of `new` takes either",
    "portal/cli/new_city.py": "asks for either",
    "portal/imports/csv_cells.py": "reads the dates of a spreadsheet in either",
    "portal/imports/mapping_file.py": "reads in which the dates of a spreadsheet are",
    "portal/imports/release_reader.py": "names a date that was written in the Buddhist Era",
    "portal/imports/package_tables.py": "describes fiscal years in either",
    "locales/th/LC_MESSAGES/portal.po": "what it is called in Thai",
    "templates/components/glossary.html": "explains it where the city counts so",
    "templates/pages/how_to_read.html": "explains it where the city counts so",
    "portal/package/personal_data/guard.py": "cites a Thai act by its name",
}
"""Modules that know the Buddhist Era, since the data of any city may come from where it is used."""

LEAVES_IT_OUT = {"portal/imports/new_city_files.py": "names the tests that another city does not get"}
"""The module that names the city of this repository, to leave what is its alone out of another one."""


def files_with(pattern: str) -> set[str]:
    """The files of the program in which a pattern stands."""
    files = [path for name in SEARCHED for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.is_file()]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files if path.suffix in ENDINGS}
    assert len(texts) > 300
    return {name for name, text in texts.items() if re.search(pattern, text, re.IGNORECASE)}


def test_no_file_of_the_program_names_a_currency_but_those_that_read_cells() -> None:
    assert files_with(r"\bbaht\b|\bTHB\b|บาท") == READS_AMOUNTS.keys()


def test_no_file_of_the_program_knows_the_buddhist_era_but_those_that_read_and_write_years() -> None:
    assert files_with(r"buddhist|\bB\.E\.|พุทธศักราช|BE_OFFSET|\b543\b") == KNOWS_BOTH_CALENDARS.keys()


@pytest.mark.parametrize("word", ["Bangkok", "กรุงเทพ", "October", "ตุลาคม"])
def test_no_file_of_the_program_names_the_city_or_its_months(word: str) -> None:
    assert files_with(re.escape(word)) - LEAVES_IT_OUT.keys() == set()
