"""Statements in three values: a statement holds, or does not, or cannot be checked because values are missing.

What is known to exclude a statement makes it false, whatever else is missing; only where nothing excludes it does a
missing value make it one that cannot be checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.models import Project, Status

Verdict = bool | frozenset[str]
"""Whether a statement holds, or the names of the missing values without which nobody can say: at least one."""


def holds(project: Project, names: str, test: Callable[..., bool]) -> Verdict:
    """Whether `test` is true of these attributes of a project, names separated by spaces, where none is blank."""
    values = {name: getattr(project, name) for name in names.split()}
    blank = frozenset(name for name, value in values.items() if value is None)
    return blank or test(*values.values())


def holds_of(value: Any, name: str, test: Callable[[Any], bool]) -> Verdict:
    """Whether `test` is true of a value; where that is None, its `name` is what is missing."""
    return frozenset({name}) if value is None else test(value)


def all_of(*verdicts: Verdict) -> Verdict:
    """Whether all of these hold."""
    if any(verdict is False for verdict in verdicts):
        return False
    return _missing(verdicts) or True


def any_of(*verdicts: Verdict) -> Verdict:
    """Whether at least one of these holds."""
    if any(verdict is True for verdict in verdicts):
        return True
    return _missing(verdicts) or False


def negation(verdict: Verdict) -> Verdict:
    """Whether the statement does not hold."""
    return verdict if isinstance(verdict, frozenset) else not verdict


def _missing(verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    return frozenset().union(*(verdict for verdict in verdicts if isinstance(verdict, frozenset)))


def is_positive(project: Project, name: str) -> Verdict:
    """Whether a number is above zero."""
    return holds(project, name, lambda value: value > 0)


def is_finished(project: Project) -> Verdict:
    """Whether a project is at 100% or reported as completed.

    The other words of a report say that it is not finished only where there is no figure.
    """
    if project.progress_percent == 100 or project.status is Status.COMPLETED:
        return True
    unfinished = (Status.IN_PROGRESS, Status.DELAYED, Status.CANCELLED)
    if project.progress_percent is not None or project.status in unfinished:
        return False
    return frozenset({"progress_percent"})
