"""What a pull request is told that it would change: Markdown, from a real git and the real check."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from build import main

from tests.markdown import read, tokens
from tests.repository import Repository

FIRST, SECOND = "91000000-3001", "91000000-3002"

Say = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def say(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """What is added to GitHub's summary."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    def say(base: str = "HEAD", package: Path | None = None) -> str:
        summary.write_text("")
        main(["diff", base, "--package", str(package or repository.folder)])
        return summary.read_text("utf-8")

    return say


def test_nothing_is_said_to_change_where_nothing_does(say: Say) -> None:
    assert "No record comes, goes or changes." in read(say())


def test_a_move_is_told_with_project_field_and_both_values(repository: Repository, say: Say) -> None:
    before = next(row for row in repository.rows("projects") if row["project_id"] == FIRST)
    repository.set("projects", {"project_id": FIRST}, budget_received="123456789", finish_date="2027-01-31")
    text = read(say())
    had = f"{float(before['budget_received']):,.0f}"
    assert "1 change of an amount" in text
    assert f"{before['title']} ({FIRST}): Budget received (baht): {had} → 123,456,789 (+" in text
    assert f"{before['finish_date']} → 2027-01-31" in text
    assert "pages of projects, in each language: 0 new, 1 changed" in text


def test_the_pages_of_suppliers_that_change_are_counted(repository: Repository, say: Say) -> None:
    repository.set("contracts", {"contract_id": "C67-0007"}, amount="1490000")
    text = read(say())
    assert "1 page of a supplier, in each language, and their lists" in text
    assert "the lists of all contracts" in text
    # Another amount is another sum of the agency, which the pages of three suppliers show.
    repository.set("contracts", {"contract_id": "C69-0005"}, amount="1300000")
    assert "3 pages of suppliers, in each language, and their lists" in read(say())


def test_what_no_page_of_a_supplier_shows_changes_none(repository: Repository, say: Say) -> None:
    repository.set("projects", {"project_id": "95030000-1001"}, remarks="แก้ไขแล้ว")
    text = read(say())
    assert "supplier" not in text
    assert "lists of all contracts" not in text


def test_a_commit_is_compared_with_the_one_that_is_named(repository: Repository, say: Say) -> None:
    repository.set("projects", {"project_id": FIRST}, budget_received="1000")
    repository.commit("One")
    repository.set("projects", {"project_id": SECOND}, budget_received="2000")
    repository.commit("Two")
    assert FIRST not in read(say("HEAD^"))
    assert {FIRST, SECOND} <= set(re.findall(r"\d{8}-\d{4}", read(say("HEAD^^"))))


def test_a_pull_request_is_compared_with_the_first_parent_of_its_merge(repository: Repository, say: Say) -> None:
    repository.git("switch", "-qc", "officer")
    repository.set("projects", {"project_id": FIRST}, budget_received="1000")
    repository.commit("Edit")
    repository.git("switch", "-q", "main")
    repository.set("agencies", {}, name_en="An office")
    repository.commit("Go on meanwhile")
    repository.git("merge", "-q", "--no-edit", "officer")
    text = read(say("HEAD^"))
    assert FIRST in text
    assert "agencies" not in text


def test_an_edit_of_what_had_been_reported_is_told_before_all_else(repository: Repository, say: Say) -> None:
    row = next(row for row in repository.rows("monthly_results") if row["result"])
    repository.set("monthly_results", {k: row[k] for k in ("project_id", "month")}, result="1.5")
    repository.set("projects", {"project_id": FIRST}, budget_received="1000")
    text = read(say())
    assert text.index("1 edit of what had been reported already") < text.index("1 change of an amount")
    assert f"monthly_results month {row['month']}, " in text
    assert "→ 1.5" in text


def test_a_project_that_goes_is_told_to_leave_a_page_that_says_so(repository: Repository, say: Say) -> None:
    for resource in ("projects", "monthly_results", "progress_reports", "evaluations", "revisions"):
        repository.edit(resource, lambda row: None if row["project_id"] == FIRST else row)
    text = read(say())
    assert "1 project goes" in text
    assert "1 page of a project will say that the project left the data, with its last values" in text


def test_a_new_project_is_told_with_its_observations(repository: Repository, say: Say) -> None:
    last = repository.rows("projects")[-1]
    new = last | {"project_id": "91000000-9999", "budget_received": "1000", "budget_spent": "5000"}
    repository.write("projects", [*repository.rows("projects"), new])
    text = read(say())
    assert "1 project comes" in text
    assert "pages of projects, in each language: 1 new, 0 changed" in text
    assert "More spent than received\n1\n0\n91000000-9999" in text


def rename(repository: Repository, old: str, new: str) -> None:
    repository.edit("projects", lambda row: {(new if name == old else name): cell for name, cell in row.items()})

    def describe(content: dict[str, Any]) -> None:
        fields = content["resources"][0]["schema"]["fields"]
        next(field for field in fields if field["name"] == old)["name"] = new

    repository.describe(describe)


