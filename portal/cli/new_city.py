"""The command `new`: asks for what a new city begins with, shows the guess of its columns, and makes its repository."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format

from portal.cli.city_questions import CityQuestions, country_of
from portal.cli.reporter import Reporter
from portal.core.calendars import CALENDARS, Calendar
from portal.core.messages import SOURCE, Message
from portal.core.problems import BuildError, Problem, UsageError, shorten
from portal.imports import (
    DESCRIBES,
    FIRST_SOURCE,
    MAPPING,
    SEPARATORS,
    TABLES,
    Column,
    CsvMapping,
    Guess,
    Guesser,
    NewCity,
    check_target,
    create_city,
    find_format,
    read_mapping,
    read_records,
)


@dataclass(frozen=True, slots=True)
class NewCityOptions:
    """What the command line says of a new city; what it does not say is asked for, or missing."""

    folder: Path
    file: Path | None = None
    """The CSV of its projects."""
    mapping: Path | None = None
    columns: Sequence[str] = ()
    """What columns are, each as HEADING=COLUMN."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Values of `[tool.portal]`, with `languages` as codes with commas, and `country`."""
    yes: bool = False
    """Whether guesses and defaults are taken without a question."""


_NEEDED = ("languages", "city", "currency", "calendar", "fiscal_year_start")
"""The settings that have no default without a terminal."""


def new_city(options: NewCityOptions, reporter: Reporter, is_terminal: bool) -> None:
    """Make the repository of a new city. Asks only on a terminal; raises BuildError or UsageError."""
    check_target(options.folder)
    _check_needed(options, is_terminal)
    questions = CityQuestions(options.settings, is_terminal and not options.yes, reporter)
    languages, settings = questions.all()
    sheet = _read_sheet(options, questions, reporter)
    mapping = _mapping(options, sheet, settings, questions, reporter)
    fixed = {**mapping.fixed, "source_id": FIRST_SOURCE}
    city = NewCity(settings, languages, sheet.file, replace(mapping, fixed=fixed), date.today())
    reporter.stage("make the repository, and build its site")
    created = create_city(options.folder, city)
    reporter.notices(created.imported.notices)
    reporter.created(options.folder, created)
    _say_what_is_next(options.folder, created.not_committed, reporter)


