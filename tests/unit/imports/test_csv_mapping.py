"""A spreadsheet brought into a package by a mapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.core.config import PERSON_TITLES
from portal.core.problems import BuildError, UsageError
from portal.imports import CsvMapping, ImportResult, import_csv, read_mapping
from portal.imports.csv_cells import CellFormat
from portal.imports.csv_text import CsvFormat
from portal.imports.mapping_file import mapping_toml

from tests.conventions import CITY
from tests.folders import read_folder
from tests.unit.imports.test_ocds import row, rows

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

MAPPING = """
table = "projects"
buddhist_era = true

[columns]
"รหัส" = "project_id"
"ชื่อ" = "title"
"ปีงบ" = "fiscal_year"
"งบประมาณ" = "budget_received"
"เริ่ม" = "start_date"

[fixed]
agency_id = "91000000"
source_id = "sample-plan"
"""

HEADER = "ลำดับ,รหัส,ชื่อ,ปีงบ,งบประมาณ,เริ่ม\n"
GOOD = HEADER + '1,NEW-1,โครงการใหม่,2568,"1,200,000.50",1/10/2567\n'


def bring(package: SamplePackage, text: str = GOOD, mapping: str = MAPPING) -> ImportResult:
    file, mapping_file = package.root.parent / "theirs.csv", package.root.parent / "mapping.toml"
    file.write_text(text, "utf-8")
    mapping_file.write_text(mapping.replace("sample-plan", rows(package, "sources")[0]["source_id"]), "utf-8")
    return import_csv(file, mapping_file, package.root, PERSON_TITLES, CITY)


def test_their_columns_become_ours_and_years_the_common_era(package: SamplePackage) -> None:
    bring(package)
    new = row(package, "projects", project_id="NEW-1")
    assert (new["title"], new["fiscal_year"], new["budget_received"]) == ("โครงการใหม่", "2568", "1200000.5")
    assert (new["start_date"], new["agency_id"]) == ("2024-10-01", "91000000")
    assert package.problems() == ()


def test_the_same_file_again_changes_no_byte(package: SamplePackage) -> None:
    bring(package)
    before = read_folder(package.root)
    assert bring(package).written == ()
    assert read_folder(package.root) == before


def test_other_rows_and_cells_stay(package: SamplePackage) -> None:
    before = package.table("projects")
    result = bring(package)
    assert {tuple(line) for line in before} <= {tuple(line) for line in package.table("projects")}
    assert {notice.rule for notice in result.notices} == {"not-in-file"}


@pytest.mark.parametrize(
    ("line", "rule", "field"),
    [
        ("1,NEW-1,ก,2568,ล้านบาท,1/10/2567", "wrong-form", "งบประมาณ"),
        ("1,NEW-1,ก,2568,1,2024-10-01", "wrong-form", "เริ่ม"),
        ("1,NEW-1,ก,2568,1,31/2/2567", "wrong-form", "เริ่ม"),
        ("1,,ก,2568,1,", "blank-key", None),
        ("1,NEW-1,,2568,1,", "new-row", "title"),
        ("1,NEW-1,ก,2568,1", "broken-row", None),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(
    package: SamplePackage, line: str, rule: str, field: str | None
) -> None:
    before = read_folder(package.root)
    with pytest.raises(BuildError) as caught:
        bring(package, HEADER + line + "\n")
    assert [(p.rule, p.field) for p in caught.value.problems] == [(rule, field)]
    assert read_folder(package.root) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"projects"', '"projets"', 'Did you mean "projects"'),
        ('= "title"', '= "titel"', 'Did you mean "title"'),
        ('"รหัส" = "project_id"', "", 'no column is mapped to "project_id"'),
        ("buddhist_era = true", "budhist_era = true", 'Did you mean "buddhist_era"'),
        ('= "title"', '= "project_id"', "filled twice"),
    ],
)
def test_a_wrong_mapping_says_how_to_correct_it(package: SamplePackage, old: str, new: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        bring(package, mapping=MAPPING.replace(old, new))


SUPPLIERS = """
table = "suppliers"

