"""The day in a city of a moment that another system wrote, and the moments of a day."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from portal.core.time_zones import civil_day, day_end, day_start

BANGKOK, NEW_YORK = ZoneInfo("Asia/Bangkok"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01T17:00:00Z", date(2026, 3, 2)),
        ("2026-03-01T16:59:59Z", date(2026, 3, 1)),
        ("2026-03-01T16:59:59.999Z", date(2026, 3, 1)),
        ("2026-03-01T20:00:00+09:00", date(2026, 3, 1)),
        ("2026-03-02T01:30:00+09:00", date(2026, 3, 1)),
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01T22:00:00", date(2026, 3, 1)),
        # A day of which no time is known.
        ("2026-03-01T00:00:00Z", date(2026, 3, 1)),
        ("2026-03-01T23:59:59Z", date(2026, 3, 1)),
        ("2026-03-01T23:59:59.999Z", date(2026, 3, 1)),
    ],
)
def test_a_moment_is_on_the_day_that_the_city_has_then(text: str, day: date) -> None:
    assert civil_day(text, BANGKOK) == day


def test_west_of_greenwich_a_day_without_a_time_is_not_the_day_before() -> None:
    assert civil_day("2026-03-01T00:00:00Z", NEW_YORK) == date(2026, 3, 1)
    assert civil_day("2026-03-01T04:00:00Z", NEW_YORK) == date(2026, 2, 28)


@pytest.mark.parametrize("zone", [BANGKOK, NEW_YORK, ZoneInfo("Asia/Kathmandu")])
@pytest.mark.parametrize("day", [date(1800, 1, 1), date(2026, 3, 8), date(2399, 12, 31)])
def test_the_moments_of_a_day_are_read_as_that_day(zone: ZoneInfo, day: date) -> None:
    assert civil_day(day_start(day, zone), zone) == civil_day(day_end(day, zone), zone) == day


def test_the_moments_of_a_day_have_the_offset_of_the_city() -> None:
    assert day_start(date(2026, 3, 1), BANGKOK) == "2026-03-01T00:00:00+07:00"
    assert day_end(date(2026, 7, 1), NEW_YORK) == "2026-07-01T23:59:59-04:00"
