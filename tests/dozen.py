"""The repository of a dozen commits that the tests of changes are built from."""

from pathlib import Path

from tests.repository import Repository

FIRST, SECOND, GONE, NEW = "91000000-1001", "91000000-2001", "91000000-2002", "91000000-9001"
REPORTING = ("monthly_results", "progress_reports", "evaluations", "revisions")


def make(root: Path) -> Repository:
    """Edits, a retroactive edit, a deletion, a rename, a move, a revert, a rewritten number, and two tags."""
    repository = Repository(root)
    repository.git("tag", "2569-q1")
    repository.set("projects", {"project_id": FIRST}, budget_received="3500000", finish_date="2026-09-30")
    repository.commit("Cut the budget, give time")
    repository.set("projects", {"project_id": FIRST}, budget_received="4100000", progress_percent="60")
    repository.commit("Give some back")
    repository.set("monthly_results", {"project_id": FIRST, "month": "3"}, result="3")
    repository.set("monthly_results", {"project_id": FIRST, "month": "1"}, result="9")
    repository.commit("Alter a month, report another")
    for resource in ("projects", *REPORTING):
        repository.edit(resource, lambda row: None if row["project_id"] == GONE else row)
    repository.commit("Delete a project")
    new = repository.rows("projects")[2] | {"project_id": NEW, "title": "โครงการใหม่ (สมมติ) <b>"}
    repository.write("projects", [*repository.rows("projects"), new])
    repository.commit("Add a project")
    repository.git("tag", "2569-q2")
    repository.set("projects", {"project_id": SECOND}, progress_percent="1")
    repository.commit("Mistype")
    repository.day += 1
    repository.git("revert", "--no-edit", "HEAD")
    (repository.folder / "tables").mkdir()
    repository.git("mv", "portal/data/projects.csv", "portal/tables/all.csv")
    repository.describe(lambda content: content["resources"][0].update(path="tables/all.csv"))  # type: ignore[index]
    repository.commit("Move the file")
    repository.paths["projects"] = "tables/all.csv"
    budget = next(row["budget_received"] for row in repository.rows("projects") if row["project_id"] == SECOND)
    repository.set("projects", {"project_id": SECOND}, budget_received=f"{budget}.00")
    repository.commit("Write a number otherwise")
    rename_column(repository, "kpi_id", "tor_id")
    repository.commit("Rename a column")
    repository.set("projects", {"project_id": FIRST}, progress_percent="40")
    repository.commit("Report less")
    return repository


def rename_column(repository: Repository, old: str, new: str) -> None:
    """Rename a column of the projects, in their file and in the descriptor."""
    rows = [{(new if k == old else k): v for k, v in row.items()} for row in repository.rows("projects")]
    repository.write("projects", rows)

    def rename(content: dict[str, object]) -> None:
        fields = content["resources"][0]["schema"]["fields"]  # type: ignore[index]
        next(field for field in fields if field["name"] == old)["name"] = new

    repository.describe(rename)
