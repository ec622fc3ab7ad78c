"""Rows that were searched in an earlier build are not searched again, and nothing is missed for it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from portal.core.cache import Cache
from portal.core.problems import Problem
from portal.package.personal_data.guard import in_table
from portal.package.reading import Reading, read_portal
from portal.package.searched_rows import SearchedRows, row_digest
from portal.package.tables import Row, Table

from tests.conventions import CITY
from tests.sample_package import SamplePackage

PHONE = "ติดต่อ 081-234-5678"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def personal(package: SamplePackage, cache: Cache) -> list[tuple[str, int | None, str | None]]:
    """Where personal data are found, with what is known of earlier builds."""
    problems = read_portal(package.root, CITY, cache=cache).problems
    return [(problem.place, problem.row, problem.field) for problem in problems if problem.rule == "personal-data"]


def unusual(reading: Reading) -> set[int]:
    assert reading.portal is not None
    assert reading.portal.unusual_rows is not None
    return {*reading.portal.unusual_rows["projects"]}


def test_rows_that_stay_are_not_searched_again(
    package: SamplePackage, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = {*range(2, len(package.table("projects")) + 1)} - unusual(read_portal(package.root, CITY, cache=cache))
    searched: dict[str, set[int]] = {}

    def noted(table: Table, rows: Sequence[tuple[int, Row]], *others: Any) -> list[Problem]:
        searched[table.name] = {number for number, _ in rows}
        return in_table(table, rows, *others)

    monkeypatch.setattr("portal.package.table_reader.in_table", noted)
    package.set("projects", "remarks", "อื่น", row=4)
    read_portal(package.root, CITY, cache=cache)
    assert searched["projects"] & usual == {4}


def test_personal_data_in_a_row_that_changed_or_moved_are_found(package: SamplePackage, cache: Cache) -> None:
    assert personal(package, cache) == []
    package.set("projects", "remarks", PHONE, row=4)
    header, first, *rows = package.table("projects")
    package.write("projects", [header, *rows, first])
    found = [("data/projects.csv", 3, "remarks")]
    assert personal(package, cache) == found
    # What was found once is found again.
    assert personal(package, cache) == found


def test_an_allowance_that_is_withdrawn_has_its_rows_searched_again(package: SamplePackage, cache: Cache) -> None:
    package.set("projects", "remarks", PHONE, row=4)
    package.describe("personal_data_allowed", [{"value": "081-234-5678", "reason": "The city's own line."}])
    assert personal(package, cache) == []
    package.describe("personal_data_allowed", [])
    assert personal(package, cache) == [("data/projects.csv", 4, "remarks")]


def test_a_column_that_is_described_in_another_way_is_searched_again(package: SamplePackage, cache: Cache) -> None:
    field = {"name": "code", "type": "string", "title": "รหัส", "title_en": "Code"}
    header, *rows = package.table("projects")
    package.write("projects", [[*header, "code"], *([*row, "812345678"] for row in rows)])
    package.declare("projects", field)
    assert personal(package, cache) == []
    content = package.described()
    for resource in content["resources"]:
        for described in resource["schema"]["fields"]:
            if described["name"] == "code":
                described |= {"title": "โทรศัพท์", "title_en": "Phone"}
    package.descriptor.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    assert len(personal(package, cache)) == len(rows)


def test_unusual_rows_are_known_again_in_each_build(package: SamplePackage, cache: Cache) -> None:
    package.set("projects", "remarks", "สอง  เว้นวรรค", row=5)
    assert 5 in unusual(read_portal(package.root, CITY, cache=cache))
    assert 5 in unusual(read_portal(package.root, CITY, cache=cache))


@pytest.mark.parametrize("saved", [b"", b"[]", b"{}", b'{"rules": 5, "rows": 7}', b"\xff"])
def test_what_is_saved_may_be_damaged(cache: Cache, saved: bytes) -> None:
    rows = SearchedRows(cache, "projects", "rules")
    rows.save([row_digest(["a", "b"])])
    assert SearchedRows(cache, "projects", "rules").known == {row_digest(["a", "b"])}
    assert SearchedRows(cache, "projects", "others").known == frozenset()
    assert SearchedRows(cache, "agencies", "rules").known == frozenset()
    (file,) = cache.folder.iterdir()
    file.write_bytes(gzip.compress(saved))
    assert SearchedRows(cache, "projects", "rules").known == frozenset()
    file.write_bytes(saved)
    assert SearchedRows(cache, "projects", "rules").known == frozenset()


def test_cells_that_are_cut_in_another_place_are_another_row() -> None:
    assert row_digest(["ab", "c"]) != row_digest(["a", "bc"])
