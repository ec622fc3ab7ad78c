"""A project -> what the search index takes of it: its texts with weights, Pagefind's document, the row of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any
from unicodedata import category

from portal.core import urls
from portal.core.models import (
    Contract,
    Evaluation,
    MonthlyResult,
    Payment,
    ProgressReport,
    Project,
    Resource,
    Revision,
    Supplier,
    Tender,
    Text,
)
from portal.search.terms import terms

WEIGHTED: Sequence[tuple[int, Sequence[str]]] = (
    (10, ("title",)),
    (7, ("agency",)),
    (6, ("project_id", "policy_id", "branch_id", "kpi_id")),
    (5, ("governor_policy", "strategy", "responsible_unit", "division")),
    (3, ("objectives", "targets", "progress_description", "progress_reports")),
)
"""The weight of each field in the order of results; every other field has the weight 1."""

PAGEFIND_WEIGHT = 5
"""Pagefind reads the fields with this weight or more."""

_NOT_SEARCHED = (
    *("fiscal_calendar", "published_progress", "is_placed_by_agency", "first_amount", "supplier_contracts", "row"),
)

_WEIGHTS = {name: weight for weight, names in WEIGHTED for name in names}
_WEIGHTS |= {f.name: 1 for f in fields(Project) if f.name not in (*_WEIGHTS, *_NOT_SEARCHED)}

_VALUES = {
    kind: attrgetter(*(f.name for f in fields(kind) if f.name not in _NOT_SEARCHED))
    for kind in (MonthlyResult, ProgressReport, Evaluation, Revision, Tender, Contract, Payment)
}
"""For each kind of record of a project, a function that returns its values."""

FieldText = tuple[str, int, str]
"""A field's name, its weight, and its text."""

CodeWords = Mapping[str, Mapping[str, Mapping[str, Text]]]
"""The words for the codes of a table, by its resource, the column and the code."""

CODED = ("tenders", "contracts")
"""The resources whose codes are found by their words too."""


def code_words(resources: Mapping[str, Resource]) -> CodeWords:
    """The words that a package gives for the codes of `CODED`."""
    tables = {name: resources[name].fields for name in CODED if name in resources}
    return {
        name: {column: field.labels for column, field in columns.items() if field.labels}
        for name, columns in tables.items()
    }


def field_texts(project: Project, words: CodeWords | None = None) -> Iterator[FieldText]:
    """Every text of a project, those with the largest weight first; `words` are those for its codes."""
    for name, weight in _WEIGHTS.items():
        value = getattr(project, name)
        if name == "agency" and value is not None:
            value = (value.agency_id, *value.name)
        elif name == "areas":
            value = [(area.area_id, *area.name) for area in value]
        elif name == "source" and value is not None:
            value = value.source_id
        elif name in CODED:
            value = [part for record in value for part in (record, *_other_ways(record, (words or {}).get(name, {})))]
        if text := " \n ".join(_texts(value)):
            yield name, weight, text


def _other_ways(record: Tender | Contract, words: Mapping[str, Mapping[str, Text]]) -> Iterator[str]:
    """How else people type what a record has: its number without signs, and words in place of its codes."""
    number = record.contract_id if isinstance(record, Contract) else record.tender_id
    if (joined := "".join(sign for sign in number if category(sign)[0] in "LMN")) != number:
        yield joined
    for column, labels in words.items():
        if label := labels.get(str(getattr(record, column, record.extra.get(column)))):
            yield from label


def _texts(value: Any) -> Iterable[str]:
    """The texts within a value; of a record, those of its fields."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Decimal):
        return (f"{value:f}",)
    if isinstance(value, (int, date)):
        return (str(value),)
    if isinstance(value, Mapping):
        value = value.values()
    elif isinstance(value, Supplier):
        names = tuple(value.name)
        # Of a person whose name is not published, nothing else is searched.
        value = (value.supplier_id, *names, value.extra) if value.is_named else names
    elif type(value) in _VALUES:
        value = _VALUES[type(value)](value)
    elif not isinstance(value, (tuple, list)):
        return (str(value),)
    return [text for part in value for text in _texts(part)]


END = "z"
"""The last letter of each term in Pagefind's documents."""

_CHARACTERS = [*map(chr, range(0x0E00, 0x0E80)), *"abcdefghijklmnopqrstuvwxyz0123456789."]


class _Letters(dict[int, str]):
    """The small letters for each character of a term."""

    def __missing__(self, code: int) -> str:
        # The codes of `_CHARACTERS` begin with no "y". Four letters number all characters up to those of private use.
        digits = (code // 26**power % 26 for power in (3, 2, 1, 0))
        return self.setdefault(code, "y" + "".join(chr(97 + digit) for digit in digits))


_LETTERS = _Letters(
    {ord(c): chr(97 + i // 26) + chr(97 + i % 26) for i, c in enumerate(_CHARACTERS)} | {ord(" "): f"{END} "}
)


def tokens(text: str) -> str:
    """The terms of a text for Pagefind: small letters for each character, so that it neither cuts nor stems them.

    Two for those of Thai and ASCII, five for all others.

    Each term ends with `END`, with which the letters of no character begin. So a whole term of a query does not match
    the beginning of a longer one. Nor does Pagefind, which replaces an unknown term by the longest word that the term
    begins with, find such a word.
    """
    return " ".join([*terms(text), ""]).translate(_LETTERS).rstrip()


def pagefind_document(texts: Iterable[FieldText]) -> str:
    """The HTML of a project that Pagefind reads; it is never published. The text is encoded by `tokens`."""
    body = "".join(
        f'<p data-pagefind-weight="{weight}">{tokens(text)}</p>'
        for _, weight, text in texts
        if weight >= PAGEFIND_WEIGHT
    )
    return f'<!doctype html><html lang="zxx"><title>-</title><body data-pagefind-body>{body}</body></html>'


_SHOWN_COLUMNS = (
    *("project_id", "title", "fiscal_year", "budget_received", "budget_spent", "progress_percent"),
    *("finish_date", "last_reported"),
)
_FILTER_COLUMNS = ("agency", "area", "status", "policy", "strategy", "signal")

COLUMNS = (*_SHOWN_COLUMNS, *_FILTER_COLUMNS)
"""The columns of an index's table: what a result shows, and by what it is filtered and sorted."""


def table_row(project: Project, rules: Sequence[str]) -> list[str | None]:
    """The row of a project in the table of its index; `rules` are the names of those that found something."""
    shown = [next(iter(_texts(getattr(project, name))), None) for name in _SHOWN_COLUMNS]
    agency_id = None if project.agency is None else project.agency.agency_id
    strategy = None if project.strategy is None else urls.slug(project.strategy)
    areas = " ".join(area.area_id for area in project.areas)
    return [*shown, agency_id, areas, project.status.value, project.policy_id, strategy, " ".join(rules)]
