"""Whole sites of cities in one language, and in two of which the first is not Thai."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser as Html

from portal.core import formats

from tests import cities_in_languages as cities
from tests import dollar_city
from tests.pages import page, pages, text

THAI = re.compile("[\u0e00-\u0e7f]+")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("english")
    cities.make(root, "en")
    return dollar_city.build(root)


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a city that has Spanish alone, with a catalogue of which each word can be told from English."""
    root = tmp_path_factory.mktemp("spanish")
    cities.make(root, "es")
    cities.write_catalogue(root / "program" / "locales", "es", cities.in_greek)
    return dollar_city.build(root)


@pytest.fixture(scope="module")
def two_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("two")
    cities.make(root, "en", "es")
    cities.write_catalogue(root / "program" / "locales", "es", cities.in_greek)
    return dollar_city.build(root)


def files(site: Path) -> Iterator[tuple[str, str]]:
    """The texts of all files but scripts, style sheets and pictures, unpacked."""
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if not file.is_file() or name.startswith(("assets/", "pagefind/")) or file.suffix in (".png", ".parquet"):
            continue
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if not zipfile.is_zipfile(io.BytesIO(data)):
            yield name, data.decode()
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (
                (f"{name}/{inner}", archive.read(inner).decode("utf-8", "replace")) for inner in archive.namelist()
            )


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_a_city_of_one_language_has_no_trace_of_another(name: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    assert not (site / "en").exists()
    found = {(file, match[0]) for file, words in files(site) for match in THAI.finditer(words)}
    assert found == set()
    for file, html in pages(site):
        assert html.css("[hreflang]") == [], file
        assert html.css("header a.language") == [], file
        language = {"english": "en", "spanish": "es"}[name]
        assert {node.attributes["lang"] for node in html.css("[lang]")} == {language}, file
    assert "hreflang" not in (site / "sitemap.xml").read_text("utf-8")
    assert "/en/" not in (site / "sitemap.xml").read_text("utf-8")


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_no_column_of_a_city_of_one_language_is_for_another(name: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    for file in (site / "data").glob("*.csv"):
        header = file.read_text("utf-8-sig").splitlines()[0].split(",")
        assert [column for column in header if re.search("_(en|th|es)$", column)] == [], file.name
    described = (site / "data" / "datapackage.json").read_text("utf-8")
    assert re.findall(r'"\w+_(?:en|th|es)":', described) == []
    assert page(site, "data/index.html").css("#cite-en, #cite-es, #cite-th")[1:] == []


def test_no_word_of_an_english_city_is_about_another_language(english: Path) -> None:
    found = {}
    for name, html in pages(english):
        words = text(html.css_first("body")).replace("Thai digits in a text", "")
        if match := re.search(r"[^.]*\b(Thai|Thailand|baht|Bangkok|Buddhist)\b[^.]*", words):
            found[name] = match[0]
    assert found == {}


NAMES = frozenset(
    (
        *("archive", "base", "bib", "BibTeX", "catalog", "changes", "citation", "code"),
        *("com", "contact", "contracts", "csv", "CSV", "csvw", "data", "datapackage"),
        *("DCAT", "DuckDB", "Excel", "example", "GeoJSON", "gzip", "http", "https"),
        *("identifier", "index", "json", "jsonl", "JSON", "LibreOffice", "Markdown", "Mendeley"),
        *("metadata", "OCDS", "ocid", "OpenDocument", "org", "Parquet", "parquet", "projects"),
        *("Python", "quality", "README", "releases", "SHA", "signals", "sums", "tables"),
        *("tsv", "txt", "url", "URL", "UTF", "xlsx", "zip", "Zotero"),
        *("CSL", "RFC", "ISO", "RSS", "Atom", "USD"),
    )
)
"""What is called the same in every language."""


def cldr_words() -> set[str]:
    """The words of dates and of money in Spanish."""
    locale = Locale.parse("es")
    texts = [*locale.months["format"]["wide"].values(), *locale.months["format"]["abbreviated"].values()]
    texts += [*locale.months["stand-alone"]["narrow"].values(), "de", "dólar", "dólares", "estadounidense"]
    return {*texts, "dólares", "estadounidenses", "inglés"}


def names_in_data(site: Path) -> set[str]:
    """What the data call tables, columns, codes and sources."""
    described = json.loads((site / "data" / "datapackage.json").read_text("utf-8"))
    fields = [field for table in described["resources"] for field in table.get("schema", {}).get("fields", [])]
    names = [described["name"], *(part["name"] for part in (*described["resources"], *fields))]
    names += [code for field in fields for code in field.get("constraints", {}).get("enum", [])]
    names += [str(field["example"]) for field in fields if "example" in field]
    with (site / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        names += [row["source_id"] for row in csv.DictReader(file)]
    return {word for name in names for word in re.findall("[A-Za-z]+", name)}


TITLES = 'a[href^="https://www.open-contracting.org/"], a[href^="https://cardinal.readthedocs.io/"]'
"""Links whose text is the title of a work in English."""


def words_of(html: Html) -> Iterator[str]:
    """The words of a page that people read, and those of its head; not its codes, addresses and ids."""
    for node in html.css(f"script, style, code, pre, .code, [data-word], svg title, .citation, {TITLES}"):
        node.decompose()
    head = [node.attributes.get("content") or "" for node in html.css("meta[name=description], meta[property$=title]")]
    said = [
        node.attributes.get(name) or ""
        for name in ("aria-label", "title", "alt", "placeholder")
        for node in html.css(f"[{name}]")
    ]
    for words in (text(html.css_first("body")), text(html.css_first("title")), *head, *said):
        plain = re.sub(r"https?://\S+|\S+@\S+|\S*[._/]\S*|\S*[0-9_]\S*", " ", words)
        yield from re.findall(r"[A-Za-zÀ-ÿ]{3,}", plain)


def test_every_word_of_the_interface_is_from_the_catalogue(spanish: Path) -> None:
    known = NAMES | cldr_words() | names_in_data(spanish)
    found: dict[str, str] = {}
    for name, html in pages(spanish):
        for word in words_of(html):
            if word not in known:
                found.setdefault(word, name)
    assert found == {}


def test_numbers_dates_and_amounts_are_written_as_in_spanish(spanish: Path) -> None:
    assert page(spanish, "index.html").css_first("html").attributes["lang"] == "es"
    shown = text(page(spanish, "projects/91000000-1001/index.html").css_first("main"))
    assert "98.000,5" in shown
    assert re.search(r"[0-9]{1,2} de (enero|marzo|septiembre|octubre) de 20[0-9]{2}", shown)
    assert re.search(r"[0-9] %", shown)
    projects = text(page(spanish, "projects/index.html").css_first("main"))
    assert re.search("[0-9],[0-9]+ " + "million".translate(cities.GREEK) + " dólares estadounidenses", projects)


def test_one_and_several_have_the_forms_of_the_catalogue(spanish: Path) -> None:
    said = text(page(spanish, "agencies/index.html").css_first("main")) + text(
        page(spanish, "index.html").css_first("main")
    )
    one, many = ("project".translate(cities.GREEK), "projects".translate(cities.GREEK))
    assert re.search(rf"\b[2-9][0-9]* {many}\b", said)
    assert re.search(rf"\b1 {one}\b", said)
    assert not re.search(rf"\b1 {many}\b", said)


def test_the_second_language_stands_below_its_code(two_languages: Path) -> None:
    site = two_languages
    assert (site / "es" / "index.html").is_file()
    assert not (site / "en").exists()
    home, other = page(site, "index.html"), page(site, "es/index.html")
    assert [node.attributes["lang"] for node in (home.css_first("html"), other.css_first("html"))] == ["en", "es"]
    assert [node.attributes["href"] for node in home.css("header a.language")] == ["/es/"]
    assert text(home.css_first("header a.language")) == "English".translate(cities.GREEK)
    assert text(other.css_first("header a.language")) == "English"
    assert [node.attributes["hreflang"] for node in home.css("link[hreflang]")] == ["en", "es"]
    agencies = (site / "data" / "agencies.csv").read_text("utf-8").splitlines()[0].split(",")
    assert agencies == ["agency_id", "name", "name_es", "kind", "area_id"]
    agency = page(site, "es/agencies/91000000/index.html")
    assert text(agency.css_first("h1")).startswith(
        "ЕС ".translate(str.maketrans("ЕС", "ЕС"))[:0] + "ES ".translate(cities.CYRILLIC)
    )


@pytest.fixture(scope="module")
def english_and_thai(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("thai")
    cities.make(root, "en", "th")
    return dollar_city.build(root)


def test_english_first_and_thai_second_is_the_same_city_the_other_way_round(english_and_thai: Path) -> None:
    home = page(english_and_thai, "index.html")
    assert home.css_first("html").attributes["lang"] == "en"
    assert "โครงการ" in text(page(english_and_thai, "th/index.html").css_first("body"))
    assert THAI.search(text(home.css_first("main"))) is None


@pytest.mark.parametrize(("path", "language"), [("", "en"), ("th/", "th")])
def test_a_chart_for_other_pages_says_the_day_in_the_era_of_the_city(
    english_and_thai: Path, served: Callable[[Path], str], chromium: Browser, path: str, language: str
) -> None:
    tab = chromium.new_page()
    tab.goto(f"{served(english_and_thai)}/{path}embed/?page=/")
    created = date.fromisoformat(json.loads((english_and_thai / "build-info.json").read_text("utf-8"))["created"])
    day = formats.long_date(created, language, "gregorian").replace(formats.NBSP, " ")
    expect(tab.locator("[data-part=release]").first).to_contain_text(f"({day})", timeout=30_000)
    tab.close()


def test_a_language_that_is_written_from_right_to_left_says_so(tmp_path: Path, english: Path) -> None:
    cities.make(tmp_path, "ar")
    cities.write_catalogue(tmp_path / "program" / "locales", "ar", cities.in_greek)
    directions = {
        node.attributes.get("dir") for _, html in pages(dollar_city.build(tmp_path)) for node in html.css("html")
    }
    assert directions == {"rtl"}
    assert page(english, "index.html").css("html[dir]") == []


def test_a_gap_in_a_catalogue_stops_the_build_with_its_place(tmp_path: Path) -> None:
    cities.make(tmp_path, "es")
    program = tmp_path / "program"
    cities.write_catalogue(program / "locales", "es", lambda text: "" if text == "Agencies" else cities.in_greek(text))
    command = [sys.executable, str(program / "build.py"), "check", "--package", str(tmp_path / "city")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 2
    assert re.search(
        r'locales/es/LC_MESSAGES/portal.po, line [0-9]+: the message "Agencies" has no translation', result.stderr
    )
