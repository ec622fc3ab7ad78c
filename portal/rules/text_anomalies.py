"""What is odd in texts: encodings, characters and spaces that readers do not see and programs stumble over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from portal.core.encodings import GARBLED, restored
from portal.core.messages import Message
from portal.core.models import Agency, Portal, Supplier
from portal.rules.needs import RECORD_TABLES
from portal.rules.registry import Anomaly, TextRule, registered, text_anomaly

_ENCODED = re.compile("\u0e4d[\u0e48-\u0e4b]*\u0e32|\u0e32[\u0e48-\u0e4b]*\u0e4d|\u0e33[\u0e48-\u0e4b]|\u0e40\u0e40")
_THAI_DIGITS = re.compile("[\u0e50-\u0e59]+")
_HIDDEN = re.compile("[\u00a0\u00ad\u115f\u1160\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_DAMAGED = re.compile("[\u0080-\u009f\ufffc\ufffd\ue000-\uf8ff]")
_LOST_LETTERS = re.compile(r"(?<![^\s\"'(/.,:-])\?{3,}")
"""Question marks at the begin of a word; those behind a letter end a question."""
_SPACES = re.compile(r"\A\s+|(?<=\S)(?: {2,}|[ \t]*\t[ \t]*)(?=\S)|\s+\Z")


@text_anomaly(
    Message("The same letters in another encoding"),
)
def other_encoding(text: str) -> re.Match[str] | None:
    """Sara am is written as nikhahit and sara aa, in either order, or before its tone mark, or sara ae as two sara e.

    They look alike, and other programs may not find the text. The search of this site finds both.
    """
    return _ENCODED.search(text)


@text_anomaly(
    Message("Text read in the wrong encoding"),
)
def garbled_text(text: str) -> re.Match[str] | None:
    """The text was Thai, was opened in another encoding, such as Windows-874, Windows-1252 or Mac Roman, and saved.

    Nobody can read it, as “à¸”. It often happens when a CSV is opened in Excel directly.
    """
    return GARBLED.search(text) if restored(text) else None


@text_anomaly(
    Message("Question marks where letters were"),
)
def lost_letters(text: str) -> re.Match[str] | None:
    """Three or more question marks stand where a word should be.

    It often happens when a table is saved as plain CSV instead of CSV UTF-8. Only an earlier release has the letters.
    """
    return _LOST_LETTERS.search(text)


@text_anomaly(
    Message("Thai digits in a text"),
)
def thai_digits(text: str) -> re.Match[str] | None:
    """The text uses Thai digits, as official letters do.

    Other programs may not find them or count with them. The search of this site finds both kinds.
    """
    return _THAI_DIGITS.search(text)


@text_anomaly(
    Message("Characters that cannot be seen"),
)
def hidden_characters(text: str) -> re.Match[str] | None:
    """The text holds characters without width, special spaces or marks of direction, which often come along when it is
    copied from a document or a web page. Here they are shown as codes such as ‹U+200B›.
    """  # noqa: D205 - the first sentence is longer than a line
    return _HIDDEN.search(text)


@text_anomaly(
    Message("Characters that cannot be read"),
)
def damaged_characters(text: str) -> re.Match[str] | None:
    """The text holds characters that stand for lost ones, or that only some fonts can show, often from the conversion
    of a file. Here they are shown as codes such as ‹U+FFFD›.
    """  # noqa: D205 - the first sentence is longer than a line
    return _DAMAGED.search(text)


@text_anomaly(
    Message("Stray or doubled spaces"),
)
def stray_spaces(text: str) -> re.Match[str] | None:
    """There are spaces before or after the text, several spaces together, or tabs, often from typing or copying.

    Here each is shown as ␣.
    """
    return _SPACES.search(text)


TEXT_RULES: tuple[TextRule, ...] = registered(TextRule)
"""In the order in which they are shown."""


def find_in_texts(portal: Portal) -> tuple[int, Mapping[str, list[Anomaly]]]:
    """How many text cells a package has, and what is odd in them by the name of each rule, by file and row."""
    anomalies: dict[str, list[Anomaly]] = {rule.name: [] for rule in TEXT_RULES}
    cells = 0
    for resource, row, project_id, name, text in _texts(portal):
        cells += 1
        if portal.unusual_rows is not None and row not in portal.unusual_rows[resource]:
            continue
        for rule in TEXT_RULES:
            if match := rule.find(text):
                excerpt = _excerpt(text, *match.span())
                anomalies[rule.name].append(Anomaly(resource, row, name, excerpt, project_id))
    return cells, anomalies


def _texts(portal: Portal) -> Iterator[tuple[str, int, str | None, str, str]]:
    """The text cells by file and row, each with resource, row, project, field and text.

    Not the ids, which have a form of their own, nor what the descriptor says of a source.
    """
    yield from _cells_of(portal, "projects", ((p.row, p.project_id, p) for p in portal.projects))
    for name in RECORD_TABLES:
        records = ((record.row, p.project_id, record) for p in portal.projects for record in getattr(p, name))
        yield from _cells_of(portal, name, records)
    yield from _cells_of(portal, "agencies", ((agency.row, None, agency) for agency in portal.agencies))
    yield from _cells_of(portal, "suppliers", ((supplier.row, None, supplier) for supplier in portal.suppliers))


_NO_TEXTS = ("number", "integer", "year", "boolean", "date", "datetime")
"""Types whose values are no texts."""


def _cells_of(
    portal: Portal, resource: str, records: Iterable[tuple[int, str | None, Any]]
) -> Iterator[tuple[str, int, str | None, str, str]]:
    """The text cells of `records`, each given with its row and project."""
    fields = portal.package.resources[resource].fields if resource in portal.package.resources else {}
    names = [name for name, field in fields.items() if field.type not in _NO_TEXTS and not name.endswith("_id")]
    if not names:
        return
    for row, project_id, record in sorted(records, key=itemgetter(0)):
        for name in names:
            text = record.extra[name] if name in record.extra else _attribute(record, name)
            if isinstance(text, str) and text:
                yield resource, row, project_id, name, text


def _attribute(record: Any, name: str) -> Any:
    """What a record has under the name of a column."""
    if isinstance(record, Agency | Supplier) and name.startswith("name"):
        return record.name.by_column("name").get(name)
    return getattr(record, name, None)


AROUND = 30
"""Characters of an excerpt on either side of what is odd."""


def _excerpt(text: str, begin: int, end: int) -> str:
    """What stands around a place in a text, what cannot be seen made visible."""
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    shown = f"{before}{_visible(text[begin:end])}{after}".replace("\n", " ")
    return f"{'…' if begin > AROUND else ''}{shown}{'…' if end + AROUND < len(text) else ''}"


def _visible(text: str) -> str:
    """A text with each invisible character as its code; of a text of spaces alone, ␣ for each."""
    invisible = re.compile(f"{_HIDDEN.pattern}|{_DAMAGED.pattern}")
    coded = invisible.sub(lambda match: f"‹U+{ord(match[0]):04X}›", text)
    return re.sub(r"\s", "␣", coded) if not coded.strip() else coded