def test_tables_without_projects_are_counted_and_a_renamed_column_is_named(repository: Repository, say: Say) -> None:
    repository.set("agencies", {"agency_id": repository.rows("agencies")[0]["agency_id"]}, name_en="Another name")
    rename(repository, "division", "organisation")
    text = read(say())
    assert "agencies\n0\n0\n1" in text
    assert "A column of projects has another name: division becomes organisation." in text


def test_a_value_written_otherwise_is_no_change(repository: Repository, say: Say) -> None:
    row = next(row for row in repository.rows("projects") if row["budget_received"])
    repository.set("projects", {"project_id": row["project_id"]}, budget_received=row["budget_received"] + ".0")
    text = read(say())
    assert "No record comes, goes or changes." in text
    assert "1 cell is written otherwise, with the same value." in text


def test_content_and_program_are_told_by_their_files(repository: Repository, say: Say) -> None:
    for name in ("content/about.md", "templates/base.html"):
        (repository.root / name).parent.mkdir()
        (repository.root / name).write_text("new")
    text = read(say())
    assert "content/about.md" in text
    assert "possibly every page: 1 file of the program changed" in text


def test_the_problems_of_a_broken_package_are_the_summary(repository: Repository, say: Say) -> None:
    repository.set("projects", {"project_id": FIRST}, agency_id="<b>@officer</b>")
    text = say()
    assert read(text).startswith("1 problem: this cannot be published")
    assert '"<b>@officer</b>" is not in data/agencies.csv' in read(text)
    assert "<b>" not in text


def test_a_descriptor_that_is_none_is_said_to_be_so(repository: Repository, say: Say) -> None:
    (repository.folder / "datapackage.json").write_text("[")
    assert "cannot be published" in read(say())
    (repository.folder / "datapackage.json").unlink()
    assert "could not be made" in read(say())


@pytest.mark.parametrize("state", ["no repository", "no package", "no commit"])
def test_a_first_release_has_nothing_to_be_compared_with(
    repository: Repository, say: Say, tmp_path: Path, state: str
) -> None:
    if state == "no repository":
        folder = repository.folder.rename(tmp_path / "alone")
        assert "This is the first release" in read(say("HEAD", folder))
    elif state == "no package":
        repository.git("switch", "-q", "--orphan", "empty")
        repository.git("commit", "-q", "--allow-empty", "-m", "Nothing")
        repository.git("switch", "-q", "main")
        assert "This is the first release: empty has no package." in read(say("empty"))
    else:
        assert f"the commit {'0' * 40} is not in this clone" in read(say("0" * 40))


def test_an_earlier_package_that_was_broken_is_said_to_be_so(repository: Repository, say: Say) -> None:
    good = repository.file("projects").read_bytes()
    repository.file("projects").write_bytes(good + b'"open')
    repository.commit("Break")
    repository.file("projects").write_bytes(good)
    assert "the package of HEAD cannot be read" in read(say())


def test_a_base_that_looks_like_an_option_is_none(say: Say) -> None:
    assert "is not in this clone" in read(say("x^{tree}"))


HOSTILE = "<img src=x onerror=alert(1)> **b** `c` [l](//e.example) | # h @officer www.example.org &lt; ~~s~~ $x$ _i_ \\"


def test_a_hostile_title_stays_text(repository: Repository, say: Say) -> None:
    repository.set("projects", {"project_id": FIRST}, title=f"{HOSTILE}\n\n# heading\n- item", budget_received="1")
    text = say()
    kinds = {token.type for token in tokens(text)}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open", "s_open", "fence"}
    assert f"{HOSTILE} # heading - item"[:119] in read(text)
    # Nor is there a mention, a reference or a bare address for GitHub, which looks at the text that is shown.
    for sign in ("@officer", "#", "www.", "//"):
        assert sign not in re.sub("(?m)^#+ ", "", text).replace("&#", "")


def test_many_changes_are_counted_and_the_first_of_them_told(repository: Repository, say: Say) -> None:
    last = repository.rows("projects")[-1]
    many = [last | {"project_id": f"93000000-{i:04}", "title": "<" * 500} for i in range(3000)]
    repository.write("projects", [*repository.rows("projects"), *many])
    text = say()
    assert "3,000 projects come" in read(text)
    assert "…and 2,980 more" in read(text)
    assert len(text.encode()) < 100_000


def test_at_a_terminal_the_words_are_as_they_are_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    repository.set("projects", {"project_id": FIRST}, title="A & B @ C", budget_received="1")
    main(["diff", "HEAD", "--package", str(repository.folder)])
    assert f"**A & B @ C** ({FIRST})" in capfdbinary.readouterr().out.decode()