def _check_needed(options: NewCityOptions, is_terminal: bool) -> None:
    """Raise UsageError with all that is missing where nobody can be asked."""
    missing = [key for key in _NEEDED if key not in options.settings]
    if "currency" not in missing and "country" not in options.settings and not country_of(options.settings["currency"]):
        missing.append("country")
    names = [f"--{key.replace('_', '-')}" for key in missing] + ["--csv"] * (options.file is None)
    if names and (not is_terminal or options.yes):
        raise UsageError(f"new: {', '.join(names)} {'is' if len(names) == 1 else 'are'} missing, and nobody is asked.")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The CSV of a new city."""

    file: Path
    form: Any
    header: tuple[str, ...]
    rows: list[list[str]]


def _read_sheet(options: NewCityOptions, questions: CityQuestions, reporter: Reporter) -> _Sheet:
    form = read_mapping(options.mapping).format if options.mapping else None
    if options.file is not None:
        return _sheet(options.file, form)
    sheets: list[_Sheet] = []

    def problem(text: str) -> str:
        try:
            sheets.append(_sheet(Path(text).expanduser(), form))
        except UsageError as error:
            return str(error)
        except BuildError as error:
            return "\n  ".join(one.text for one in error.problems[:3])
        return ""

    questions.answer("CSV of the projects", "", problem)
    return sheets[-1]


def _sheet(file: Path, form: Any) -> _Sheet:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.") from None
    form = form or find_format(data)
    header, records = read_records(file.name, data, form)
    rows = [record for _, record in records]
    if not rows:
        raise BuildError([Problem(file.name, "no-rows", "there is no row below the header.", "Add the projects.")])
    filled = [text.strip() for index, text in enumerate(header) if any(row[index].strip() for row in rows)]
    if filled.count("") * 2 > len(filled):
        message = f"only {sum(map(bool, filled))} of {len(filled)} columns have a heading; this seems to be a title."
        raise BuildError([Problem(file.name, "no-header", message, "Delete the rows above the header.", row=1)])
    return _Sheet(file, form, header, rows)


def _mapping(
    options: NewCityOptions, sheet: _Sheet, settings: Mapping[str, Any], questions: CityQuestions, reporter: Reporter
) -> CsvMapping:
    """What the columns of the CSV are: by the mapping that was given, or as guessed and answered."""
    if options.mapping is not None:
        mapping = read_mapping(options.mapping)
        if mapping.table != "projects" or "source_id" in (*mapping.columns.values(), *mapping.fixed):
            raise UsageError(f"{options.mapping}: it must fill the table projects, and not source_id.")
        unused = [h for h in sheet.header if h not in mapping.columns and h not in mapping.key_from]
        _show_unused(reporter, dict.fromkeys(unused, "the mapping does not name it"))
        return mapping
    guesser = Guesser(_calendar(settings), _is_month_first(settings["phone_region"]), _titles(settings["languages"]))
    guess = guesser.guess(sheet.header, sheet.rows)
    for given in options.columns:
        guess = _assign(guesser, guess, given)
    _show(guess, sheet, reporter)
    if questions.is_asking:
        guess = _ask_columns(guesser, guess, sheet, questions, reporter)
    _check_complete(guess, sheet)
    return guess.mapping(sheet.form, {})


def _titles(languages: Sequence[str]) -> dict[str, list[str]]:
    """The titles of the columns of `projects` in the words of the portal, in English and in `languages`."""
    titles = {each["name"]: Message(each["title"], DESCRIBES) for each in TABLES["projects"]["schema"]["fields"]}
    # Without the unit, which others do not have.
    return {
        name: [re.sub(r" \(.*", "", title[language]) for language in (SOURCE, *languages)]
        for name, title in titles.items()
    }


def _is_month_first(country: str) -> bool:
    """Whether a country writes 2/8/2017 for 8 February, as Unicode CLDR has it."""
    try:
        return str(get_date_format("short", Locale.parse(f"und_{country}"))).startswith("M")
    except UnknownLocaleError:
        return False


def _calendar(settings: Mapping[str, Any]) -> Calendar:
    return next(calendar for calendar in CALENDARS if calendar == settings["calendar"])


def _assign(guesser: Guesser, guess: Guess, text: str) -> Guess:
    """The guess after HEADING=COLUMN. Raises UsageError where that cannot be."""
    heading, sign, target = text.rpartition("=")
    if not sign:
        raise UsageError(f'"{shorten(text)}" is not of the form HEADING=COLUMN.')
    try:
        return guesser.assign(guess, heading, target.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None


def _ask_columns(guesser: Guesser, guess: Guess, sheet: _Sheet, questions: CityQuestions, reporter: Reporter) -> Guess:
    """Ask about what is not sure, then for other changes, until there are no more."""
    changed = [guess]

    def problem(text: str) -> str:
        try:
            changed.append(_assign(guesser, changed[-1], text))
        except UsageError as error:
            return str(error)
        return ""

    for column in guess.columns:
        if column.target and not column.is_sure:
            heading, target = column.heading, column.target
            question = f'Is "{shorten(heading)}" ({_example(column)}) the {target}? yes, no, or another column'
            words = {"yes": target, "y": target, "no": "", "n": ""}
            questions.answer(
                question,
                "yes",
                lambda text, h=heading, w=words: problem(f"{h}={w.get(text.lower(), text)}"),  # type: ignore[misc]
            )
    while True:
        text = questions.answer(
            "Another change? HEADING=COLUMN, HEADING=+ to show it under its heading, HEADING= to leave it out",
            "no",
            lambda text: "" if text == "no" else problem(text),
        )
        if text == "no" and not (said := _incomplete(changed[-1])):
            break
        if text == "no":
            reporter.line(f"  {said}")
    if changed[1:]:
        _show(changed[-1], sheet, reporter)
    return changed[-1]


def _example(column: Column) -> str:
    return f'such as "{shorten(column.values[0], 30)}"'


def _incomplete(guess: Guess) -> str:
    """What a mapping must still have; "" where it has all."""
    if "title" not in guess.used().values():
        return "No column looks like the title of the projects. Say which it is: HEADING=title."
    return ""


def _check_complete(guess: Guess, sheet: _Sheet) -> None:
    """Raise UsageError where there is no title, and BuildError where two rows are the same."""
    if said := _incomplete(guess):
        raise UsageError(f"{sheet.file.name}: {said.replace('HEADING', '--column HEADING')}")
    if guess.key_from or "project_id" in guess.used().values():
        return
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(sheet.rows, start=2):
        before = first.setdefault(tuple(row), number)
        if before != number:
            message = f"this row is the same as row {before} in every column."
            raise BuildError([Problem(sheet.file.name, "same-row", message, "Delete one of them.", row=number)])
    message = "some rows differ in nothing of which a key could be made."
    raise BuildError([Problem(sheet.file.name, "no-key", message, "Add a column with an id for each row.")])


def _show(guess: Guess, sheet: _Sheet, reporter: Reporter) -> None:
    """Say what each column is taken for, and which are not used."""
    form = sheet.form
    count = f"{len(sheet.rows):,} row{'' if len(sheet.rows) == 1 else 's'}"
    reporter.line(f"{sheet.file.name}: {count}, {form.encoding}, {SEPARATORS[form.separator]}")
    width = min(40, max(len(shorten(column.heading, 40)) for column in guess.columns))
    for column in guess.columns:
        if column.target and column.is_sure:
            count = f"{len(column.broken):,} cell{'' if len(column.broken) == 1 else 's'}"
            broken = f"{count} of no use, which stay blank" if column.broken else ""
            example = f'such as "{shorten(column.broken[0], 30)}"' if column.broken else _example(column)
            note = ", ".join(filter(None, (broken, example)))
            reporter.line(f"  {shorten(column.heading, 40):<{width}} -> {column.target:<20} {note}")
    if guess.key_from:
        reporter.line(f"  The key of each row is made from: {', '.join(guess.key_from)}.")
    for note in guess.notes:
        reporter.line(f"  {note}")
    unused = [column for column in guess.columns if not column.is_sure and (column.heading,) != guess.key_from]
    named = {c.heading: f"it may be {c.target}" if c.target else c.why for c in unused if c.heading.strip()}
    _show_unused(reporter, named)
    if nameless := sum(not column.heading.strip() for column in unused):
        reporter.line(f"  not used, without a heading: {nameless:,} column{'' if nameless == 1 else 's'}")


def _show_unused(reporter: Reporter, reasons: Mapping[str, str]) -> None:
    for heading, why in reasons.items():
        reporter.line(f'  column "{shorten(heading, 40)}" was not used: {why}')


def _say_what_is_next(folder: Path, not_committed: str, reporter: Reporter) -> None:
    where = shlex.quote(str(folder))
    if not_committed:
        reporter.line(f"Not committed: {not_committed}. Do it yourself: the first commit is the first release.")
        begin = "git init -b main && git add -A && git commit -m 'Publish our projects'"
        reporter.line(f"  cd {where} && {begin}")
    reporter.line(
        "Still yours: content/about.md and contact.md; base_url in pyproject.toml; licenses in datapackage.json."
    )
    reporter.line(f"A newer CSV: python build.py import csv FILE --mapping {MAPPING} --created DAY")
    reporter.line("Look at it:")
    reporter.line(f"  cd {where} && {shlex.quote(sys.executable)} build.py serve")
