"""What rules said of a project is used again where nothing of it has changed, and not where it was damaged."""

import gzip
from pathlib import Path

import pytest

from portal.exports import table_lines
from portal.pipeline.build_cache import CURRENT, PREVIOUS
from portal.pipeline.page_store import ProjectEntry
from portal.pipeline.saved_findings import SavedFindings, file_name
from portal.rules import FindingRow, read_finding_rows

IDS = ("a", "b", "c", "e")


def entry(project_id: str, record: str = "record", background: str = "background") -> ProjectEntry:
    return ProjectEntry(project_id, False, b"", f"{record} {background}", record.encode(), background.encode())


def written(project_id: str) -> list[FindingRow]:
    """With a text that has the signs by which the file is cut."""
    inputs = '{"remarks": "ไทย\\t\\n\u2028, \\"x\\""}'
    return [
        FindingRow(project_id, "rule", "concerned", "", inputs, ""),
        FindingRow(project_id, "b", "x", "", "{}", "y\t\r\nz"),
    ]


def rows(project_id: str) -> str:
    """The same as lines of CSV."""
    return table_lines(written(project_id))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The scratch folder of a build after one of the projects `IDS`."""
    with SavedFindings(tmp_path, "shared", 2569) as saved:
        for project_id in IDS:
            assert saved.get(entry(project_id)) is None
            saved.put(entry(project_id), rows(project_id))
    (tmp_path / CURRENT).rename(tmp_path / PREVIOUS)
    return tmp_path


def known(scratch: Path, entries: list[ProjectEntry], shared: str = "shared") -> list[str]:
    """The projects whose rows are used again; they must be those that were saved."""
    with SavedFindings(scratch, shared, 2569) as saved:
        found = {one.project_id: saved.get(one) for one in entries}
    assert all(rows(project_id) == of_project for project_id, of_project in found.items() if of_project)
    return [project_id for project_id, of_project in found.items() if of_project]


def test_rows_are_read_again_as_they_were_written() -> None:
    assert read_finding_rows(rows("a")) == written("a")


def test_a_project_that_came_or_went_leaves_the_others_known(scratch: Path) -> None:
    assert known(scratch, [entry(project_id) for project_id in ("0", "a", "c", "d", "e", "f")]) == ["a", "c", "e"]


def test_another_record_another_background_and_another_program_are_judged_again(scratch: Path) -> None:
    assert known(scratch, [entry("a", record="x"), entry("b", background="x"), entry("c")]) == ["c"]
    assert known(scratch, [entry(project_id) for project_id in IDS], shared="another") == []


def test_what_is_between_record_and_background_counts(scratch: Path) -> None:
    assert known(scratch, [entry("a", "recordb", "ackground")]) == []


@pytest.mark.parametrize("damage", ["cut", "edited", "no gzip", "missing"])
def test_damaged_rows_are_not_used(scratch: Path, damage: str) -> None:
    file = scratch / PREVIOUS / file_name(2569)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-20])
    elif damage == "edited":
        file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"concerned", b"not_concerned")))
    elif damage == "no gzip":
        file.write_text("\t\t\n")
    else:
        file.unlink()
    entries = [entry(project_id) for project_id in IDS]
    assert set(known(scratch, entries)) <= ({"a", "b", "c"} if damage == "cut" else set())


def test_rows_that_were_used_again_are_known_to_the_build_after_it(scratch: Path) -> None:
    entries = [entry("a"), entry("b", record="x"), entry("c")]
    assert known(scratch, entries) == ["a", "c"]
    (scratch / PREVIOUS / file_name(2569)).unlink()
    (scratch / CURRENT / file_name(2569)).rename(scratch / PREVIOUS / file_name(2569))
    assert known(scratch, entries) == ["a", "c"]
