"""The site of a city that pays in dollars and counts years from July: no page and no file has the words of another."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_currency

from tests import dollar_city
from tests.pages import page, pages, read_records, text

FOREIGN = re.compile(
    r"baht|THB|฿|บาท|ล้านบาท|Buddhist|\bB\.E\.|พุทธศักราช|พ\.ศ\.|Bangkok|กรุงเทพ|September to|ตุลาคมของ|October",
    re.IGNORECASE,
)
"""What is said of money, of years and of the city on the site of another."""

OCTOBER = re.compile(r"(?:\b[0-9]{1,2} )?\b(?:October|Oct|ตุลาคม|ต\.ค\.) 20[0-9]{2}", re.IGNORECASE)
"""A day or a month of the calendar, which this city has too."""

BUDDHIST_YEAR = re.compile(r"(?<![0-9.,/#-])25[4-7][0-9](?![0-9.,])")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dollars")
    dollar_city.make(root)
    return root


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return dollar_city.build(root, "--patterns")


def test_no_page_speaks_of_another_citys_money_or_years(site: Path) -> None:
    found = []
    for name, html in pages(site):
        if name.startswith(("patterns/", "en/patterns/")):
            continue
        head = [node.attributes.get("content") or "" for node in html.css("meta[name=description], meta[property]")]
        words = OCTOBER.sub("", " ".join([text(html.css_first("body")), *head]))
        found += [(name, match[0]) for match in FOREIGN.finditer(words)]
        found += [(name, match[0]) for match in BUDDHIST_YEAR.finditer(words)]
    assert found == []


def _files(site: Path) -> Iterator[tuple[str, str]]:
    """The texts of all published data and feeds, unpacked."""
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if not file.is_file() or not name.startswith("data") or file.suffix == ".html":
            continue
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (
                    (f"{name}/{inner}", archive.read(inner).decode("utf-8", "replace")) for inner in archive.namelist()
                )
        else:
            yield name, data.decode("utf-8", "replace")


def test_no_file_of_the_open_data_names_another_currency(site: Path) -> None:
    texts = dict(_files(site))
    assert {"data/oc4ids.json.gz", "data/quality.json", "data.json"} <= texts.keys()
    assert any(name.startswith("data/") and ".xlsx/" in name for name in texts)
    found = {(name, match[0]) for name, words in texts.items() for match in re.finditer("THB|baht|บาท|฿", words)}
    assert found == set()


def test_exports_name_dollars(site: Path) -> None:
    projects = json.loads(gzip.decompress((site / "data" / "oc4ids.json.gz").read_bytes()))["projects"]
    currencies = set(re.findall(r'"currency": ?"(\w+)"', json.dumps(projects)))
    assert currencies == {"USD"}
    html = page(site, "projects/91000000-3003/index.html")
    described = [json.loads(node.text()) for node in html.css('script[type="application/ld+json"]')]
    grant: Any = next(one["mainEntity"]["funding"] for one in described if "funding" in one.get("mainEntity", {}))
    assert grant["amount"]["currency"] == "USD"


@pytest.mark.parametrize(("prefix", "locale"), [("en/", "en"), ("", "th")])
def test_every_project_shows_its_budget_as_cldr_writes_dollars(site: Path, prefix: str, locale: str) -> None:
    lists = text(page(site, f"{prefix}projects/index.html").css_first("main"))
    seen = 0
    for project_id, record in read_records(site / "data").items():
        received = record.get("budget_received")
        if not received:
            continue
        value = Decimal(str(received))
        exact = format_currency(value, "USD", locale=locale, format_type="standard" if locale == "en" else "name")
        exact = exact.replace(".00", "").replace("\N{NO-BREAK SPACE}", " ")
        shown = text(page(site, f"{prefix}projects/{project_id}/index.html").css_first("main"))
        assert exact in shown
        if value >= 1_000_000:
            millions = f"{round(value / 1_000_000, 2):,f}".rstrip("0").rstrip(".")
            assert (f"${millions} million" if locale == "en" else f"{millions} ล้านดอลลาร์สหรัฐ") in lists
        seen += 1
    assert seen > 10


def test_fiscal_years_are_those_of_the_city(site: Path) -> None:
    years = page(site, "en/years/index.html")
    assert "(1 July to 30 June)" in text(years.css_first("body")) or "(1 July to 30 June)" in str(
        years.css_first("meta[name=description]").attributes["content"]
    )
    assert "FY 2026 (2025/26)" in text(years.css_first("main"))
    assert "ปีงบประมาณ 2026" in text(page(site, "years/index.html").css_first("main"))
    assert (site / "years" / "2026" / "index.html").is_file()
    rule = text(page(site, "en/signals/dates-outside-fiscal-year/index.html").css_first("main"))
    assert "1 July of the year before to 30 June" in rule
    thai = text(page(site, "signals/dates-outside-fiscal-year/index.html").css_first("main"))
    assert "1 กรกฎาคมของปีก่อนหน้าถึง 30 มิถุนายน" in thai


def test_only_dates_outside_the_years_of_the_city_are_called_so(site: Path) -> None:
    outside = set()
    for project_id, record in read_records(site / "data").items():
        year = record.get("fiscal_year")
        for name in ("start_date", "finish_date"):
            if year and record.get(name) and not f"{year - 1}-07-01" <= record[name] <= f"{year}-06-30":
                outside.add(project_id)
    listed = page(site, "en/signals/dates-outside-fiscal-year/index.html")
    addresses = [link.attributes["href"] or "" for link in listed.css("main a")]
    assert {address.split("/")[-2] for address in addresses if re.search("/projects/[0-9]{8}-", address)} == outside


def test_month_1_is_july(site: Path) -> None:
    monthly = text(page(site, "en/projects/91000000-3001/index.html").css_first("main"))
    assert "1 = July" in monthly
    assert re.search(r"Result of month 1 July 20[0-9]{2}", monthly)


def test_thai_pages_show_the_common_era(site: Path) -> None:
    shown = text(page(site, "projects/91000000-3001/index.html").css_first("main"))
    assert re.search(r"[0-9]{1,2} (?:มกราคม|กันยายน|สิงหาคม|ตุลาคม) 20[0-9]{2}", shown)


def test_what_changed_is_said_in_dollars(site: Path) -> None:
    (folder,) = (site / "en" / "changes").glob("2026-01-02-*")
    changes = text(page(site, f"{folder.relative_to(site)}/index.html").css_first("main"))
    assert "rose in 3 projects: $3.7 million" in changes
    assert "(+1,234,567)" in changes


def test_scripts_write_amounts_as_pages_do(site: Path) -> None:
    for prefix, words in (("en/", ["${n}", "${n} million"]), ("", ["{n} ดอลลาร์สหรัฐ", "{n} ล้านดอลลาร์สหรัฐ"])):
        search = page(site, f"{prefix}search/index.html")
        nodes = [search.css_first(f'#words [data-word="{name}"]') for name in ("money", "millions")]
        assert [node.text() for node in nodes] == words
        assert nodes[0].attributes["data-digits"] == "2"


def test_another_currency_is_in_every_page_and_export_of_the_next_build(root: Path, site: Path, tmp_path: Path) -> None:
    assert site.is_dir()
    city = tmp_path / "city"
    shutil.copytree(root, city, symlinks=True)
    pyproject = city / "program" / "pyproject.toml"
    pyproject.write_text(pyproject.read_text("utf-8").replace('currency = "USD"', 'currency = "JPY"'), "utf-8")
    rebuilt = dollar_city.build(city)
    packed = gzip.decompress((rebuilt / "data" / "oc4ids.json.gz").read_bytes()).decode()
    assert set(re.findall(r'"currency": ?"(\w+)"', packed)) == {"JPY"}
    shown = text(page(rebuilt, "en/projects/index.html").css_first("main"))
    assert re.search(r"¥[0-9.,]+ million", shown)
    assert "$" not in shown
    # The yen has no parts: of 98,000.50 it is the nearest one.
    project = text(page(rebuilt, "en/projects/91000000-1001/index.html").css_first("main"))
    assert "¥98,001" in project
    assert "¥98,000.5" not in project
