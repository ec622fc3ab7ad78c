"""The story of a fictional city, in `examples/story` -> the files of its package at each release.

What is not told follows from the plan of each project and from the day up to which agencies have reported: progress,
results, reports and payments. Chance is seeded by the id of the project, so the same story makes the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from portal.core.program import ROOT

CITY = ROOT / "examples" / "riverton"
STORY = ROOT / "examples" / "story"

DESCRIPTOR = "datapackage.json"
OUTLINES = "data/area_outlines.geojson"

Row = dict[str, str]
Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the story."""

    number: int
    """From 1."""
    day: date
    reported: date
    """The day up to which agencies have reported."""
    message: str
    tag: str
    """The empty text where there is none."""


@dataclass(frozen=True, slots=True)
class Stop:
    """From when on nothing more is reported of a project."""

    day: date
    cancelled: bool


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((STORY / "releases.toml").read_text("utf-8"))


@cache
def releases() -> tuple[Release, ...]:
    """The releases, the oldest first."""
    return tuple(
        Release(number, one["date"], one["reported"], one["message"], one.get("tag", ""))
        for number, one in enumerate(_told()["release"], 1)
    )


def files_at(release: Release) -> dict[str, bytes]:
    """The descriptor and the data of a release, by their paths."""
    described = json.loads((CITY / DESCRIPTOR).read_text("utf-8"))
    described |= {"version": f"1.{release.number - 2}.0", "created": f"{release.day}T00:00:00Z"}
    tables = _tables(release)
    files = {DESCRIPTOR: json.dumps(described, ensure_ascii=False, indent=2) + "\n", OUTLINES: _outlines()}
    for resource in described["resources"]:
        if "schema" in resource:
            columns = [field["name"] for field in resource["schema"]["fields"]]
            keys = resource["schema"]["primaryKey"]
            files[resource["path"]] = _csv(columns, sorted(tables[resource["name"]], key=partial(_key, keys)))
    return {name: text.encode() for name, text in files.items()}


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _key(columns: Sequence[str], row: Row) -> tuple[tuple[int, str], ...]:
    """What rows are sorted by; a month before one with more digits."""
    return tuple((len(row[column]) if row[column].isdigit() else 0, row[column]) for column in columns)


