"""The published pages of areas: the map, its legend and table, and the ways that lead to an area."""

import csv
import json
import re
from pathlib import Path

from tests.building import SAMPLE, run_build
from tests.pages import page, text
from tests.sample_package import SamplePackage


def rows(table: str) -> list[dict[str, str]]:
    with (SAMPLE / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_tile_is_a_link_that_names_its_area(sample_site: Path) -> None:
    for prefix, name in (("", "name"), ("en/", "name_en")):
        tiles = page(sample_site, f"{prefix}areas/index.html").css(".tile-map svg a")
        placed = [row for row in rows("areas") if row["tile_row"]]
        named = {text(tile.css_first("title")).split(": ")[0]: tile.attributes["href"] for tile in tiles}
        assert named == {row[name]: f"/{prefix}areas/{row['area_id']}/" for row in placed}


def test_each_colour_of_the_map_stands_in_the_legend_in_words(sample_site: Path) -> None:
    html = page(sample_site, "en/areas/index.html")
    for measure in ("projects", "money", "unknown"):
        used = {
            match[1]
            for tile in html.css(".tile-map svg a")
            if (match := re.search(rf"\b{measure[0]}([0-4x])\b", tile.attributes["class"] or ""))
        }
        legend = {(node.attributes["class"] or "")[-1] for node in html.css(f".legend-{measure} .swatch")}
        assert used == legend != set()
        assert all(text(item) for item in html.css(f".legend-{measure} li"))
    checked = [node.attributes["id"] for node in html.css(".tile-map input") if "checked" in node.attributes]
    assert checked == ["by-projects"]


def test_the_table_beneath_the_map_has_every_area(sample_site: Path) -> None:
    links = [node.attributes["href"] for node in page(sample_site, "areas/index.html").css("table.groups th a")]
    assert sorted(map(str, links)) == [f"/areas/{row['area_id']}/" for row in rows("areas")]


def test_project_and_agency_lead_to_their_area(sample_site: Path) -> None:
    who = text(page(sample_site, "en/projects/91000000-2001/index.html").css_first(".who"))
    assert "Bang Tuayang · Khlong Chamlong" in who
    assert "the area of the agency" not in who
    office = page(sample_site, "en/agencies/95010000/index.html")
    assert "/en/areas/11/" in {node.attributes["href"] for node in office.css(".who a")}
    of_office = next(row["project_id"] for row in rows("projects") if row["agency_id"] == "95010000")
    assert "(the area of the agency)" in text(
        page(sample_site, f"en/projects/{of_office}/index.html").css_first(".who")
    )


def test_an_area_without_projects_says_so_and_one_with_parts_names_them(sample_site: Path) -> None:
    assert "The data set has no project of this area" in text(page(sample_site, "en/areas/14/index.html").body)
    parts = page(sample_site, "en/areas/01/index.html").css("[aria-labelledby=parts] th a")
    assert {text(node) for node in parts} == {"Bang Tuayang", "Khlong Chamlong"}


def test_the_projects_of_an_area_have_other_orders_in_the_search(sample_site: Path) -> None:
    links = page(sample_site, "areas/01/index.html").css(".orders a")
    sorts = ("budget", "progress", "report")
    assert [link.attributes["href"] for link in links] == [f"/search/?area=01&sort={sort}" for sort in sorts]


def test_the_menu_names_areas_as_the_package_does_and_the_sitemap_has_them(sample_site: Path) -> None:
    menu = {node.attributes["href"]: text(node) for node in page(sample_site, "en/index.html").css(".menu a")}
    assert menu["/en/areas/"] == "Areas"
    sitemap = (sample_site / "sitemap.xml").read_text("utf-8")
    entry = re.search(r"<url>\s*<loc>[^<]*/areas/11/</loc>.*?</url>", sitemap, re.DOTALL)
    assert entry is not None
    assert "<lastmod>" in entry[0]


def test_a_project_with_coordinates_links_to_its_place_and_is_in_the_geojson(
    package: SamplePackage, tmp_path: Path
) -> None:
    header, *rows = package.table("projects")
    names = ("latitude", "longitude")
    package.declare("projects", *({"name": name, "type": "number", "title": name} for name in names))
    cells = [["13.7563", "100.5018"], *([["", ""]] * (len(rows) - 1))]
    package.write("projects", [[*header, *names], *(row + cell for row, cell in zip(rows, cells, strict=True))])
    site = tmp_path / "site"
    result = run_build("--package", package.root, "--output", site)
    assert result.returncode == 0, result.stderr
    link = page(site, f"projects/{rows[0][0]}/index.html").css_first("a[href^='geo:']")
    assert link.attributes["href"] == "geo:13.7563,100.5018"
    assert page(site, f"projects/{rows[1][0]}/index.html").css_first("a[href^='geo:']") is None
    (name,) = (path.name for path in (site / "data").glob("*.geojson"))
    assert [f["id"] for f in json.loads((site / "data" / name).read_text("utf-8"))["features"]] == [rows[0][0]]
    assert name in (site / "data" / "SHA256SUMS").read_text("utf-8")
    assert page(site, "data/index.html").css_first(f"a[href$='{name}']") is not None
