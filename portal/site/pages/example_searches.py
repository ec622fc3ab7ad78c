"""The searches that the front page offers: words of people that stand in names of projects, and a phrase of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from portal.core.models import ProjectSummary, Text

WORDS = 3
"""Words that are offered, at most."""

PHRASE = 3
"""Projects that must share a phrase before it is offered."""

MAX_LETTERS = 24
"""Characters of what is offered, at most, so that several stand in a line of a phone. A name may have twice as many."""

TELLING = 5
"""A word that more than one of so many names have says nothing of any, such as the city's own name."""


def example_searches(largest_first: Sequence[ProjectSummary], synonyms: Iterable[Sequence[str]]) -> tuple[Text, ...]:
    """What to search for, for who does not know what to type; each finds something.

    These are the rows of `synonyms` that most names have, and the phrase between spaces that most names share. Where
    that is nothing, it is the short names of the projects that received most.
    """
    titles = [project.title.casefold() for project in largest_first]
    limit = max(1, len(titles) // TELLING)
    examples = [*_words(titles, synonyms, limit), *_phrases(largest_first, limit)]
    if not examples:
        names = dict.fromkeys(project.title for project in largest_first if len(project.title) <= 2 * MAX_LETTERS)
        examples = [Text(name) for name in names][:WORDS]
    return tuple(examples)


def _words(titles: Sequence[str], synonyms: Iterable[Sequence[str]], limit: int) -> list[Text]:
    """In the order in which most names have them; an abbreviation is replaced by what it stands for."""
    counts: list[tuple[int, Text]] = []
    for terms in synonyms:
        words = [term for term in terms if not term.endswith(".")] or [*terms]
        folded = [word.casefold() for word in words]
        count = sum(any(word in title for word in folded) for title in titles)
        if 0 < count <= limit and len(words[0]) <= MAX_LETTERS:
            english = next((word for word in words if word.isascii()), "")
            counts.append((count, Text(words[0], (("en", english),) if english else ())))
    return [word for _, word in sorted(counts, key=lambda pair: -pair[0])[:WORDS]]


def _phrases(projects: Iterable[ProjectSummary], limit: int) -> list[Text]:
    """The phrase that most names have, if any; Thai has a space between phrases, not between words."""
    counts = Counter(phrase for project in projects for phrase in set(project.title.split()))
    suitable = [
        (-count, phrase)
        for phrase, count in counts.items()
        if PHRASE <= count <= limit and MAX_LETTERS // 3 <= len(phrase) <= MAX_LETTERS and _is_word(phrase)
    ]
    return [Text(phrase) for _, phrase in sorted(suitable)[:1]]


def _is_word(phrase: str) -> bool:
    """Whether it is of letters alone. Python does not count Thai vowel and tone marks as letters."""
    return all(letter.isalpha() or "\u0e31" <= letter <= "\u0e4e" for letter in phrase)
