"""What is asked of a new city before its data: its names, its languages, its money and its calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from portal.cli.reporter import Reporter
from portal.core.calendars import CALENDARS
from portal.core.messages import SOURCE, Message
from portal.core.models import PERSONAL_IDS
from portal.core.problems import UsageError, shorten
from portal.imports import settings_problem

_TRIAL: Mapping[str, Any] = {
    "base_url": "https://portal.example/",
    "currency": "USD",
    "calendar": "gregorian",
    "fiscal_year_start": "01-01",
    "fiscal_year_named_by": "end",
    "phone_region": "US",
    "personal_ids": [],
    "collation": "en",
    "timezone": "UTC",
}
"""Settings that the program accepts, with which each answer is tried."""


class CityQuestions:
    """Asks for settings, and checks each answer as the program checks its configuration."""

    def __init__(self, given: Mapping[str, str], is_asking: bool, reporter: Reporter) -> None:
        """With `is_asking` what is not `given` is asked for; without, it gets its default."""
        self.given = given
        self.is_asking = is_asking
        self.reporter = reporter

    def answer(self, question: str, default: str, problem: Callable[[str], str]) -> str:
        """The answer to a question; an empty line is `default`. Asks again while there is a `problem` with it."""
        while True:
            shown = f" [{default}]" if default else ""
            try:
                text = input(f"{question}{shown}: ").strip() or default
            except EOFError:
                raise UsageError("new: no answer; nothing was written.") from None
            said = problem(text) if text else "Write something."
            if not said:
                return text
            self.reporter.line(f"  {said}")

    def all(self) -> tuple[list[str], dict[str, Any]]:
        """The languages, and the settings with all that follow from the answers."""
        question = "Languages, the first one of the data first, such as es,en"
        languages = _codes(self._setting("languages", question, SOURCE, _languages_problem))
        self._check_names(languages)
        settings = {"languages": languages, **self._names(languages), **self._conventions(languages)}
        has_order = not _problem(languages, "collation", languages[0])
        quiet = {
            "base_url": _TRIAL["base_url"],
            "collation": languages[0] if has_order else "en",
            "timezone": _time_zone(settings["phone_region"]),
        }
        settings |= {key: self.given.get(key, default) for key, default in quiet.items()}
        if email := self.given.get("corrections_email"):
            settings["corrections_email"] = email
        if said := settings_problem(settings):
            raise UsageError(said)
        return languages, settings

    def _conventions(self, languages: Sequence[str]) -> dict[str, Any]:
        """How the city counts. Of what its country has, the defaults are those of the country."""

        def ask(key: str, question: str, default: str) -> str:
            return self._setting(key, question, default, lambda value: _problem(languages, key, value))

        currency = ask("currency", "Currency, by ISO 4217, such as USD", "")
        country = self._setting(
            "country",
            "Country, by ISO 3166, such as US",
            country_of(currency),
            lambda code: _problem(languages, "phone_region", code),
        )
        calendar = ask("calendar", f"Calendar of the pages, {' or '.join(CALENDARS)}", _TRIAL["calendar"])
        begin = ask("fiscal_year_start", "First day of the fiscal year, month-day", "01-01")
        named_by = self.given.get("fiscal_year_named_by", "end")
        if begin != "01-01":
            question = "Fiscal years are named by the year of their start or end"
            named_by = ask("fiscal_year_named_by", question, "end")
        return {
            "currency": currency,
            "calendar": calendar,
            "fiscal_year_start": begin,
            "fiscal_year_named_by": named_by,
            "phone_region": country,
            "personal_ids": [name for name in PERSONAL_IDS if name.split("-")[0] == country.lower()],
        }

    def _check_names(self, languages: Sequence[str]) -> None:
        """Raise UsageError for a name in a language that the site does not have."""
        for key in sorted(self.given):
            name, _, code = key.partition("_")
            if name in ("name", "city") and code and code not in languages[1:]:
                option = f"--{name}-{code}"
                raise UsageError(f"{option}: {code} is not one of the further languages, {','.join(languages[1:])}.")

    def _names(self, languages: Sequence[str]) -> dict[str, Any]:
        """The names of the city and of the portal, in each language."""
        names: dict[str, Any] = {}
        for language in languages:
            ending = "" if language == languages[0] else f"_{language}"
            of = f" ({language})" if languages[1:] else ""
            city = self._setting(f"city{ending}", f"Name of the city{of}", names.get("city", ""), lambda _: "")
            names[f"city{ending}"] = city
            title = Message("{city} Projects", values={"city": city})[language]
            names[f"name{ending}"] = self._setting(f"name{ending}", f"Name of the portal{of}", title, lambda _: "")
        return names

    def _setting(self, key: str, question: str, default: str, problem: Callable[[str], str]) -> str:
        """The value of a setting: as given, asked for, or its default. Raises UsageError for a wrong option."""
        if key in self.given or not self.is_asking:
            value = self.given.get(key, default)
            if said := problem(value):
                raise UsageError(f"--{key.replace('_', '-')}: {said}")
            return value
        return self.answer(question, default, problem)


def _trial(languages: Sequence[str], /, **settings: Any) -> dict[str, Any]:
    """Settings of which the program accepts all but, perhaps, `settings`."""
    endings = ("", *(f"_{language}" for language in languages[1:]))
    names = {f"{key}{ending}": "City" for key in ("name", "city") for ending in endings}
    return {**names, **_TRIAL, "languages": [*languages], **settings}


def _problem(languages: Sequence[str], key: str, value: str) -> str:
    """What the program has to say against the value of a setting; "" where it accepts it."""
    return settings_problem(_trial(languages, **{key: value}))


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",")]


def _languages_problem(text: str) -> str:
    languages = _codes(text)
    if wrong := [code for code in languages if not re.fullmatch("[a-z]{2,3}", code)]:
        return f'"{shorten(wrong[0])}" is not the code of a language, such as en.'
    return settings_problem(_trial(languages))


def country_of(currency: str) -> str:
    """The country of a currency, whose code by ISO 4217 begins with that of its country; "" where there is none."""
    code = currency[:2]
    return "" if settings_problem(_trial([SOURCE], phone_region=code)) else code


def _time_zone(country: str) -> str:
    """The first time zone of a country in the list of the IANA database, in which most of its people live."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    zones = (line.split("\t")[2] for line in table.splitlines() if line.startswith(f"{country}\t"))
    return next(zones, "UTC")
