"""What pyproject.toml may say of a portal, and in which words a mistake in it is refused."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.core.calendars import FiscalCalendar
from portal.core.config import read_config
from portal.core.models import Currency, Text, Thresholds
from portal.core.problems import UsageError

from tests.conventions import DOLLARS
from tests.texts import both

CONFIGURATION = """
[tool.portal]
languages = ["th", "en"]
name = "ก"
name_en = "A"
city = "ข"
city_en = "B"
base_url = "https://example.org/portal"
currency = "USD"
calendar = "gregorian"
fiscal_year_start = "07-01"
fiscal_year_named_by = "end"
phone_region = "US"
personal_ids = ["us-ssn"]
collation = "en"
timezone = "America/Chicago"
"""


def test_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    config = read_config(tmp_path / "pyproject.toml")
    assert (config.name["en"], config.base_url, config.base_path) == ("A", "https://example.org/portal/", "/portal/")


def test_how_a_city_counts_is_read(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION, "utf-8")
    config = read_config(pyproject)
    assert (config.conventions, config.timezone) == (DOLLARS, ZoneInfo("America/Chicago"))
    text = CONFIGURATION.replace('"end"', '"start"').replace("07-01", "04-06").replace("gregorian", "buddhist")
    pyproject.write_text(text + 'currency_name = "เหรียญ"\ncurrency_name_en = "dollars"', "utf-8")
    conventions = read_config(pyproject).conventions
    assert conventions.currency == Currency("USD", both("เหรียญ", "dollars"))
    assert conventions.fiscal == FiscalCalendar("buddhist", 4, 6, named_by_end=False)


COUNTING = {
    "currency": ("a code of ISO 4217, such as USD", ["usd", "US$", "DOLLAR", "ABC", "<b>"]),
    "calendar": ("one of: buddhist, gregorian", ["thai", "Gregorian", "B.E."]),
    "fiscal_year_start": (
        "a month and a day up to the 28th, such as 07-01",
        ["7-1", "07", "13-01", "00-10", "02-29", "10-31", "07-01-2026", "July", "๐๗-๐๑", "07-01\\n"],
    ),
    "fiscal_year_named_by": ("one of: end, start", ["both", "End"]),
    "phone_region": (
        "the code of a country by ISO 3166, such as US",
        ["us", "USA", "ZZ", "EU", "66", "+1", "Thailand"],
    ),
    "collation": ("one of: th, de, en, es, fr, id, it, nl, pt", ["xx", "en_US", "TH"]),
    "timezone": (
        "a time zone of the IANA database, such as America/Chicago",
        ["Chicago", "", "Asia", "UTC+7", "../etc/passwd", "/etc/localtime", "asia/bangkok"],
    ),
}
"""What each setting may be, and texts that it may not be."""


@pytest.mark.parametrize("key", COUNTING)
def test_how_a_city_counts_has_no_default_and_a_wrong_value_says_what_is_allowed(tmp_path: Path, key: str) -> None:
    pyproject = tmp_path / "pyproject.toml"
    (line,) = [line for line in CONFIGURATION.splitlines() if line.startswith(f"{key} =")]
    allowed, texts = COUNTING[key]
    pyproject.write_text(CONFIGURATION.replace(line, ""), "utf-8")
    with pytest.raises(UsageError) as missing:
        read_config(pyproject)
    assert str(missing.value) == f"pyproject.toml: [tool.portal] {key} is missing. Write {allowed}."
    for value in (
        *(f'"{text}"' for text in (*texts, "", " ", "x" * 500)),
        "5",
        "true",
        "[]",
        "{}",
        '["USD"]',
        "2026-07-01",
    ):
        pyproject.write_text(CONFIGURATION.replace(line, f"{key} = {value}"), "utf-8")
        with pytest.raises(UsageError) as wrong:
            read_config(pyproject)
        message = str(wrong.value)
        assert message.startswith(f"pyproject.toml: [tool.portal] {key}: ")
        assert message.endswith(f" is not allowed. Write {allowed}.")
        assert len(message) < 220
        assert "\n" not in message


@pytest.mark.parametrize("value", ['"th"', '["xx"]', '["th", 5]', "[[]]", "true", "{}", '""', '["TH"]'])
def test_wrong_personal_ids_say_which_there_are(tmp_path: Path, value: str) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION.replace('["us-ssn"]', value), "utf-8")
    with pytest.raises(
        UsageError, match=r"personal_ids: .* is not allowed. Write a list of some of: th, us-ssn; \[\] for"
    ):
        read_config(pyproject)
    pyproject.write_text(CONFIGURATION.replace('personal_ids = ["us-ssn"]', ""), "utf-8")
    with pytest.raises(UsageError, match=r"personal_ids is missing\. Write a list of some of"):
        read_config(pyproject)
    pyproject.write_text(CONFIGURATION.replace('["us-ssn"]', "[]"), "utf-8")
    assert read_config(pyproject).conventions.numbers.personal_ids == ()


def test_one_area_has_a_name_of_its_own_or_that_of_all(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION, "utf-8")
    assert read_config(pyproject).area is None
    pyproject.write_text(CONFIGURATION + 'area = "เขต"\narea_en = "District"', "utf-8")
    assert read_config(pyproject).area == both("เขต", "District")


def test_thresholds_are_read_and_those_not_set_are_the_usual_ones(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION, "utf-8")
    assert read_config(pyproject).signals == Thresholds()
    pyproject.write_text(CONFIGURATION + "[tool.portal.signals]\nspending_ahead_points = 0\nsilent_months = 3", "utf-8")
    assert read_config(pyproject).signals == Thresholds(0, Thresholds().unspent_percent, 3)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("spending_points = 30", "has no key spending_points"),
        ("spending_ahead_points = -1", "spending_ahead_points must be a whole number from 0 to 100"),
        ("unspent_percent = 101", "unspent_percent must be a whole number from 0 to 100"),
        ("unspent_percent = 10.0", "unspent_percent must be a whole number"),
        ("jump_from_percent = true", "jump_from_percent must be a whole number"),
        ('jump_from_percent = "50"', "jump_from_percent must be a whole number"),
        ("silent_months = 0", "silent_months must be a whole number from 1 to 12"),
        ("silent_months = 13", "silent_months must be a whole number from 1 to 12"),
    ],
)
def test_wrong_threshold_names_its_key(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{CONFIGURATION}[tool.portal.signals]\n{line}", "utf-8")
    with pytest.raises(UsageError, match=rf"^pyproject.toml: \[tool.portal.signals\] {message}"):
        read_config(tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CONFIGURATION + "signals = 5", r"\[tool.portal.signals\] must be a table"),
        ("[tool", "pyproject.toml: not valid TOML"),
        ("", r"the table \[tool.portal\] is missing"),
        ("tool = 5", r"the table \[tool.portal\] is missing"),
        ("[tool]\nportal = 5", r"the table \[tool.portal\] is missing"),
        (CONFIGURATION + "colour = 5", "has no key colour"),
        (CONFIGURATION.replace('"A"', '" "'), "name_en must be a text"),
        (CONFIGURATION.replace('"A"', "5"), "name_en must be a text"),
        (
            CONFIGURATION + 'area_en = "District"',
            r"\[tool.portal\] area must be a text, as area and area_en belong together",
        ),
        (
            CONFIGURATION + 'area = "เขต"\narea_en = " "',
            r"\[tool.portal\] area_en must be a text, as area and area_en belong",
        ),
        (CONFIGURATION + 'currency_name = "บาท"', "currency_name_en must be a text, as currency_name and"),
        (
            CONFIGURATION + 'currency_name = "บาท"\ncurrency_name_en = 5',
            "currency_name_en must be a text",
        ),
        (CONFIGURATION + "projects_per_page = 0", "projects_per_page must be a whole number"),
        (CONFIGURATION + "projects_per_page = true", "projects_per_page must be a whole number"),
        (CONFIGURATION + 'oc4ids_prefix = "oc4ids-A1"', "oc4ids_prefix must have the form oc4ids-a1b2c3"),
        (CONFIGURATION + "oc4ids_prefix = 5", "oc4ids_prefix must have the form oc4ids-a1b2c3"),
        (CONFIGURATION + 'ocds_prefix = "ocds-A1"', "ocds_prefix must have the form ocds-a1b2c3"),
        (CONFIGURATION + 'ignore_columns = "projects.x"', "ignore_columns must be a list"),
        (CONFIGURATION + 'ignore_columns = ["x"]', "ignore_columns must be a list such as"),
        (CONFIGURATION.replace("/portal", "/a/../b"), "is not the address of a site"),
        (CONFIGURATION + 'projects_per_page = "50"', "projects_per_page must be a whole number"),
        (CONFIGURATION.replace("https://example.org", "ftp://example.org"), "is not the address of a site"),
        (CONFIGURATION.replace("/portal", "/portal?x"), "is not the address of a site"),
        (CONFIGURATION.replace("example.org", "example.org:x"), "is not the address of a site"),
    ],
)
def test_wrong_configuration_names_its_key(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        read_config(tmp_path / "pyproject.toml")


def test_configuration_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_config(tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_bytes(CONFIGURATION.encode("tis-620"))
    with pytest.raises(UsageError, match="not valid TOML"):
        read_config(tmp_path / "pyproject.toml")


@pytest.mark.parametrize("value", ['"th"', "[]", '["th", 5]', '["th", "th"]', "true", "{}", '""'])
def test_wrong_languages_say_how_they_are_written(tmp_path: Path, value: str) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION.replace('["th", "en"]', value), "utf-8")
    with pytest.raises(
        UsageError, match=r"languages: .* is not allowed\. Write a list of codes, that of the language of"
    ):
        read_config(pyproject)
    pyproject.write_text(CONFIGURATION.replace('languages = ["th", "en"]', ""), "utf-8")
    with pytest.raises(UsageError, match=r"languages is missing\. Write a list of codes"):
        read_config(pyproject)


@pytest.mark.parametrize("code", ["xx", "TH", "en_US", "../en", "english", "", "e", "th\\n"])
def test_a_language_has_a_code_of_cldr(tmp_path: Path, code: str) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION.replace('["th", "en"]', f'["th", "{code}"]'), "utf-8")
    with pytest.raises(UsageError, match="is not the code of a language in Unicode CLDR"):
        read_config(pyproject)


def test_a_language_without_a_catalogue_is_named_with_the_next_step(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(CONFIGURATION.replace('["th", "en"]', '["sw", "en"]'), "utf-8")
    with pytest.raises(UsageError, match=r"locales/sw/LC_MESSAGES/portal\.po: there is no such catalogue\. Make it as"):
        read_config(pyproject)


def test_texts_are_those_of_the_languages_of_the_city_and_of_no_other(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    english = (
        CONFIGURATION.replace('["th", "en"]', '["en"]').replace('name_en = "A"\n', "").replace('city_en = "B"\n', "")
    )
    pyproject.write_text(english + 'area = "District"', "utf-8")
    config = read_config(pyproject)
    assert (config.conventions.languages, config.name, config.area) == (("en",), Text("ก"), Text("District"))
    pyproject.write_text(english + 'area = "District"\narea_en = "District"', "utf-8")
    with pytest.raises(UsageError, match="has no key area_en"):
        read_config(pyproject)
    pyproject.write_text(CONFIGURATION.replace('["th", "en"]', '["en", "th"]').replace("_en = ", "_th = "), "utf-8")
    config = read_config(pyproject)
    assert (config.name["en"], config.name["th"]) == ("ก", "A")
