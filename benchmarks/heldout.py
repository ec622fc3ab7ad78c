"""Queries cut from a package as people might type them, and which projects hold them.

The texts are read without the search's own code. What "the same text" means is said again by `plain`, but for Thai:
there it is the search's own folding. Any part of a text is to be found, but for parts that stand within too many texts
to say anything: see `holds`.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from portal.search import fold

CHILDREN = ("progress_reports", "revisions")


@dataclass(frozen=True)
class Query:
    """What is typed, and the ids of the projects that hold each of its words."""

    text: str
    members: frozenset[str]


def texts_of(package: Path) -> dict[str, list[str]]:
    """Every text of every project, by id: its own columns, its agency's names, and its reports."""
    agencies = {row["agency_id"]: row for row in rows(package, "agencies")}
    texts: dict[str, list[str]] = {}
    for row in rows(package, "projects"):
        agency = agencies.get(row["agency_id"], {})
        texts[row["project_id"]] = [*row.values(), agency.get("name", ""), agency.get("name_en", "")]
    for name in CHILDREN:
        for row in rows(package, name):
            texts[row.pop("project_id")] += row.values()
    return {key: [value for value in values if value] for key, values in texts.items()}


def rows(package: Path, name: str) -> list[dict[str, str]]:
    """The records of a CSV."""
    with (package / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: str) -> str:
    """One spelling for all that people mean as the same, of words in Latin letters and numbers."""
    text = re.sub("\\.(?=[ªº])", "", text.casefold())
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    whole_numbers = re.sub("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", letters.replace("\u00ad", ""))
    return re.sub("(?<=[a-z0-9])-(?=[a-z0-9])", "", whole_numbers)


WORD = re.compile("([a-z0-9]+(?:(?<=[0-9])\\.(?=[0-9])[a-z0-9]+)*)")
SHORT_NUMBER = re.compile("[0-9](?:\\.?[0-9])?")
SHORT_LETTERS = re.compile("[a-z]{1,2}")


def holds(text: str, part: str) -> bool:
    """Whether a folded text holds a folded part.

    A number of one or two digits in the part is a whole number of the text, and one or two Latin letters begin a word.
    """
    return pattern_of(part).search(text) is not None


def pattern_of(part: str) -> re.Pattern[str]:
    """What matches a folded text that holds the folded part."""
    return re.compile("".join(map(_pattern, WORD.split(part))))


def _pattern(word: str) -> str:
    if SHORT_NUMBER.fullmatch(word):
        return f"(?<![0-9])(?<![0-9][.]){re.escape(word)}(?![.]?[0-9])"
    return f"(?<![a-z]){word}" if SHORT_LETTERS.fullmatch(word) else re.escape(word)


def typed_thai(pick: random.Random, text: str) -> str:
    """The text in one of the spellings that people use for it."""
    changes: Sequence[Mapping[str, str]] = (
        {"\u0e33": "\u0e4d\u0e32"},
        {"\u0e41": "\u0e40\u0e40"},
        dict(zip("0123456789", "๐๑๒๓๔๕๖๗๘๙", strict=True)),
        {"า": "า\u200b"},
    )
    change = pick.choice((*changes, {}, {}, {}))
    text = text.translate({ord(letter): spelling for letter, spelling in change.items()})
    # The tone mark is typed before or after the nikhahit.
    text = re.sub("([\u0e48-\u0e4b])\u0e4d", pick.choice(("\\1\u0e4d", "\u0e4d\\1")), text)
    return pick.choice((text, text.upper()))


def typed_latin(pick: random.Random, text: str) -> str:
    """The same of a text in Latin letters: small ones or capitals, without accents, or with each typed by itself."""
    apart = unicodedata.normalize("NFD", text)
    bare = re.sub("[\u0300-\u036f]", "", apart)
    text = pick.choice((text, apart, bare, bare, text.replace("n.º", "nº").replace("1.ª", "1a")))
    return pick.choice((text, text.upper(), text.lower()))


class Spelling(NamedTuple):
    """How texts of a language are spelt."""

    fold: Callable[[str], str]
    typed: Callable[[random.Random, str], str]


SPELLINGS = {"th": Spelling(fold, typed_thai), "en": Spelling(plain, typed_latin), "es": Spelling(plain, typed_latin)}


def cuts(package: Path, count: int, seed: int, language: str = "th") -> Iterator[Query]:
    """`count` queries of four and more characters and at most four words, cut from any field of any project."""
    spelling = SPELLINGS[language]
    pick, texts_by_id = random.Random(seed), texts_of(package)
    # No word of a query has a line break, so none lies across two texts.
    folded = {key: "\n".join(map(spelling.fold, values)) for key, values in texts_by_id.items()}
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for key, values in texts_by_id.items():
        fields[key] = [value for value in values if len(value.strip()) >= 4]
    keys = sorted(fields)
    made = 0
    while made < count:
        value = pick.choice(fields[pick.choice(keys)])
        length = pick.randint(4, 40)
        begin = pick.randrange(0, max(1, len(value) - length + 1))
        cut = " ".join(value[begin : begin + length].split()[:4])
        if len(cut) < 4 or not any(character.isalnum() for character in cut):
            continue
        made += 1
        # Folding joins what a hyphen is between: one at an end of the cut has lost its other side.
        words = [pattern_of(word.strip("-")) for word in spelling.fold(cut).split()]
        postings = (key for key, text in folded.items() if all(word.search(text) for word in words))
        yield Query(spelling.typed(pick, cut), frozenset(postings))
