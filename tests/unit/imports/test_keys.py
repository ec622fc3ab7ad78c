"""Keys made from what rows say."""

from __future__ import annotations

import pytest

from portal.core.urls import is_safe_id
from portal.imports.keys import made_key, put_names
from portal.imports.package_tables import Table


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (["C-12/5"], "C-12-5"),
        ([" A 1 "], "A-1"),
        (["Road"], "Road"),
        (["", " "], ""),
    ],
)
def test_what_an_id_says_is_its_key(cells: list[str], key: str) -> None:
    assert made_key(cells) == key


@pytest.mark.parametrize(
    "cells",
    [
        ["ปรับปรุงถนน"],
        ["Calle Ñandú"],
        ["x" * 300],
        ["con"],
        ["page"],
        ["../../etc/passwd"],
        ["Road", "2025"],
        ["=1+1"],
        ["🙂"],
        ["a\u0000b"],
    ],
)
def test_any_text_makes_a_key_that_can_be_part_of_an_address(cells: list[str]) -> None:
    key = made_key(cells)
    assert is_safe_id(key)
    assert key == made_key([*cells])
    assert key != made_key([cells[0] + "!", *cells[1:]])


def test_the_key_depends_on_its_own_row_alone_and_not_on_runs_of_spaces() -> None:
    assert made_key(["Road  north", "2025"]) == made_key(["Road north ", "2025"])
    assert made_key(["Road", "north"]) != made_key(["Road north"])


def table(**names: str) -> Table:
    rows = {key: {"agency_id": key, "name": name} for key, name in names.items()}
    return Table("agencies", "data/agencies.csv", "agency_id", ["agency_id", "name"], rows, b"")


def test_names_become_the_keys_of_their_table_and_new_ones_new_rows() -> None:
    agencies = table(a1="Works")
    rows = {
        "1": {"agencies.name": "WORKS"},
        "2": {"agencies.name": "Parks"},
        "3": {"agencies.name": "Parks!"},
        "4": {"agencies.name": ""},
    }
    put_names(rows, "agencies.name", agencies)
    keys = [row["agency_id"] for row in rows.values()]
    assert (keys[0], keys[1], keys[3]) == ("a1", "parks", "")
    assert {row["name"] for row in agencies.rows.values()} == {"Works", "Parks", "Parks!"}
    assert len({key.casefold() for key in agencies.rows}) == 3
