"""What is withheld of earlier releases: what the guard finds in them, and what `erased.csv` names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from build import main
from portal.core.models import Change, ChangeKind, Erasure, History, Thresholds, Withheld, project_index
from portal.history.changelog import compare_releases
from portal.history.changes import changes_between
from portal.history.erasures import unknown_erasures
from portal.history.timeline import Timeline, build_timeline, with_published_progress
from portal.history.withheld import withhold
from portal.package.reading import read_guard, read_portal
from portal.rules.transitions import RuleTransitions, fields_of

from tests.conventions import CITY
from tests.repository import Repository

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage

FIRST, SECOND, THIRD = "91000000-1001", "91000000-2001", "91000000-2002"
PHONE = "081-234-5678"
HEADER = "resource,key,field,release\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def known(repository: Repository) -> tuple[History, Timeline]:
    """What is published of the releases."""
    portal, read = repository.portal(), repository.history()
    history = withhold(read, portal, read_guard(repository.folder / "datapackage.json", CITY))
    transitions = RuleTransitions(Thresholds(), fields_of(portal.package), portal.package.conventions.fiscal)
    return history, build_timeline(with_published_progress(portal, history), history, transitions)


def values(history: History, field: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(c.before, c.after, c.withheld) for r in history.releases for c in r.changes if c.field == field]


def every_text(history: History) -> Iterator[str]:
    for release in history.releases:
        yield from (release.version, *release.tags)
        for one in release.changes:
            yield from (one.resource, *one.record, one.project_id or "", one.field, one.before, one.after)


def erase(repository: Repository, *rows: str) -> None:
    (repository.folder / "erased.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")


def unknown(repository: Repository) -> list[tuple[str, int | None, str | None]]:
    return [(p.rule, p.row, p.field) for p in unknown_erasures(repository.portal(), repository.history())]


def test_nothing_is_withheld_where_nothing_is_personal(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks="B66-0102001-P01-0300", budget_received="0812345678")
    repository.commit("A code, and money")
    history, portal = repository.history(), repository.portal()
    assert withhold(history, portal, read_guard(repository.folder / "datapackage.json", CITY)) is history


def test_what_the_package_allows_is_not_withheld(repository: Repository) -> None:
    allowed = [{"value": "02-221-2141", "reason": "The switchboard."}]
    repository.describe(lambda content: content.update(personal_data_allowed=allowed))
    repository.set("projects", {"project_id": FIRST}, remarks="โทร 0 2221 2141")
    repository.commit("Allowed")
    repository.set("projects", {"project_id": FIRST}, remarks="")
    repository.commit("Gone")
    assert values(known(repository)[0], "remarks")[-1] == ("โทร 0 2221 2141", "", ())


def test_a_text_in_a_column_of_numbers_or_days_is_searched_as_a_text(repository: Repository) -> None:
    """As where cells slipped into the next column."""
    repository.set(
        "projects", {"project_id": FIRST}, weight=f"โทร {PHONE}", start_date=f"ติดต่อ {PHONE}", fiscal_year="a@b.co"
    )
    repository.commit("Slip")
    repository.set("projects", {"project_id": FIRST}, weight="1", start_date="2023-10-01", fiscal_year="2567")
    repository.commit("Put back")
    history, found = known(repository)
    for name in ("weight", "start_date", "fiscal_year"):
        assert [withheld for _, _, withheld in values(history, name)] == [("after",), ("before",)], name
    (move,) = [one for one in found.releases[0].items if one.field == "start_date"]
    assert (move.before, move.size) == (Withheld.WITHHELD, None)


def test_a_cell_is_erased_of_every_earlier_release_and_stays_in_that_of_today(repository: Repository) -> None:
    for name in ("นายก", "นายข", "ไม่มี"):
        repository.set("projects", {"project_id": FIRST}, evaluator=name)
        repository.commit(name)
    erase(repository, f'projects,"[""{FIRST}""]",evaluator,')
    assert values(known(repository)[0], "evaluator") == [
        ("", "", ("before", "after")),
        ("", "", ("before", "after")),
        ("", "ไม่มี", ("before",)),
    ]


def test_a_cell_is_erased_of_one_release_wherever_it_stands(repository: Repository) -> None:
    """Until it is replaced, when it is, and where it comes back."""
    for name in ("นายก", "นายข", "นายก", "ไม่มี"):
        repository.set("projects", {"project_id": FIRST}, evaluator=name)
        commit = repository.commit(name)
        if name == "นายข":
            repository.git("tag", "2569-q1")
    repository.git("tag", "2569-q2", "HEAD~3")
    for release in ("2569-q2", repository.git("rev-parse", "HEAD~3")[:8]):
        erase(repository, f"projects,{FIRST},evaluator,{release}")
        assert values(known(repository)[0], "evaluator") == [
            ("นางสาวทดลอง ไม่มีจริง", "", ("after",)),
            ("", "นายข", ("before",)),
            ("นายข", "", ("after",)),
            ("", "ไม่มี", ("before",)),
        ]
    erase(repository, f"projects,{FIRST},evaluator,{commit}")
    assert unknown(repository) == [("still-published", 2, "field")]


def test_a_cell_is_erased_under_every_name_of_its_column(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, contractor="นายก")
    repository.commit("Name")
    repository.write(
        "projects",
        [{("firm" if k == "contractor" else k): v for k, v in r.items()} for r in repository.rows("projects")],
    )

    def rename(content: dict[str, object]) -> None:
        fields = content["resources"][0]["schema"]["fields"]  # type: ignore[index]
        next(field for field in fields if field["name"] == "contractor")["name"] = "firm"

    repository.describe(rename)
    repository.commit("Rename")
    repository.set("projects", {"project_id": FIRST}, firm="")
    repository.commit("Delete")
    for name in ("firm", "contractor"):
        erase(repository, f"projects,{FIRST},{name},")
        assert "นายก" not in set(every_text(known(repository)[0]))


def test_a_record_that_is_gone_loses_its_key_and_one_of_today_keeps_it(repository: Repository) -> None:
    new = repository.rows("projects")[0] | {"project_id": "91000000-9001", "title": "นายก"}
    month = repository.rows("monthly_results")[0] | {"project_id": "91000000-9001"}
    whole = {name: repository.rows(name) for name in ("projects", "monthly_results")}
    repository.write("projects", [*whole["projects"], new])
    repository.write("monthly_results", [*whole["monthly_results"], month])
    repository.set("projects", {"project_id": FIRST}, remarks="นายข")
    repository.commit("Come")
    repository.write("projects", whole["projects"])
    repository.write("monthly_results", whole["monthly_results"])
    repository.commit("Go")
    erase(repository, "projects,91000000-9001,,", f"projects,{FIRST},,")
    history, found = known(repository)
    texts = set(every_text(history))
    assert texts.isdisjoint({"91000000-9001", "นายก", "นายข"})
    assert FIRST in texts
    assert list(found.project_changes) == [FIRST]
    assert found.releases[0].withheld > 10


def test_a_record_without_a_key_is_erased_by_its_number(repository: Repository) -> None:
    row = repository.rows("revisions")[0]
    repository.write("revisions", [*repository.rows("revisions"), row | {"user": "นายก"}])
    repository.commit("Come")
    repository.edit("revisions", lambda row: None if row["user"] == "นายก" else row)
    repository.commit("Go")
    erase(repository, "revisions,#1,user,")
    assert unknown(repository) == [("missing-release", 2, "release")]
    erase(repository, f"revisions,#1,user,{repository.git('rev-parse', 'HEAD')}")
    assert "นายก" not in set(every_text(known(repository)[0]))


def test_no_figure_and_no_first_value_is_made_from_a_withheld_one(repository: Repository) -> None:
    for spent, percent, budget in (("1", "60", "6000000"), ("9000000", "70", "7000000")):
        cells = {"budget_spent": spent, "progress_percent": percent, "budget_received": budget}
        repository.set("projects", {"project_id": FIRST}, **cells)
        repository.commit(percent)
    erase(
        repository, *(f"projects,{FIRST},{name}," for name in ("budget_received", "budget_spent", "progress_percent"))
    )
    portal = repository.portal()
    history, found = known(repository)
    shown = next(p for p in with_published_progress(portal, history).projects if p.project_id == FIRST)
    # 100 and 60 are withheld, so nobody can see that it fell.
    assert shown.published_progress in ((), (Decimal(70),))
    assert found.originals == {}
    # The rule holds today; that it did not before would be a guess.
    assert all(not entry.began and not entry.ended for entry in found.project_changes[FIRST])
    whole = compare_releases(project_index(portal), history, history.releases[0], history.releases[-1]).items
    assert [(m.before, m.after, m.size) for m in whole if m.field == "budget_received"] == [
        (Withheld.WITHHELD, Decimal(7000000), None)
    ]


def test_between_two_releases_a_withheld_cell_is_not_taken_for_a_blank_one(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks=f"โทร {PHONE}")
    repository.commit("Come")
    repository.set("projects", {"project_id": FIRST}, remarks="")
    repository.commit("Go")
    history, _ = known(repository)
    first, middle, last = history.releases
    assert [c.withheld for c in changes_between(middle, last, history).changes] == [("before",)]
    # From the first to the last nothing is different.
    assert changes_between(first, last, history).changes == ()


def test_a_withheld_result_of_a_month_is_a_retroactive_edit_still() -> None:
    change = Change("monthly_results", (FIRST, "1"), FIRST, "result", ChangeKind.CHANGED, "", "3", ("before",))
    assert change.retroactive


def test_the_summary_of_a_pull_request_shows_no_withheld_value(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = repository.rows("projects")[0] | {"project_id": "91000000-9001", "title": f"โทร {PHONE}"}
    repository.set("progress_reports", {"project_id": FIRST, "report_date": "2024-03-29"}, details=f"ติดต่อ {PHONE}")
    repository.write("projects", [*repository.rows("projects"), new])
    repository.describe(lambda content: content.update(version=f"1 {PHONE}"))
    repository.commit("Come")
    repository.edit("projects", lambda row: None if row["project_id"] == "91000000-9001" else row)
    repository.set("progress_reports", {"project_id": FIRST, "report_date": "2024-03-29"}, details="")
    repository.describe(lambda content: content.update(version="2"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    main(["diff", "HEAD", "--package", str(repository.folder)])
    summary = (tmp_path / "summary.md").read_text("utf-8").replace("\u2060", "")
    assert "081" not in summary
    assert "withheld: personal data" in summary
    assert "1 project goes" in summary


def test_a_row_that_withholds_nothing_is_a_problem_that_repeats_no_key(repository: Repository) -> None:
    repository.set("projects", {"project_id": FIRST}, remarks="นายก")
    repository.commit("Come")
    repository.set("projects", {"project_id": FIRST}, remarks="")
    repository.commit("Go")
    erase(
        repository,
        f"projects,{FIRST},remarks,",
        f"project,{FIRST},remarks,",
        f"projects,{FIRST},remark,",
        f"projects,{FIRST},remarks,2569-q1",
        "projects,สมชาย,remarks,",
        f"projects,{SECOND},remarks,",
    )
    assert unknown(repository) == [
        ("unknown-resource", 3, "resource"),
        ("unknown-field", 4, "field"),
        ("unknown-release", 5, "release"),
        ("unknown-key", 6, "key"),
        ("unknown-key", 7, "key"),
    ]
    problems = unknown_erasures(repository.portal(), repository.history())
    assert not any("สมชาย" in problem.text or FIRST in problem.text for problem in problems)
    assert "projects" in problems[0].hint


@pytest.mark.parametrize(
    ("data", "rule", "row"),
    [
        (b"", "empty-file", None),
        (HEADER.encode("utf-16"), "wrong-encoding", None),
        ((HEADER + "projects,สมชาย,,\n").encode("cp874"), "wrong-encoding", None),
        (b"resource,key,field,release,reason\n", "unknown-column", 1),
        (b"resource,key,field\n", "missing-column", 1),
        (b"resource,key,field,release,key\n", "duplicate-column", 1),
        (b"resource;key;field;release\n", "wrong-separator", 1),
        (HEADER.encode() + b"projects,a,b\n", "wrong-number-of-cells", 2),
        (HEADER.encode() + b"\n,,,\n,a,,\n", "missing-value", 4),
        (HEADER.encode() + b'projects," ",,\n', "missing-value", 2),
        (HEADER.encode() + b'projects,"[""a""",,\n', "wrong-form", 2),
        (HEADER.encode() + b"projects,[1],,\n", "wrong-form", 2),
        (HEADER.encode() + b"projects," + b"[" * 90_000 + b",,\n", "wrong-form", 2),
        (HEADER.encode() + b'projects,"a,,\n', "broken-quotes", None),
        (HEADER.encode() + b"projects,,,\n" * 2_000, "missing-value", 1001),
        (HEADER.encode() + b"projects,a,,\n" * 1_000_000, "too-large", None),
    ],
)
def test_a_list_that_is_none_is_said_to_be_so(package: SamplePackage, data: bytes, rule: str, row: int | None) -> None:
    (package.root / "erased.csv").write_bytes(data)
    problems = package.problems()
    assert (rule, row) in [(problem.rule, problem.row) for problem in problems]
    assert {problem.place for problem in problems} == {"erased.csv"}
    assert all(problem.hint and "สมชาย" not in problem.text for problem in problems)


