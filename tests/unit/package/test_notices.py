"""What `check` and the summary of a change say of columns and values that are gone, and what they do not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from build import main
from portal.core.config import PERSON_TITLES
from portal.core.models import Change
from portal.package.notices import find_notices, names_in_titles

from tests.repository import FEW, Repository

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

ROOT = Path(__file__).parents[3]


def rename(repository: Repository, old: str, new: str) -> None:
    """In the CSV of projects and in the descriptor."""
    repository.edit("projects", lambda row: {new if name == old else name: cell for name, cell in row.items()})

    def change(content: Any) -> None:
        for field in content["resources"][0]["schema"]["fields"]:
            field["name"] = new if field["name"] == old else field["name"]

    repository.describe(change)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def said(repository: Repository) -> list[tuple[str, str | None]]:
    portal, history = repository.portal(), repository.history()
    changes: tuple[Change, ...] = history.releases[-1].changes
    return [(one.rule, one.field) for one in find_notices(portal.package, changes)]


def test_the_sample_has_nothing_to_look_at(whole: SamplePackage) -> None:
    portal = whole.read().portal
    assert portal is not None
    assert find_notices(portal.package) == []


@pytest.mark.parametrize("new", ["budget", "งบประมาณ"])
def test_a_known_column_under_another_name_is_said(
    repository: Repository, new: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(repository, "budget_received", new)
    values = sum(bool(row[new]) for row in repository.rows("projects"))
    assert said(repository) == [("column-gone", "budget_received")]
    assert main(["check", "--package", str(repository.folder)]) == 0
    out, err = capsys.readouterr()
    line = f'the column "budget_received" is missing; in the release before it had {values} values.'
    assert line in err
    assert f'Was it renamed to "{new}"?' in err
    assert "no problems" in out
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    main(["diff", "HEAD", "--package", str(repository.folder)])
    assert line in capsys.readouterr().out


def test_a_column_much_like_a_known_one_that_is_missing_is_said_without_any_history(package: SamplePackage) -> None:
    package.set("projects", "remarks", "budget_spend", row=1)
    package.describe("resources.0.schema.fields.8.name", "budget_spend")
    portal = package.read().portal
    assert portal is not None
    (notice,) = find_notices(portal.package)
    assert (notice.rule, notice.field) == ("like-known-column", "budget_spend")
    assert '"budget_spent"' in notice.message


@pytest.mark.parametrize(("kept", "expected"), [(0.6, []), (0.4, [("values-gone", "budget_received")])])
def test_a_field_that_loses_most_of_its_values_is_said(
    repository: Repository, kept: float, expected: list[tuple[str, str]]
) -> None:
    filled = [row["project_id"] for row in repository.rows("projects") if row["budget_received"]]
    gone = filled[int(len(filled) * kept) :]
    repository.edit("projects", lambda row: row | {"budget_received": ""} if row["project_id"] in gone else row)
    assert said(repository) == expected
    if expected:
        history = repository.history()
        (notice,) = find_notices(repository.portal().package, history.releases[-1].changes)
        assert notice.message.startswith(f"{len(gone)} of {len(filled)} values of the release before are now blank; ")


def test_projects_that_leave_take_their_values_without_a_notice(repository: Repository) -> None:
    for name in ("projects", "monthly_results", "progress_reports", "evaluations", "revisions"):
        repository.edit(name, lambda row: row if row["project_id"] in FEW else None)
    assert said(repository) == []


def test_a_table_that_is_gone_is_said(repository: Repository) -> None:
    repository.describe(lambda content: content["resources"].pop(2))  # type: ignore[attr-defined]
    name = {
        "monthly_results",
        "progress_reports",
        "evaluations",
        "revisions",
        "agencies",
        "sources",
    } - repository.portal().package.resources.keys()
    assert said(repository) == [("table-gone", name.pop())]


def test_titles_that_seem_to_name_a_person_are_said_by_their_rows_and_not_repeated(
    whole: SamplePackage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert names_in_titles(whole.portal(), PERSON_TITLES) == []
    whole.set("contracts", "title", "จ้างเหมาบริการนางสาวสมมตินาม ไร้ตัวตน", "จ้าง นายปราศนาม ไร้เงา ขับรถ", row=3)
    whole.set("tenders", "title", "Hiring of Mr. Invented Person")
    assert [(one.place, one.field, one.message) for one in names_in_titles(whole.portal(), PERSON_TITLES)] == [
        ("data/tenders.csv", "title", "a title seems to name a person, in row 2."),
        ("data/contracts.csv", "title", "2 titles seem to name a person, in rows 3, 4."),
    ]
    assert main(["check", "--package", str(whole.root)]) == 0
    said = "".join(capsys.readouterr())
    assert "data/contracts.csv, title: 2 titles seem to name a person, in rows 3, 4." in said
    assert [name for name in ("สมมตินาม", "ปราศนาม", "Invented") if name in said] == []


def test_a_column_of_titles_that_may_name_persons_is_not_mentioned(whole: SamplePackage) -> None:
    whole.set("contracts", "title", "จ้างเหมาบริการนางสาวสมมตินาม ไร้ตัวตน")
    allowed = {"resource": "contracts", "field": "title", "reason": "The law asks for the names."}
    whole.describe("personal_data_allowed", [allowed])
    assert names_in_titles(whole.portal(), PERSON_TITLES) == []
