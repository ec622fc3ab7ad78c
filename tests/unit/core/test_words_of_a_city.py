"""What is one city's stands in its settings, data and content: the program has no currency, month or era of its own."""

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SEARCHED = ("build.py", "portal", "templates", "locales")
ENDINGS = (".py", ".html", ".js", ".css", ".xml", ".txt", ".svg", ".json", ".md", ".po", ".pot")
PAGES_OF_THE_PORTAL = ("glossary", "how-to-read", "methodology")
"""The pages of prose that every city has, whose words are templates."""

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
    "portal/imports/csv_cells.py": "reads the dates of a spreadsheet in either",
    "portal/imports/mapping_file.py": "reads in which of them the dates of a spreadsheet are",
    "portal/imports/release_reader.py": "names a date that was written in the Buddhist Era",
    "portal/imports/package_tables.py": "describes fiscal years in either",
    "locales/portal.pot": "the messages of these templates",
    "locales/th/LC_MESSAGES/portal.po": "what it is called in Thai",
    "templates/components/glossary.html": "explains it where the city counts so",
    "templates/pages/how_to_read.html": "explains it where the city counts so",
    "portal/package/personal_data/guard.py": "cites a Thai act by its name",
}
"""Modules that know the Buddhist Era, since the data of any city may come from where it is used."""


HAS_WORDS_IN_THAI = {
    "portal/core/config.py": "titles before names of persons, in two languages",
    "portal/core/encodings.py": "tells Windows-874 by the syllables of the letters",
    "portal/core/formats.py": "percentages in Thai have a word, and no sign; what a unit of percent is called",
    "portal/core/models/records.py": "the words of a status, beside its codes",
    "portal/core/text.py": "one spelling for what looks the same",
    "portal/imports/column_names.json": "what columns are called, in five languages",
    "portal/imports/guess.py": "words for no value, in five languages",
    "portal/imports/new_city_pages/about.th.md": "the first words of a page, in Thai",
    "portal/imports/new_city_pages/contact.th.md": "the first words of a page, in Thai",
    "portal/package/cells.py": "reads amounts, years, yes and no, in two languages",
    "portal/package/days.py": "reads days and times, in two languages",
    "portal/package/personal_data/folding.py": "finds numbers of persons by the words before them",
    "portal/package/personal_data/guard.py": "finds numbers of persons by the words before them",
    "portal/package/personal_data/mentions.py": "finds numbers of persons by the words before them",
    "portal/package/personal_data/natural_persons.py": "tells persons from companies, in two languages",
    "portal/package/personal_data/texts.py": "finds numbers of persons by the words before them",
    "portal/package/personal_data/words.py": "finds numbers of persons by the words before them",
    "portal/rules/double_counts.py": "tells a budget line from a project by the words around its name",
    "portal/rules/text_anomalies.py": "marks in an order that no keyboard needs",
    "portal/search/folding.py": "one spelling for all that people type alike",
    "portal/site/previews.py": "breaks lines between letters",
}
"""Modules with words in Thai, each of which reads or writes that language in whatever city."""

TELLS_THAI_FROM_OTHER_LANGUAGES = {
    "portal/core/collation.py": "its order is not that of the root of Unicode CLDR",
    "portal/core/formats.py": "its years and percentages",
    "portal/core/models/conventions.py": "the numbers of persons of Thailand, beside those of the United States",
    "portal/history/changes.py": "no comma in a list",
    "portal/package/days.py": "the names of its months",
    "portal/package/personal_data/recognisers.py": "the numbers of persons, where the city says so",
    "portal/search/folding.py": "the Icelandic thorn",
    "portal/site/pages/search.py": "no space behind the kind of an area",
    "portal/site/renderer.py": "no full stop, and no space between words",
    "templates/assets/js/tokens.js": "the Icelandic thorn",
    "templates/pages/methodology.html": "explains its order where it is that of the city",
}
"""Modules with the code of the language as a text."""

