"""What an import has to say of what it has read, though it keeps nothing from being written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from portal.core.problems import Problem, shorten

TEXTS: Mapping[str, tuple[str, str]] = {
    "no-budget-line": (
        "contracting processes name no budget line: each is a project of its own.",
        "Ask the publisher for planning.budget.id.",
    ),
    "shared-budget-line": ("budget lines are shared by several contracting processes: each is counted once.", ""),
    "contradictory-amounts": (
        "budget lines have another amount in each of their processes: it is left blank.",
        "Ask the publisher which one holds.",
    ),
    "budget-value": (
        "processes write the amount of their budget as value, where the standard says amount: it is read.",
        "",
    ),
    "no-currency": ("amounts have no currency: they are read as those of the city.", ""),
    "no-title": ("processes have no title: their identifier stands in its place.", ""),
    "no-buyer": ("processes have no buyer: the agency is left blank.", ""),
    "award-without-contract": ("awards have no contract yet: they are not imported.", ""),
    "no-supplier": ("contracts or awards name no supplier: it is left blank.", ""),
    "several-suppliers": (
        "contracts are of several suppliers, and the share of each is not known: the supplier is left blank.",
        "",
    ),
    "several-names": ("suppliers are written in more than one way: the most frequent name is taken.", ""),
    "natural-person": (
        "suppliers are natural persons: neither their names nor their numbers are written.",
        "Where the names may be public, allow suppliers.name with a reason in personal_data_allowed.",
    ),
    "number-of-a-person": (
        "suppliers are known by what looks like the number of a person: it is not written, and the name is their key.",
        "",
    ),
    "no-address": (
        "contracts have several documents, or one without a web address: their own address stays as it is.",
        "",
    ),
    "same-key": ("records have the key of another one, and replace it.", "Ask the publisher for ids that differ."),
    "left-out": (
        "processes break the standard and are left out: what the package has of them stays.",
        "The problems name what to correct at the publisher.",
    ),
    "vanished": (
        "processes of earlier imports are not in these files: their rows stay.",
        "Delete the rows if they were withdrawn; a file of one year does not have those of others.",
    ),
    "vanished-project": (
        "projects of earlier imports are not in these files: their rows stay.",
        "Delete the rows if they were withdrawn; a file of one year does not have those of others.",
    ),
    "not-in-file": ("rows of the package are not in this file: they stay.", "Delete the rows if they were withdrawn."),
    "removed": ("contracts, tenders or payments are gone from processes that still are in these files: removed.", ""),
    "incomplete-row": (
        "rows have no key or no title: they are left out.",
        "Complete them there, and import the file again.",
    ),
    "undefined-byte": (
        "bytes have no sign in Windows-1252: they are left out, as Excel shows nothing in their place.",
        "Where a letter is missing, correct it there.",
    ),
    "unreadable-cell": (
        "cells cannot be read, in columns that the mapping lists under leave_blank: they are blank.",
        "Correct them there where the value is known.",
    ),
    "reverse-dates": (
        "rows have a finish_date before their start_date: both are blank, since either may be wrong.",
        "Correct them there.",
    ),
    "linked-by-rule": (
        "budget lines are a project that the package has already, by a rule: no second row is written.",
        "Look through data/crosswalk.csv; a row of made_by person with a blank other_id parts the two.",
    ),
    "linked": ("budget lines are joined with a project of the package: its own row stays as it is.", ""),
    "unknown-link": (
        "rows of data/crosswalk.csv name an other_id that data/projects.csv does not have: they join nothing.",
        "Correct the id.",
    ),
    "joined-later": ("projects are now joined with another one: their own rows are removed.", ""),
}
"""What each notice says after its number, and the next step."""

EXAMPLES = 3
"""Ids that a notice names."""


class Notices:
    """Counts what is to be said, with the first ids of each kind."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, dict[str, None]] = {}

    def count(self, rule: str, identifier: str) -> None:
        """One more of a kind; `rule` is a key of TEXTS."""
        self.counts[rule] += 1
        examples = self.examples.setdefault(rule, {})
        if len(examples) < EXAMPLES:
            examples[identifier] = None

    def problems(self, place: str) -> Iterator[Problem]:
        """A line for each kind; `place` is what was read."""
        for rule, (text, hint) in TEXTS.items():
            if count := self.counts[rule]:
                examples = ", ".join(shorten(example, 100) for example in self.examples[rule])
                more = ", …" if count > len(self.examples[rule]) else ""
                yield Problem(place, rule, f"{count:,} {text[:-1]} ({examples}{more}).", hint)
