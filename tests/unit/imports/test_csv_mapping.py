"""A spreadsheet brought into a package by a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.core.config import PERSON_TITLES
from portal.core.problems import BuildError, UsageError
from portal.imports import ImportResult, import_csv

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