def test_in_github_the_log_repeats_no_data(
    repository: Repository, say: Say, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    repository.set("projects", {"project_id": FIRST}, title="##[add-mask]x")
    say()
    assert capfdbinary.readouterr().out == b"The summary is on the page of this run.\n"


def test_the_version_of_the_package_is_told(repository: Repository, say: Say) -> None:
    version = json.loads((repository.folder / "datapackage.json").read_text("utf-8"))["version"]
    repository.describe(lambda content: content.update(version="9.9.9"))
    assert f"Version {version} becomes 9.9.9." in read(say())


def test_what_happens_is_summed_up_first_and_a_version_that_was_not_raised_is_said(
    repository: Repository, say: Say
) -> None:
    row = next(row for row in repository.rows("projects") if row["project_id"] == SECOND)
    repository.edit("projects", lambda row: None if row["project_id"] == SECOND else row)
    for resource in ("monthly_results", "progress_reports", "evaluations", "revisions"):
        repository.edit(resource, lambda row: None if row["project_id"] == SECOND else row)
    commit = repository.commit("Leave")
    repository.write("projects", [*repository.rows("projects"), row])
    repository.edit("projects", lambda row: row | {"as_of_date": row["as_of_date"] and "2026-01-01"})
    had = next(row["budget_received"] for row in repository.rows("projects") if row["project_id"] == FIRST)
    repository.set("projects", {"project_id": FIRST}, budget_received="")
    text = read(say())
    assert f"The data differ from release 1.0.3 (commit {commit[:8]}) but the version is the same." in text
    assert f"1 project: Budget received (baht) is no longer given, {float(had):,.0f} baht, of 1 project" in text
    assert "was last published on 2026-01-01" in text
    assert "project comes" not in text.replace("1 project comes back", "")
    assert "other changes" not in text


def test_a_renamed_column_changes_every_page_that_shows_it(repository: Repository, say: Say) -> None:
    rename(repository, "budget_received", "allocated_money")
    text = read(say())
    assert "No record comes, goes or changes." not in text
    assert "every page that shows budget_received of projects: its name is another" in text
    assert "none but those" not in text


def test_a_date_of_the_data_that_moves_changes_the_page_of_its_project(repository: Repository, say: Say) -> None:
    dated = [row["project_id"] for row in repository.rows("projects") if row["as_of_date"]]
    repository.edit("projects", lambda row: row | ({"as_of_date": "2026-10-10"} if row["as_of_date"] else {}))
    text = read(say())
    assert f"projects\n0\n0\n{len(dated)}" in text
    assert f"pages of projects, in each language: 0 new, {len(dated)} changed" in text


def test_other_edits_are_counted_apart_from_the_projects_that_they_are_of(repository: Repository, say: Say) -> None:
    repository.edit("projects", lambda row: row | {"remarks": "ก", "rationale": "ข"})
    count = len(repository.rows("projects"))
    text = read(say())
    assert f"{2 * count} other edits, of {count} projects" in text
    assert f"{count} projects with other changes" in text


def test_a_fall_of_an_earlier_release_does_not_begin_now(repository: Repository, say: Say) -> None:
    row = next(row for row in repository.rows("projects") if row["progress_percent"] == "60")
    # Without its reports: else the current figure is below a reported one, in every release.
    repository.edit("progress_reports", lambda report: None if report["project_id"] == row["project_id"] else report)
    repository.commit("Report nothing")
    repository.set("projects", {"project_id": row["project_id"]}, progress_percent="40")
    assert "Progress fell\n1\n0" in read(say())
    repository.commit("Fall")
    repository.set("projects", {"project_id": row["project_id"]}, budget_spent="12345")
    assert "Progress fell" not in read(say())
    assert "Progress fell\n1\n0" in read(say("HEAD^"))


def test_dates_move_and_those_that_vanished_are_not_said_to_move(repository: Repository, say: Say) -> None:
    rows = [row for row in repository.rows("projects") if row["finish_date"]]
    assert len(rows) > 20
    repository.edit("projects", lambda row: row | {"finish_date": ""})
    text = read(say())
    assert f"and {len(rows) - 20} more of {len(rows)}; those above are dates that vanished or are new, then" in text
    repository.git("checkout", "-q", "--", ".")
    repository.edit("projects", lambda row: row | ({"finish_date": "2030-01-01"} if row["finish_date"] else {}))
    text = read(say())
    assert f"{len(rows)} projects: Planned finish date moves later" in text
    assert "rises" not in text


def test_a_table_that_goes_is_one_sentence_and_no_edit_of_a_project(repository: Repository, say: Say) -> None:
    rows = len(repository.rows("monthly_results"))

    def without(content: dict[str, Any]) -> None:
        content["resources"] = [one for one in content["resources"] if one["name"] != "monthly_results"]

    repository.describe(without)
    repository.file("monthly_results").unlink()
    text = read(say())
    assert f"The table Monthly results is no longer published: {rows} rows" in text
    assert "every page that shows the table Monthly results" in text
    assert "edit" not in text.lower().replace("edit history", "")
    assert "pages of projects" not in text
