"""The command `new`: from a CSV that nobody here has seen to a repository whose site builds. All data are fictional."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.building import BUILD, command_server
from tests.folders import read_folder
from tests.pages import page, text

CSV = (
    "Project #,Project Name,Ward,Department,Budget,Start,End Date,Percent Complete,Stage,Secret note\n"
    '"R 1/25","Road, north of the ""Old Mill""",North,Public Works,"$1,250,000.00",2/13/2025,3/1/2026,45%,built,x\n'
    '"R 2/25","=HYPERLINK(""http://bad.example"")&cmd|/C calc!A0",South,Parks,N/A,3/1/2025,12/31/2025,,planned,x\n'
    "R 3/25,Bridge <script>alert(1)</script>,North,Public Works,80000,,,100,built,x\n"
)

SETTINGS = (
    *("--languages", "th,en", "--city", "ริเวอร์ตัน", "--city-en", 'River "ton" {x} \\'),
    *("--currency", "USD", "--calendar", "gregorian", "--fiscal-year-start", "07-01"),
)


@contextmanager
def as_officer(folder: Path) -> Iterator[None]:
    """For the block, git is what `gitconfig` in the folder says, of which the officer has name and address."""
    git = folder / "gitconfig"
    if not git.exists():
        git.write_text("[user]\nname = An Officer\nemail = officer@example.org\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
            patch.delenv(name, raising=False)
        patch.setenv("GIT_CONFIG_GLOBAL", str(git))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


def start(*arguments: str | Path, folder: Path, **streams: int) -> subprocess.Popen[str]:
    """The command, started anew; Ctrl-C stops it, also where these tests run in the background and ignore that."""
    command = [sys.executable, str(BUILD), "new", *map(str, arguments)]
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with as_officer(folder):
        return subprocess.Popen(command, cwd=folder, text=True, preexec_fn=heed, **streams)  # type: ignore[call-overload,no-any-return]


def new(*arguments: str | Path, folder: Path) -> tuple[int, str, str]:
    """The command, forked: its exit code, and what it said where nobody can be asked."""
    with TemporaryDirectory() as printed, as_officer(folder):
        out, err = Path(printed, "out"), Path(printed, "err")
        out.touch()
        err.touch()
        code = command_server().start(["new", *map(str, arguments)], out, err, folder).wait()
        return code, out.read_text("utf-8"), err.read_text("utf-8")


def run(city: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, city / "build.py", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A city made of CSV, and what the command said."""
    folder = tmp_path_factory.mktemp("new")
    (folder / "theirs.csv").write_text(CSV, "utf-8")
    code, out, err = new("city", "--csv", "theirs.csv", "--column", "Stage=+", *SETTINGS, folder=folder)
    assert code == 0, out + err
    return folder / "city", out


def test_the_guess_is_shown_and_each_unused_column_named(made: tuple[Path, str]) -> None:
    _, out = made
    assert "theirs.csv: 3 rows, utf-8, commas" in out
    for heading, column in (("Project Name", "title"), ("Ward", "areas.name"), ("Start", "start_date")):
        assert re.search(rf"{heading} +-> {column} ", out)
    assert "The key of each row is made from: Project #." in out
    assert 'column "Secret note" was not used: the portal knows no such column' in out
    assert re.search(r"^  cd city && \S+ build.py serve$", out, re.M)


def test_the_repository_is_whole_and_of_no_other_city(made: tuple[Path, str]) -> None:
    city, _ = made
    assert not (city / "tests" / "bangkok").exists()
    assert sorted(path.name for path in (city / "data").iterdir()) == [
        "agencies.csv",
        "areas.csv",
        "projects.csv",
        "sources.csv",
    ]
    workflow = (city / ".github" / "workflows" / "import.yml").read_text("utf-8")
    assert "TZ: America/New_York" in workflow
    assert "Bangkok" not in workflow
    own = [city / name for name in ("README.md", "CHANGELOG.md", "datapackage.json", "pyproject.toml")]
    own += [*(city / "content").iterdir(), *(city / "data").iterdir()]
    assert [path.name for path in own if re.search("Bangkok|กรุงเทพ|baht|บาท", path.read_text("utf-8"))] == []
    portal = tomllib.loads((city / "pyproject.toml").read_text("utf-8"))["tool"]["portal"]
    assert (portal["city_en"], portal["currency"], portal["timezone"]) == (
        'River "ton" {x} \\',
        "USD",
        "America/New_York",
    )


def test_the_cells_are_as_they_were_written(made: tuple[Path, str]) -> None:
    city, _ = made
    with (city / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["project_id"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == ["R-1-25", "R-2-25", "R-3-25"]
    assert rows["R-1-25"]["title"] == 'Road, north of the "Old Mill"'
    assert (rows["R-1-25"]["budget_received"], rows["R-2-25"]["budget_received"]) == ("1250000", "")
    assert (rows["R-1-25"]["start_date"], rows["R-1-25"]["finish_date"]) == ("2025-02-13", "2026-03-01")
    assert rows["R-2-25"]["title"].startswith("=HYPERLINK(")
    assert rows["R-3-25"]["stage"] == "built"
    assert (rows["R-1-25"]["area_id"], rows["R-1-25"]["agency_id"]) == ("north", "public-works")


def test_the_first_commit_is_the_first_release_and_the_site_is_that_of_it(made: tuple[Path, str]) -> None:
    city, _ = made
    git = ["git", "-C", str(city)]
    log = subprocess.run([*git, "log", "--format=%an %s"], capture_output=True, text=True, check=True).stdout
    assert log == "An Officer Publish the projects of ริเวอร์ตัน\n"
    assert not subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    assert "nothing has changed" in run(city, "build").stdout
    project = page(city / "site", "en/projects/R-1-25/index.html")
    assert "$1,250,000" in text(project.css_first("main"))
    script = page(city / "site", "en/projects/R-3-25/index.html")
    assert "<script>alert" in text(script.css_first("h1"))


def test_check_asks_for_the_pages_that_only_the_city_can_write(made: tuple[Path, str]) -> None:
    city, _ = made
    checked = run(city, "check", "--format", "json")
    assert checked.returncode == 0
    asked = {(one["place"], one["rule"]) for one in json.loads(checked.stdout)["notices"]}
    pages = ("about.md", "about.en.md", "contact.md", "contact.en.md")
    assert asked == {(f"content/{name}", "unwritten-page") for name in pages}
    content = city / "content"
    for name in pages[:2]:
        page_of_city = content / name
        page_of_city.write_text(page_of_city.read_text("utf-8").replace("unwritten: true\n", ""), "utf-8")
    for name in pages[2:]:
        (content / name).unlink()
    again = json.loads(run(city, "check", "--format", "json").stdout)
    assert [(one["place"], one["rule"]) for one in again["notices"]] == [("content/contact.md", "missing-page")]


def test_the_same_csv_again_changes_nothing_and_a_new_row_no_other(made: tuple[Path, str]) -> None:
    city, _ = made
    theirs = city.parent / "theirs.csv"
    command = ("import", "csv", str(theirs), "--mapping", str(city / "MAPPING.toml"))
    assert "nothing: all is as it was" in run(city, *command).stdout
    header, first, *others = CSV.splitlines(keepends=True)
    theirs.write_text("".join([header, "R 0/25,Lane,South,Parks,5,,,,built,x\n", first, *others]), "utf-8")
    again = run(city, *command)
    assert "data/projects.csv: 4 rows, 1 new\n" in again.stdout, again.stdout + again.stderr


def test_without_an_identity_nothing_is_committed_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text(CSV, "utf-8")
    (tmp_path / "gitconfig").write_text("[user]\nuseConfigOnly = true\n", "utf-8")
    # Three hundred columns of which the portal knows two are no obstacle.
    wide = [["id", "title", *(f"q{n}" for n in range(298))], ["A-1", "Road", *("=1+1" for _ in range(298))]]
    with (tmp_path / "wide.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(wide)
    (tmp_path / "city").mkdir()
    code, out, err = new("city", "--csv", "wide.csv", *SETTINGS, folder=tmp_path)
    assert code == 0, out + err
    assert "Not committed: git does not know your name and address yet." in out
    assert len(re.findall(r'^  column "q[0-9]+" was not used', out, re.M)) == 298
    assert (tmp_path / "city" / "site" / "en" / "projects" / "A-1" / "index.html").is_file()


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", 1, "this file is empty"),
        (b"id,title\n", 1, "there is no row below the header"),
        (b"title,title\nRoad,Lane\n", 2, "No column looks like the title"),
        (b"PK\x03\x04" + bytes(600), 1, "an Excel workbook"),
        (bytes(range(256)) * 4, 1, "this file is not UTF-8"),
        (b"id,title\n1," + b"x" * 150_000 + b"\n", 1, "a cell of more than"),
        (b"budget,end date\n5,2025-01-01\n", 2, "No column looks like the title"),
        (b"title,stage\nRoad,built\nRoad,built\n", 1, "this row is the same as row 2"),
        (b"id,title\n1,Call 081-234-5678 now\n", 1, "phone"),
        (b"Projects of 2025,,\nid,title,budget\n1,Road,5\n", 1, "Delete the rows above the header"),
        (b"Projects of 2025\nid,title,budget\n1,Road,5\n", 1, "delete rows above the header"),
    ],
)
def test_a_hostile_csv_is_told_and_leaves_nothing(tmp_path: Path, data: bytes, code: int, message: str) -> None:
    (tmp_path / "theirs.csv").write_bytes(data)
    ended, out, err = new("city", "--csv", "theirs.csv", "--country", "TH", *SETTINGS, folder=tmp_path)
    assert (ended, message in out + err) == (code, True), out + err
    assert "Traceback" not in err
    assert {path.name for path in tmp_path.iterdir()} == {"theirs.csv", "gitconfig"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "new: --languages, --city, --currency, --calendar, --fiscal-year-start, --csv are missing"),
        (("--yes", "--city", "X"), "nobody is asked"),
        ((*SETTINGS, "--csv", "none.csv"), "none.csv: No such file"),
        ((*SETTINGS, "--csv", "t.csv", "--currency", "DOLLAR"), "--currency: pyproject.toml"),
        ((*SETTINGS, "--csv", "t.csv", "--currency", "EUR"), "new: --country is missing"),
        ((*SETTINGS, "--csv", "t.csv", "--languages", "xx"), "--languages: "),
        ((*SETTINGS, "--csv", "t.csv", "--fiscal-year-start", "July"), "--fiscal-year-start: "),
        ((*SETTINGS, "--csv", "t.csv", "--column", "Stage"), "is not of the form HEADING=COLUMN"),
        ((*SETTINGS, "--csv", "t.csv", "--column", "Stag=+"), 'Did you mean "Stage"'),
        ((*SETTINGS, "--csv", "t.csv", "--mapping", "none.toml"), "none.toml"),
        ((*SETTINGS, "--csv", "t.csv", "--timezone", "Mars/Base"), "timezone"),
        ((*SETTINGS, "--csv", "t.csv", "--city-fr", "X"), "--city-fr: fr is not one of the further languages"),
    ],
)
def test_a_wrong_command_exits_with_2_and_says_what_is_missing(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "t.csv").write_text(CSV, "utf-8")
    code, out, err = new("city", *arguments, folder=tmp_path)
    assert code == 2, out + err
    assert message in err
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize("kind", ["full", "file", "link", "no parent", "not to be written"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    (tmp_path / "t.csv").write_text(CSV, "utf-8")
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "city"
    if kind == "full":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to("elsewhere")
    elif kind == "not to be written":
        # Not even the owner of the machine may.
        target = Path("/proc/city")
    else:
        target = tmp_path / "none" / "city"
    before = read_folder(tmp_path)
    code, _, err = new(target, "--csv", "t.csv", *SETTINGS, folder=tmp_path)
    (tmp_path / "gitconfig").unlink()
    assert (code, "Traceback" in err) == (2, False)
    assert read_folder(tmp_path) == before


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(CSV, "utf-8")
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = start("city", "--csv", "t.csv", *SETTINGS, folder=tmp_path, **streams)
    while not any(path.name.startswith(".new-") for path in tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert {path.name for path in tmp_path.iterdir()} == {"t.csv", "gitconfig"}


class Terminal:
    """A person at a terminal, who reads until a question stands there, and answers it."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.ours, theirs = pty.openpty()
        self.process = start(*arguments, folder=folder, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.said = ""

    def read_until(self, question: str) -> str:
        """What is said up to the question."""
        said = ""
        while question not in said:
            assert select.select([self.ours], [], [], 300)[0], f"{question!r} was not asked: {said!r}"
            try:
                data = os.read(self.ours, 4096)
            except OSError:
                data = b""
            assert data, f"ended before {question!r}: {said!r}"
            said += data.decode("utf-8", "replace")
        return said

    def answer(self, question: str, text: str) -> str:
        """Answers a question; returns what was said before it."""
        said = self.read_until(question)
        os.write(self.ours, f"{text}\n".encode())
        return said

    def end(self) -> int:
        while True:
            try:
                if not os.read(self.ours, 4096):
                    break
            except OSError:
                break
        os.close(self.ours)
        return self.process.wait()


def test_a_person_at_a_terminal_is_asked_short_questions_and_wrong_answers_again(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(CSV.replace("Budget,", "Total,"), "utf-8")
    person = Terminal("city", folder=tmp_path)
    person.answer("Languages, the first one of the data first, such as es,en [en]: ", "th,en")
    person.answer("Name of the city (th): ", "ริเวอร์ตัน")
    person.answer("Name of the portal (th) [โครงการของริเวอร์ตัน]: ", "")
    person.answer("Name of the city (en) [ริเวอร์ตัน]: ", "Riverton")
    person.answer("Name of the portal (en) [Riverton Projects]: ", "")
    person.answer("Currency, by ISO 4217, such as USD: ", "DOLLAR")
    assert "DOLLAR" in person.answer("Currency, by ISO 4217, such as USD: ", "USD")
    person.answer("Country, by ISO 3166, such as US [US]: ", "")
    person.answer("Calendar of the pages, buddhist or gregorian [gregorian]: ", "")
    person.answer("First day of the fiscal year, month-day [01-01]: ", "07-01")
    person.answer("Fiscal years are named by the year of their start or end [end]: ", "")
    person.answer("CSV of the projects: ", "none.csv")
    assert "No such file" in person.answer("CSV of the projects: ", "t.csv")
    shown = person.answer("the budget_received? yes, no, or another column [yes]: ", "")
    assert "Project Name" in shown
    assert 'Is "Total" (such as "$1,250,000.00")' in shown
    person.answer("Another change?", "Stag=+")
    assert 'Did you mean "Stage"' in person.answer("Another change?", "Stage=+")
    person.answer("Another change?", "")
    said = person.read_until("build.py serve")
    assert "city: " in said
    assert person.end() == 0
    with (tmp_path / "city" / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [row["budget_received"] for row in rows] == ["1250000", "", "80000"]
    assert [row["stage"] for row in rows] == ["built", "planned", "built"]


def test_ctrl_c_at_a_question_leaves_nothing(tmp_path: Path) -> None:
    person = Terminal("city", folder=tmp_path)
    person.read_until("[en]: ")
    # Python heeds the first one only at the next, where it comes between the question and the wait for its answer.
    while person.process.poll() is None:
        person.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    assert person.end() == 130
    assert {path.name for path in tmp_path.iterdir()} == {"gitconfig"}
