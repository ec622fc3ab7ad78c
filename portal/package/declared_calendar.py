"""The calendar in which a package writes its fiscal years: that of its field `fiscal_year`, or else the city's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from portal.core.calendars import CALENDARS, FiscalCalendar
from portal.core.descriptors import problem
from portal.core.problems import Problem, shorten
from portal.package.descriptor import Descriptor
from portal.package.fiscal_years import CALENDAR, NAME


def with_calendar(descriptor: Descriptor, fiscal: FiscalCalendar) -> tuple[Descriptor, FiscalCalendar, list[Problem]]:
    """The descriptor, each of whose fields `fiscal_year` names its calendar; and how its fiscal years are counted.

    `fiscal` is how the city counts them, in whose calendar they are where no field says otherwise.
    """
    declared = {where: field[CALENDAR] for where, field in _fields(descriptor) if CALENDAR in field}
    problems = [*_check(descriptor.place, declared)]
    calendar = fiscal.calendar if problems or not declared else next(iter(declared.values()))
    resources = tuple(
        {
            **resource,
            "schema": {
                **resource["schema"],
                "fields": [
                    {**field, CALENDAR: calendar} if field["name"] == NAME else field
                    for field in resource["schema"]["fields"]
                ],
            },
        }
        for resource in descriptor.resources
    )
    return replace(descriptor, resources=resources), replace(fiscal, calendar=calendar), problems


def _fields(descriptor: Descriptor) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The fields `fiscal_year`, each with the path of its calendar in the descriptor."""
    for number, resource in enumerate(descriptor.content["resources"]):
        if any(resource == known for known in descriptor.resources):
            for index, field in enumerate(resource["schema"]["fields"]):
                if field["name"] == NAME:
                    yield f"resources[{number}].schema.fields[{index}].{CALENDAR}", field


def _check(place: str, declared: Mapping[str, Any]) -> Iterator[Problem]:
    for where, calendar in declared.items():
        if calendar not in CALENDARS:
            message = f'"{shorten(calendar)}" is not a calendar in which fiscal years are written.'
            yield problem(place, where, "not-in-list", message, f"Write one of: {', '.join(CALENDARS)}.", calendar)
        elif calendar != next(iter(declared.values())):
            message = "the fiscal years of a package are all in one calendar, and another field names another."
            yield problem(place, where, "two-calendars", message, "Write the same in both.", calendar)