def test_a_list_as_excel_saves_it_is_read(package: SamplePackage) -> None:
    lines = [HEADER.strip(), ' projects ,"[""ก"", ""1""]",, 2569-q1', ",,,", ""]
    (package.root / "erased.csv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    portal = package.read().portal
    assert portal is not None
    assert portal.erased == (Erasure("projects", ("ก", "1"), "", "2569-q1", 2),)
    assert package.problems() == ()


def test_a_list_that_is_a_resource_or_no_file_is_refused(package: SamplePackage) -> None:
    (package.root / "erased.csv").mkdir()
    assert [problem.rule for problem in package.problems()] == ["unreadable"]
    (package.root / "erased.csv").rmdir()
    package.file("evaluations").rename(package.root / "erased.csv")
    package.describe("resources.1.path", "erased.csv")
    assert "published-erasures" in [problem.rule for problem in package.problems()]


def test_what_changed_in_an_ignored_column_is_left_out(repository: Repository) -> None:
    repository.edit("projects", lambda row: row | {"secret": "a"})
    repository.commit("Note something")
    repository.edit("projects", lambda row: row | {"secret": "b", "remarks": row["remarks"] + "."})
    repository.commit("Note more")
    reading = read_portal(repository.folder, CITY, ignored=["projects.secret"])
    assert (reading.problems, reading.portal is not None) == ((), True)
    read = repository.history()
    assert {one.field for release in read.releases for one in release.changes} >= {"secret", "remarks"}
    history = withhold(read, reading.portal, read_guard(repository.folder / "datapackage.json", CITY))  # type: ignore[arg-type]
    assert {one.field for release in history.releases for one in release.changes} == {"remarks"}


def test_the_names_of_natural_persons_are_withheld_of_earlier_releases(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    person, other = {"supplier_id": "S-003"}, {"supplier_id": "S-005"}
    repository.set("suppliers", person, name="สมมติ ไม่มีจริง", name_en="Invented Person")
    repository.set("suppliers", other, name="นางสาวสมมติ ไม่มีจริง")
    repository.commit("Names")
    repository.set("suppliers", person, name="บุคคลธรรมดา", name_en="A natural person")
    repository.set("suppliers", other, name="ร้านป้ายทดลอง")
    repository.commit("No names")
    read, portal = repository.history(), repository.portal()
    history = withhold(read, portal, read_guard(repository.folder / "datapackage.json", CITY))
    texts = [
        (change.record[0], change.field, change.before, change.after, change.withheld)
        for change in history.releases[-1].changes
    ]
    assert texts == [
        ("S-003", "name", "", "บุคคลธรรมดา", ("before",)),
        ("S-003", "name_en", "", "A natural person", ("before",)),
        ("S-005", "name", "", "ร้านป้ายทดลอง", ("before",)),
    ]
    assert "ไม่มีจริง" not in "".join(change.after for release in history.releases for change in release.changes)