[columns]
"เลข" = "supplier_id"
"ชื่อ" = "name"
"""


def test_the_name_of_a_person_is_not_written_and_a_number_of_one_is_a_problem(whole: SamplePackage) -> None:
    text = "เลข,ชื่อ\nS-7,นางสาวสมหญิง ตัวอย่าง\nS-8,ห้างสมมติ\nS-003,สมชาย ตัวอย่าง\n"
    result = bring(whole, text, SUPPLIERS)
    names = {supplier["supplier_id"]: supplier["name"] for supplier in rows(whole, "suppliers")}
    # S-003 is a natural person in the package.
    assert (names["S-7"], names["S-8"], names["S-003"]) == ("บุคคลธรรมดา", "ห้างสมมติ", "บุคคลธรรมดา")
    assert "natural-person" in {notice.rule for notice in result.notices}
    before = read_folder(whole.root)
    with pytest.raises(BuildError) as caught:
        bring(whole, "เลข,ชื่อ\n1101700230708,ห้างสมมติ\n", SUPPLIERS)
    assert [(p.rule, p.field) for p in caught.value.problems] == [("personal-data", "supplier_id")]
    assert read_folder(whole.root) == before


FORMS = """
table = "projects"
encoding = "windows-1252"
separator = ";"
decimal_comma = true
key_from = ["obra", "barrio"]
blank = ["s/d"]
leave_blank = ["monto", "fin", "lat"]
skip_incomplete = true

[columns]
"obra" = "title"
"monto" = "budget_received"
"inicio" = "start_date"
"fin" = "finish_date"
"organismo" = "agencies.name"

