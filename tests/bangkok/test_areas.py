"""Bangkok's districts: each has one tile and one office, and neighbours in the city are neighbours on the map."""

import csv
from collections import Counter
from pathlib import Path

from tests.building import ROOT
from tests.pages import page, text

NEIGHBOURS = """
1001-1002 1001-1008 1001-1013 1002-1007 1002-1014 1002-1025 1002-1029 1003-1010 1003-1011 1003-1046 1004-1007 1004-1013
1004-1028 1005-1036 1005-1038 1005-1041 1005-1042 1006-1017 1006-1027 1006-1038 1006-1044 1006-1045 1007-1008 1007-1037
1009-1033 1009-1034 1009-1047 1010-1011 1010-1043 1010-1046 1011-1032 1012-1028 1012-1031 1014-1026 1014-1037 1015-1018
1016-1020 1016-1022 1019-1020 1019-1048 1021-1035 1021-1049 1021-1050 1022-1035 1022-1040 1023-1040 1023-1050 1024-1049
1030-1029 1030-1038 1032-1034 1033-1039 1036-1042 1037-1026 1043-1027
"""
"""Pairs of districts that share a border, by their codes of the Department of Provincial Administration."""


def rows(table: str) -> list[dict[str, str]]:
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fifty_districts_have_one_tile_each_and_the_codes_of_the_administration() -> None:
    areas = rows("areas")
    assert [row["area_id"] for row in areas] == [str(code) for code in range(1001, 1051)]
    tiles = {(int(row["tile_column"]), int(row["tile_row"])) for row in areas}
    assert len(tiles) == 50
    assert {column for column, _ in tiles} == set(range(1, 9)), "eight tiles fit beside each other on a phone"


def test_each_district_office_has_the_area_of_its_name_and_no_department_has_one() -> None:
    names = {row["area_id"]: (row["name"], row["name_en"]) for row in rows("areas")}
    offices = [row for row in rows("agencies") if row["kind"] == "district_office"]
    assert {row["area_id"] for row in offices} == names.keys()
    for office in offices:
        thai, english = names[office["area_id"]]
        assert (office["name"], office["name_en"]) == (f"สำนักงานเขต{thai}", f"{english} District Office")
    assert {row["area_id"] for row in rows("agencies") if row["kind"] == "department"} == {""}


def test_neighbours_in_the_city_mostly_touch_on_the_map() -> None:
    at = {row["area_id"]: (int(row["tile_column"]), int(row["tile_row"])) for row in rows("areas")}
    pairs = [pair.split("-") for pair in NEIGHBOURS.split()]
    apart = [(a, b) for a, b in pairs if max(abs(at[a][0] - at[b][0]), abs(at[a][1] - at[b][1])) > 1]
    assert len(pairs) > 50
    assert len(apart) * 5 <= len(pairs), apart


def test_the_map_keeps_the_directions_of_the_city() -> None:
    at = {row["name_en"]: (int(row["tile_column"]), int(row["tile_row"])) for row in rows("areas")}
    assert at["Thawi Watthana"][0] < at["Phra Nakhon"][0] < at["Huai Khwang"][0] < at["Lat Krabang"][0]
    assert at["Don Mueang"][1] < at["Chatuchak"][1] < at["Pathum Wan"][1] < at["Yan Nawa"][1]
    assert at["Bang Phlat"][1] < at["Thon Buri"][1] < at["Bang Khun Thian"][1]


def test_the_map_counts_the_projects_of_each_office(real_site: Path) -> None:
    office_of = {row["agency_id"]: row["area_id"] for row in rows("agencies")}
    counts = Counter(office_of[row["agency_id"]] for row in rows("projects"))
    tiles = page(real_site, "en/areas/index.html").css(".tile-map svg a")
    shown = {(tile.attributes["href"] or "").split("/")[-2]: text(tile.css_first("title")) for tile in tiles}
    assert len(tiles) == len(shown) == 50
    for area_id, title in shown.items():
        assert f": {counts[area_id]} project" in title


def test_the_page_of_a_district_says_that_departments_are_not_in_it(real_site: Path) -> None:
    main = text(page(real_site, "areas/1046/index.html").css_first("main"))
    assert "ข้อมูลไม่ได้ระบุที่ตั้งของโครงการ จึงนับเฉพาะโครงการของหน่วยงานที่รับผิดชอบพื้นที่เดียว เช่น สำนักงานเขต" in main
    assert "agencies/50460000/" in (page(real_site, "areas/1046/index.html").html or "")


def test_the_page_of_one_district_calls_it_by_a_singular(real_site: Path) -> None:
    for prefix, one, all_of_them in (("", "เขต", "เขต"), ("en/", "District", "Districts")):
        html = page(real_site, f"{prefix}areas/1003/index.html")
        assert text(html.css_first(".who")).split(" · ")[0] == one
        assert f" · {one} · " in text(html.css_first("title"))
        assert all_of_them in [text(link) for link in html.css(".breadcrumbs a")]