SPEAKS_OF_THAI = {
    "portal/package/cells.py": "names Thai digits in a cell",
    "portal/package/dates.py": "names Thai digits in a cell",
    "portal/package/personal_data/recognisers.py": "names a number of a person",
    "portal/rules/text_anomalies.py": "names Thai digits and letters in a text",
    "templates/components/glossary.html": "explains the calendar where the city counts by it",
    "templates/pages/how_to_read.html": "explains the calendar where the city counts by it",
    "templates/pages/methodology.html": "explains the order of names where it is that of the city",
    "templates/pages/search.html": "says which digits may be typed where the site is in Thai",
}
"""Files with a text for people in which the language or the country is named."""

_COMMENTS: Mapping[str, str] = {
    ".css": r"(?s)/\*.*?\*/",
    ".html": r"(?s)\{#.*?#\}",
    ".js": r"(?m)^\s*//.*|\s//\s.*",
    ".xml": r"(?s)\{#.*?#\}",
}


@cache
def texts() -> Mapping[str, str]:
    """The text of each file of the program."""
    files = [path for name in SEARCHED for path in [ROOT / name, *(ROOT / name).rglob("*")] if path.is_file()]
    read = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files if path.suffix in ENDINGS}
    assert len(read) > 300
    return read


@cache
def said() -> Mapping[str, str]:
    """What the code and the templates say: the texts in them, one a line, without comments and notes to programmers."""
    return {
        name: _strings(name, text) if name.endswith(".py") else re.sub(_COMMENTS.get(Path(name).suffix, "$^"), "", text)
        for name, text in texts().items()
        if not name.startswith("locales/")
    }


def _strings(name: str, text: str) -> str:
    tree = ast.parse(text)
    # Those of rules are published.
    notes = () if "/rules/" in name else (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    left_out = set(map(id, notes))
    values = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in left_out)
    return "\n".join(node.value for node in values if isinstance(node.value, str))


def files_with(pattern: str) -> set[str]:
    """The files of the program in which a pattern stands."""
    return {name for name, text in texts().items() if re.search(pattern, text, re.IGNORECASE)}


def files_that_say(pattern: str) -> set[str]:
    """The files with a text in which a pattern stands."""
    return {name for name, text in said().items() if re.search(pattern, text)}


def test_no_file_of_the_program_names_a_currency_but_those_that_read_cells() -> None:
    assert files_with(r"\bbaht\b|\bTHB\b|บาท") == READS_AMOUNTS.keys()


def test_no_file_of_the_program_knows_the_buddhist_era_but_those_that_read_and_write_years() -> None:
    assert files_with(r"buddhist|\bB\.E\.|พุทธศักราช|BE_OFFSET|\b543\b") == KNOWS_BOTH_CALENDARS.keys()


@pytest.mark.parametrize("word", ["Bangkok", "กรุงเทพ", "October", "ตุลาคม"])
def test_no_file_of_the_program_names_the_city_or_its_months(word: str) -> None:
    assert files_with(re.escape(word)) == set()


def test_only_what_reads_or_writes_thai_has_words_in_it() -> None:
    assert files_that_say("[\u0e01-\u0e3a\u0e40-\u0e4e]{2}") == HAS_WORDS_IN_THAI.keys()


def test_only_what_differs_in_thai_asks_for_that_language() -> None:
    # A cell of a table is called the same; whether the site is in Thai, the settings say.
    assert (
        files_that_say(r"""(?m)^th$|(?<!element\()["']th["'](?! in languages)""")
        == TELLS_THAI_FROM_OTHER_LANGUAGES.keys()
    )


def test_no_text_for_people_speaks_of_thai_but_where_the_data_or_the_settings_have_it() -> None:
    assert files_that_say(r"\bThai(?:land)?\b(?! Looped|\")") == SPEAKS_OF_THAI.keys()


def test_the_prose_of_every_city_is_in_templates_and_what_bangkok_adds_to_it_is_its_content() -> None:
    files = {path.name: path.read_text("utf-8") for path in (ROOT / "content").glob("*.md")}
    portal = [name for name in files if name.startswith(PAGES_OF_THE_PORTAL)]
    assert [name for name in portal if not re.search(r"(?m)^adds_to: \S+$", files[name])] == []
    assert {name for name in PAGES_OF_THE_PORTAL if f"{name}.md" in files} == set()