[fixed]
source_id = "sample-plan"
"""


def bring_forms(package: SamplePackage, text: str | bytes, mapping: str = FORMS) -> ImportResult:
    file, mapping_file = package.root.parent / "obras.csv", package.root.parent / "obras.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("cp1252"))
    mapping = mapping.replace(', "lat"', "").replace("sample-plan", rows(package, "sources")[0]["source_id"])
    mapping_file.write_text(mapping, "utf-8")
    return import_csv(file, mapping_file, package.root, PERSON_TITLES, CITY)


OBRAS = "obra;barrio;monto;inicio;fin;organismo\n"


def test_bytes_without_a_sign_are_counted(whole: SamplePackage) -> None:
    without_limits(whole)
    lines = "".join(f"Construcción {number};Ñuñoa;;;;\n" for number in range(60))
    result = bring_forms(whole, (OBRAS + lines).encode("cp1252").replace(b"n 7;", b"n\x81 7;"))
    (notice,) = (notice for notice in result.notices if notice.rule == "undefined-byte")
    assert notice.message.startswith("1 bytes have no sign in Windows-1252")
    assert "(line 9)" in notice.message
    assert "Construcción 7" in {row["title"] for row in rows(whole, "projects")}


def without_limits(package: SamplePackage) -> None:
    """Take out what the sample requires of its own agencies."""
    content = json.loads((package.root / "datapackage.json").read_text("utf-8"))
    for resource in content["resources"]:
        for described in resource["schema"]["fields"] if resource["name"] in ("projects", "agencies") else ():
            if described["name"] not in ("project_id", "title", "name"):
                described.pop("constraints", None)
    (package.root / "datapackage.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def test_the_forms_of_another_country_are_read_as_the_mapping_says(package: SamplePackage) -> None:
    without_limits(package)
    lines = (
        "Plaza Ñandú;Norte;$ 1.234,50;1/2/2025;3/4/2025;Obras Públicas\n"
        "Plaza Ñandú;Sur;s/d;;;Obras Públicas\n"
        "Puente;Sur;unos mil;5/4/2025;3/4/2025;\n"
        ";Sur;5;;;\n"
    )
    result = bring_forms(package, OBRAS + lines)
    new = {found["project_id"]: found for found in rows(package, "projects") if found["title"][0] == "P"}
    plazas = [found for found in new.values() if found["title"] == "Plaza Ñandú"]
    assert sorted(found.get("budget_received", "") for found in plazas) == ["", "1234.5"]
    assert len({found["agency_id"] for found in plazas}) == 1
    assert "Obras Públicas" in {agency["name"] for agency in rows(package, "agencies")}
    (bridge,) = (found for found in new.values() if found["title"] == "Puente")
    assert [bridge.get(name, "") for name in ("start_date", "finish_date", "budget_received")] == ["", "", ""]
    said = {notice.rule: notice.text for notice in result.notices}
    assert {"incomplete-row", "unreadable-cell", "reverse-dates"} <= said.keys()
    assert "row 5" in said["incomplete-row"]
    assert 'row 4, monto: "unos mil"' in said["unreadable-cell"]


def test_a_row_that_comes_first_changes_no_other_key(package: SamplePackage) -> None:
    without_limits(package)
    bring_forms(package, OBRAS + "Puente;Sur;1;;;\n")
    keys = {found["project_id"] for found in rows(package, "projects")}
    bring_forms(package, OBRAS + "Canal;Sur;1;;;\nPuente;Sur;2;;;\n")
    assert keys < {found["project_id"] for found in rows(package, "projects")}
    assert [found.get("budget_received") for found in rows(package, "projects") if found["title"] == "Puente"] == ["2"]


def test_two_rows_with_one_key_are_a_problem_that_names_both(package: SamplePackage) -> None:
    with pytest.raises(BuildError) as caught:
        bring_forms(package, OBRAS + "Puente;Sur;1;;;\nPuente;Sur;2;;;\n")
    assert [(p.rule, p.row) for p in caught.value.problems] == [("duplicate-key", 3)]
    assert "key_from" in caught.value.problems[0].hint


def test_a_heading_that_two_columns_have_is_no_column(package: SamplePackage) -> None:
    with pytest.raises(BuildError) as caught:
        bring_forms(package, OBRAS.replace("barrio", "obra") + "a;b;1;;;\n")
    assert {p.rule for p in caught.value.problems} == {"duplicate-column", "missing-column"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"windows-1252"', '"latin-9"', "encoding must be one of"),
        ('separator = ";"', 'separator = ":"', "separator must be one of"),
        ('leave_blank = ["monto"', 'leave_blank = ["mont"', "leave_blank names"),
        ('key_from = ["obra", "barrio"]', "", "no column is mapped"),
        ('"obra" = "title"', '"obra" = "title"\n"id" = "project_id"', "made by key_from"),
        ("skip_incomplete = true", 'skip_incomplete = "yes"', "must be of the type bool"),
        ('blank = ["s/d"]', "blank = [1]", "must be a list of texts"),
    ],
)
def test_a_wrong_form_of_a_mapping_is_named(package: SamplePackage, old: str, new: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        bring_forms(package, OBRAS + "Puente;Sur;1;;;\n", FORMS.replace(old, new))


def test_a_mapping_is_written_as_it_is_read(tmp_path: Path) -> None:
    mapping_file = tmp_path / "MAPPING.toml"
    strange = 'a "b" \\ \t\x7f = [c] ชื่อ'
    mapping = CsvMapping(
        "projects",
        {strange: "title", "lat": "latitude"},
        {"source_id": "first"},
        CsvFormat("windows-874", "\t"),
        CellFormat(buddhist_era=True, blank=("-", strange)),
        (strange, "x"),
        frozenset({"lat"}),
        skip_incomplete=True,
    )
    mapping_file.write_text(mapping_toml(mapping, "Two\nlines"), "utf-8")
    assert read_mapping(mapping_file) == mapping