@cache
def _read(name: str) -> tuple[Row, ...]:
    with (STORY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _tables(release: Release) -> Tables:
    """The tables as they follow from the plans, with all that was told up to the release."""
    stops = {
        one["project"]: Stop(one["day"], one.get("cancelled", False))
        for told in _told()["release"][: release.number]
        for one in told.get("stop", ())
    }
    plans = [Plan(row, release, stops.get(row["project_id"])) for row in _present(release)]
    ids = {plan.id for plan in plans}
    contracts = [row for row in _read("contracts") if row["project_id"] in ids]
    tables: Tables = {name: list(map(dict, _read(name))) for name in ("agencies", "sources", "areas", "suppliers")}
    tables["projects"] = [plan.row() for plan in plans]
    tables["monthly_results"] = [row for plan in plans for row in plan.monthly_results()]
    tables["progress_reports"] = [row for plan in plans for row in plan.progress_reports()]
    tables["project_areas"] = [{"project_id": plan.id, "area_id": area} for plan in plans for area in plan.areas]
    tables["tenders"] = list(_tenders(contracts, release))
    signed = [row for row in contracts if row["contract_id"] and _day(row["signed_date"]) < release.day]
    tables["contracts"] = [_contract(row, release) for row in signed]
    tables["payments"] = [row for one in signed for row in _payments(one, release, stops)]
    for told in _told()["release"][: release.number]:
        for change in told.get("change", ()):
            _apply(tables, dict(change), ids)
    return tables


def _present(release: Release) -> list[Row]:
    """The plans of the projects that the release has."""
    gone: set[str] = set()
    for told in _told()["release"][: release.number]:
        gone = (gone | {*told.get("remove", ())}) - {*told.get("bring_back", ())}
    return [r for r in _read("projects") if r["project_id"] not in gone and int(r["since"]) <= release.number]


KEYS: Mapping[str, tuple[str, ...]] = {
    "projects": ("project_id",),
    "monthly_results": ("project_id", "month"),
    "progress_reports": ("project_id", "report_date"),
    "agencies": ("agency_id",),
    "contracts": ("contract_id",),
    "payments": ("payment_id",),
}
"""The keys of the tables that a change may be of."""


def _apply(tables: Tables, change: Row, projects: Iterable[str]) -> None:
    """Set the cells of a row, or add it; nothing where its project is not in the release."""
    name = change.pop("table")
    key = dict(zip(KEYS[name], change.pop("row").split("/"), strict=True))
    if key.get("project_id", next(iter(projects))) not in projects:
        return
    rows = [row for row in tables[name] if key.items() <= row.items()]
    if not rows:
        rows.append(key)
        tables[name].append(key)
    rows[0].update(change)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _month_ends(first: date, last: date) -> Iterator[date]:
    """The last days of the months from that of `first`, up to the day `last`."""
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = date(year, month, 1) - timedelta(1)
        if end > last:
            return
        yield end


REPORT_DAYS = ((9, 25), (1, 21), (3, 25), (6, 25))
"""The month and the day on which agencies report."""

DETAILS = (
    "Work goes on as planned.",
    "The crews are on site.",
    "The first part is done and was checked.",
    "Neighbors were told about the next weeks.",
    "Material has come, and the weather was kind.",
    "",
)


class Plan:
    """A project as planned, and what is reported of it at a release."""

    def __init__(self, row: Row, release: Release, stop: Stop | None) -> None:
        """`row` is of `projects.csv`."""
        self.told, self.id, self.stop, self.release = row, row["project_id"], stop, release
        self.areas = row["areas"].split(";") if row["areas"] else []
        self.year = int(row["fiscal_year"])
        self.start, self.finish = (_day(row[name]) if row[name] else None for name in ("start", "finish"))
        # Some begin slowly, others fast.
        self.bend = random.Random(f"Riverton {self.id}").uniform(0.85, 1.25)

    def row(self) -> Row:
        """The row of the table `projects`."""
        told, day = self.told, self._last_day()
        percent = self._progress(day)
        row = {name: told[name] for name in ("project_id", "fiscal_year", "title", "agency_id", "division", "strategy")}
        row |= {"funding": told["funding"], "budget_received": told["budget"], "unit": told["unit"]}
        row |= {"start_date": told["start"], "finish_date": told["finish"], "target_value": told["target"]}
        row |= {"progress_percent": "" if percent is None else str(percent), "result_value": self._result(percent)}
        row |= {"budget_spent": self._spent(percent, day), "as_of_date": self._as_of(), **self._place()}
        row["source_id"] = "budget" if self.year == 2027 or not told["pace"] else "reports"
        texts = tomllib.loads((STORY / "texts.toml").read_text("utf-8")).get(self.id, {})
        return row | {name: text.strip() for name, text in texts.items()}

    def monthly_results(self) -> Iterator[Row]:
        """Its rows of the table, up to the month in which it was done."""
        if self.start is None or not self.told["pace"]:
            return
        for end in _month_ends(self.start, self._last_day()):
            month = (end.month - 7) % 12 + 1
            if end.year + (end.month > 6) == self.year:
                is_known = f"{end:%Y-%m}" not in _told()["unreported"]
                result = self._result(self._progress(end)) if is_known else ""
                yield {"project_id": self.id, "month": str(month), "result": result}
            if self._progress(end) == 100:
                return

    def progress_reports(self) -> Iterator[Row]:
        """Its rows of the table, up to the one that says it is done."""
        if not self.told["reports"] or not self.told["pace"] or self.start is None:
            return
        for year, (month, day) in ((y, d) for y in range(2024, 2027) for d in sorted(REPORT_DAYS)):
            on = date(year, month, day)
            if not self.start <= on <= self._last_day():
                continue
            percent = self._progress(on)
            status = "completed" if percent == 100 else "in_progress"
            chance = random.Random(f"Report {self.id} {on}")
            details = "Done." if percent == 100 else chance.choice(DETAILS)
            row = {"project_id": self.id, "report_date": on.isoformat(), "progress_percent": str(percent)}
            yield row | {"status": status, "obstacles": "", "details": details}
            if percent == 100:
                return

    def _last_day(self) -> date:
        """The last day of which something is reported."""
        return min(self.release.reported, self.stop.day) if self.stop else self.release.reported

    def _elapsed(self, day: date) -> float:
        """The share of its days that has passed; above one beyond the planned finish."""
        assert self.start is not None
        assert self.finish is not None
        return max(0.0, (day - self.start).days / (self.finish - self.start).days)

    def _progress(self, day: date) -> int | None:
        """In percent; None where nobody reports it."""
        if not self.told["pace"] or self.start is None:
            return None
        return min(100, int(100 * float(self.told["pace"]) * self._elapsed(day) ** self.bend))

    def _result(self, percent: int | None) -> str:
        if percent is None:
            return ""
        value = float(self.told["target"]) * percent / 100
        return f"{value:.1f}".removesuffix(".0") if "." in self.told["target"] else str(int(value))

    def _spent(self, percent: int | None, day: date) -> str:
        """In whole hundreds of dollars; blank where nobody says."""
        if not self.told["spend"] or self.start is None:
            return ""
        done = percent if percent is not None else min(100, 100 * self._elapsed(day))
        return str(int(float(self.told["budget"]) * float(self.told["spend"]) * done / 10_000) * 100)

    def _as_of(self) -> str:
        """The end of the month in which it was done and that was said, or up to which is reported."""
        if self.start is None or (not self.told["spend"] and self.year == 2026):
            return ""
        if self.stop and self.stop.cancelled:
            return self.stop.day.isoformat()
        if self._progress(self.release.reported) in (None, 100):
            reports = [_day(row["report_date"]) for row in self.progress_reports()]
            since = max([self.start, *reports])
            done = (end for end in _month_ends(since, self.release.reported) if self._progress(end) == 100)
            return next(done, min(date(self.year, 6, 30), self.release.reported)).isoformat()
        return self.release.reported.isoformat()

    def _place(self) -> Row:
        if not self.told["placed"] or not self.areas:
            return {"latitude": "", "longitude": ""}
        column, row = _tiles()[self.areas[0]]
        chance = random.Random(f"Place of {self.id}")
        latitude = NORTH - HEIGHT * (row - chance.uniform(0.3, 0.7))
        longitude = WEST + WIDTH * (column - chance.uniform(0.3, 0.7))
        return {"latitude": f"{latitude:.4f}", "longitude": f"{longitude:.4f}"}


NORTH, WEST, HEIGHT, WIDTH = 38.04, -40.06, 0.02, 0.03
"""The corner of the city, and the size of a neighborhood, in degrees: in the open Atlantic, where no city is."""


@cache
def _tiles() -> Mapping[str, tuple[int, int]]:
    """Column and row of each neighborhood, from 1."""
    return {
        row["area_id"]: (int(row["tile_column"]), int(row["tile_row"])) for row in _read("areas") if row["tile_row"]
    }


def _outlines() -> str:
    """The neighborhoods as a grid whose corners are moved a little, so that neighbors have them in common."""

    def corner(column: int, row: int) -> list[float]:
        chance = random.Random(f"Corner {column} {row}")
        longitude = WEST + WIDTH * column + chance.uniform(-0.006, 0.006)
        return [round(longitude, 4), round(NORTH - HEIGHT * row + chance.uniform(-0.004, 0.004), 4)]

    features = []
    for area, (column, row) in _tiles().items():
        corners = ((column - 1, row), (column, row), (column, row - 1), (column - 1, row - 1), (column - 1, row))
        geometry = {"type": "Polygon", "coordinates": [[corner(*each) for each in corners]]}
        features.append({"type": "Feature", "properties": {"area_id": area}, "geometry": geometry})
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def _tenders(contracts: Iterable[Row], release: Release) -> Iterator[Row]:
    """What was put out to tender; how many made a bid is known once nobody can make one."""
    for told in contracts:
        if told["tender_id"] and _day(told["published_date"]) < release.day:
            names = ("tender_id", "project_id", "title", "method", "published_date", "closing_date", "value")
            is_closed = _day(told["closing_date"]) < release.day
            yield {name: told[name] for name in names} | {"bidders": told["bidders"] if is_closed else ""}


def _contract(told: Row, release: Release) -> Row:
    names = ("contract_id", "project_id", "tender_id", "supplier_id", "title", "method", "amount", "signed_date")
    start = (_day(told["signed_date"]) + timedelta(4)).isoformat()
    status = "terminated" if _day(told["finish_date"]) < release.day else "active"
    row = {name: told[name] for name in names}
    return row | {"status": status, "start_date": start, "finish_date": told["finish_date"]}


def _part(amount: int, number: int, count: int) -> str:
    """One of `count` equal parts; the last has what is left of the whole."""
    part = amount // count
    return str(amount - part * (count - 1) if number == count else part)


def _payments(told: Row, release: Release, stops: Mapping[str, Stop]) -> Iterator[Row]:
    """Equal parts of the amount, between the signature and the end; none after a project was cancelled."""
    count, signed = int(told["payments"]), _day(told["signed_date"])
    days = (_day(told["finish_date"]) - signed).days
    stop = stops.get(told["project_id"])
    last = stop.day if stop and stop.cancelled else release.day
    for number in range(1, count + 1):
        day = signed + timedelta(days * number // count + 10)
        if day < min(last, release.day):
            amount = _part(int(told["amount"]), number, count) if told["amount"] else ""
            key = f"{told['contract_id']}-{number}"
            yield {
                "payment_id": key,
                "contract_id": told["contract_id"],
                "payment_date": day.isoformat(),
                "amount": amount,
            }
