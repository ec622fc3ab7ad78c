"""What no check let pass is not published by way of history, nor is another repository; and git runs no program."""

import ast
import io
import os
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from build import main
from portal.core.problems import UsageError

from tests.repository import Repository

ROOT = Path(__file__).parents[3]
FIRST = "91000000-3001"


def check(repository: Repository) -> tuple[int, str]:
    """The exit code of `check`, and what it says on standard error."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        code = main(["check", "--package", str(repository.folder)])
    return code, said.getvalue()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def first_resource(**properties: object) -> Callable[[Repository], None]:
    def change(repository: Repository) -> None:
        repository.describe(lambda content: content["resources"][1].update(properties))  # type: ignore[index]

    return change


def with_a_file_outside(repository: Repository) -> None:
    (repository.root / "private").mkdir()
    (repository.root / "private" / "salaries.csv").write_bytes(repository.file("monthly_results").read_bytes())
    first_resource(path="../private/salaries.csv")(repository)


def with_a_link(repository: Repository) -> None:
    file = repository.file("projects")
    file.unlink()
    file.symlink_to("/etc/passwd")


def with_a_pointer(repository: Repository) -> None:
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1\n"
    repository.file("projects").write_text(text)


def written(name: str, text: str) -> Callable[[Repository], None]:
    def write(repository: Repository) -> None:
        (repository.folder / name).write_text(text, "utf-8")

    return write


UNCHECKED: dict[str, tuple[Callable[[Repository], object], str]] = {
    "name-leaves": (first_resource(name="../../../../tmp/evil"), "resources[1].name: a resource needs a name"),
    "name-twice": (first_resource(name="projects"), 'another resource is called "projects"'),
    "path-leaves": (with_a_file_outside, '"../private/salaries.csv" leaves the package'),
    "path-absolute": (first_resource(path="/etc/passwd"), '"/etc/passwd" leaves the package'),
    "path-backslash": (first_resource(path="data\\projects.csv"), "leaves the package"),
    "path-address": (first_resource(path="https://example.org/x.csv"), "is an address"),
    "path-missing": (first_resource(path="data/Monthly_results.csv"), "data/Monthly_results.csv: this file is not in"),
    "version-turns": (lambda r: r.describe(lambda c: c.update(version="1\u202e2")), "version: this text holds"),
    "version-nul": (lambda r: r.describe(lambda c: c.update(version="1\x1b\0")), "version: this text holds"),
    "key-twice": (written("datapackage.json", '{"name": "a", "name": "b"}'), "written twice in one object"),
    "too-deep": (written("datapackage.json", "[" * 100_000), "nested more than"),
    "cell-turns": (lambda r: r.set("projects", {"project_id": FIRST}, remarks="a\u202eb"), "a cell holds"),
    "link": (with_a_link, "data/projects.csv: this is a symbolic link"),
    "pointer-of-lfs": (with_a_pointer, "a pointer of Git LFS"),
}


@pytest.mark.parametrize(
    ("name", "stands"),
    [*((name, "later") for name in UNCHECKED), *((name, "first") for name in ("name-leaves", "cell-turns", "link"))],
)
def test_a_commit_that_no_check_let_pass_is_passed_over_and_named(tmp_path: Path, name: str, stands: str) -> None:
    repository = Repository(tmp_path / "repository")
    good = repository.git("rev-parse", "HEAD")
    change, reason = UNCHECKED[name]
    change(repository)
    bad = repository.commit("Which was never checked")
    repository.git("tag", "bad")
    repository.git("checkout", "-q", good, "--", "portal")
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    mended = repository.commit("Mend")
    if stands == "first":
        subprocess.run(["git", "clone", "-q", "--depth", "2", repository.root.as_uri(), tmp_path / "clone"], check=True)
        repository = Repository(tmp_path / "clone")
    history = repository.history()
    assert [(passed.commit, passed.tags) for passed in history.passed_over] == [(bad, ("bad",))]
    assert reason in history.passed_over[0].reason
    assert history.passed_over[0].next_step == ""
    assert [release.commit for release in history.releases] == [good, mended][-1 if stands == "first" else 0 :]
    assert repository.history() == history
    if stands == "later":
        assert {(change.record, change.after) for change in history.releases[-1].changes} == {((FIRST,), "3")}


def test_a_last_commit_that_cannot_be_read_is_passed_over(repository: Repository) -> None:
    text = repository.file("projects").read_bytes()
    repository.file("projects").write_bytes(text + text.splitlines()[-1] + b"\n")
    bad = repository.commit("Double a row")
    repository.file("projects").write_bytes(text)
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    history = repository.history()
    assert [passed.commit for passed in history.passed_over] == [bad]
    assert history.passed_over[0].next_step.startswith("Correct it and commit the corrected file")
    assert [change.after for change in history.releases[-1].changes] == ["3"]


def test_a_tag_that_turns_what_is_read_is_named_and_not_shown(repository: Repository) -> None:
    repository.git("tag", "v\u202e1")
    repository.git("tag", "-m", "of a tag", "outer", repository.git("rev-parse", "HEAD"))
    repository.git("tag", "-m", "of a tag", "outermost", "outer")
    history = repository.history()
    assert history.releases[0].tags == ("outer", "outermost")
    assert "U+202E" in history.passed_over[0].reason
    assert history.passed_over[0].is_tag
    code, said = check(repository)
    assert code == 0
    assert said.startswith(f"a tag of commit {history.releases[0].commit[:8]} is passed over: the tag ")
    assert "next release" not in said


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (with_a_link, "Replace the link by the file itself, and commit it."),
        (
            with_a_pointer,
            'Take the file out of Git LFS: "git lfs migrate export --include=projects.csv --everything", which gives '
            "all commits new ids.",
        ),
    ],
)
def test_what_no_readable_release_follows_is_said_with_what_to_do(
    tmp_path: Path, change: Callable[[Repository], None], step: str
) -> None:
    repository = Repository(tmp_path / "repository")
    good = repository.file("projects").read_bytes()
    change(repository)
    repository.commit("Which was never checked")
    # The whole history is that commit.
    subprocess.run(["git", "clone", "-q", "--depth", "1", repository.root.as_uri(), tmp_path / "clone"], check=True)
    clone = Repository(tmp_path / "clone")
    clone.file("projects").unlink()
    clone.file("projects").write_bytes(good)
    code, said = check(clone)
    assert code == 0
    passed_over, incomplete = said.splitlines()
    assert passed_over.endswith(step)
    assert "nothing need be done" not in said
    assert incomplete.startswith("The history is incomplete: this clone can read no release, and pages")
    assert "git fetch --unshallow" in incomplete


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("-5 +0000", "1970-01-01"),
        ("nonsense", "1970-01-01"),
        ("99999999999999999999999 +0700", "9999-01-01"),
        ("999999999999999 +0000", "9999-01-01"),
        ("1767225600 +9999", "2026-01-01"),
        ("1767225600 -1200", "2025-12-31"),
    ],
)
def test_a_commit_of_any_date_is_a_release(repository: Repository, written: str, date: str) -> None:
    commit = repository.git("cat-file", "commit", "HEAD")
    lines = [f"committer x <x> {written}" if line.startswith("committer") else line for line in commit.split("\n")]
    file = repository.root.parent / "commit"
    file.write_text("\n".join(lines) + "\n")
    commit_id = repository.git("hash-object", "--literally", "-t", "commit", "-w", str(file))
    repository.git("update-ref", "HEAD", commit_id)
    assert [str(release.published.date()) for release in repository.history().releases] == [date]


def another(tmp_path: Path) -> Repository:
    """A package whose last commit is a draft, and where it lies."""
    other = Repository(tmp_path / "other")
    other.set("projects", {"project_id": FIRST}, remarks="a draft")
    other.commit("Draft")
    return other


def package_alone(tmp_path: Path) -> Repository:
    alone = Repository(tmp_path / "alone")
    subprocess.run(["rm", "-rf", alone.root / ".git"], check=True)
    return alone


@pytest.mark.parametrize("way", ["file", "relative file", "link", "worktree", "commondir", "parts", "made up"])
def test_a_pointer_to_another_repository_publishes_nothing_of_it(tmp_path: Path, way: str) -> None:
    other, alone = another(tmp_path), package_alone(tmp_path)
    there, here = other.root / ".git", alone.root / ".git"
    if way == "link":
        here.symlink_to(there)
    elif way == "worktree":
        other.git("worktree", "add", "-q", "../linked")
        here.write_bytes((tmp_path / "linked" / ".git").read_bytes())
    elif way in ("commondir", "parts"):
        here.mkdir()
        (here / "HEAD").write_text("ref: refs/heads/main\n")
        if way == "commondir":
            (here / "commondir").write_text(f"{there}\n")
        else:
            for part in ("objects", "refs"):
                (here / part).symlink_to(there / part)
    elif way == "made up":
        git_folder = alone.root / "made"
        git_folder.mkdir()
        for name, text in {"HEAD": "ref: refs/heads/main", "commondir": str(there), "gitdir": str(here)}.items():
            (git_folder / name).write_text(f"{text}\n")
        here.write_text("gitdir: made\n")
    else:
        here.write_text(f"gitdir: {'../other/.git' if way == 'relative file' else there}\n")
    with pytest.raises(UsageError, match=r"does not name .* as its work tree"):
        alone.history()


def test_a_linked_work_tree_and_a_submodule_have_their_history(tmp_path: Path) -> None:
    other = another(tmp_path)
    history = other.history()
    other.git("worktree", "add", "-q", "../linked")
    assert Repository(tmp_path / "linked").history() == history
    outer = tmp_path / "outer"
    subprocess.run(["git", "init", "-q", outer], check=True)
    command: list[str | Path] = [
        "git",
        "-C",
        outer,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        other.root,
        "city",
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert (outer / "city" / ".git").is_file()
    assert Repository(outer / "city").history() == history


def lose_an_object(repository: Repository) -> None:
    name = repository.git("rev-parse", "HEAD~1:portal/data/projects.csv")
    (repository.root / ".git" / "objects" / name[:2] / name[2:]).unlink()


def damage_an_object(repository: Repository) -> None:
    name = repository.git("rev-parse", "HEAD~1^{tree}")
    file = repository.root / ".git" / "objects" / name[:2] / name[2:]
    file.chmod(0o644)
    file.write_bytes(b"x" * 50)


FAILURES: dict[str, Callable[[Repository], object]] = {
    "a lost object": lose_an_object,
    "a damaged object": damage_an_object,
    "a damaged branch": lambda r: (r.root / ".git" / "refs" / "heads" / "main").write_bytes(b"\0" * 41),
    "no HEAD": lambda r: (r.root / ".git" / "HEAD").unlink(),
    "settings that are none": lambda r: (r.root / ".git" / "config").write_text("[core\n"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_repository_that_cannot_be_read_is_not_one_without_history(repository: Repository, name: str) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    repository.commit("Go on")
    FAILURES[name](repository)
    with pytest.raises(UsageError, match=r"git cannot read the repository of .*: .*clone it again"):
        repository.history()


def test_git_is_missed_only_where_there_is_a_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = package_alone(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert alone.history().releases == ()
    with pytest.raises(UsageError, match=r"git cannot be run .* Install git"):
        repository.history()


def test_neither_settings_nor_owner_nor_replacements_change_the_history(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.set("projects", {"project_id": FIRST}, progress_percent="3")
    repository.commit("Go on")
    history = repository.history()
    repository.git("replace", "HEAD", "HEAD~1")
    (repository.root / ".git" / "info" / "grafts").write_text(f"{history.releases[-1].commit}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_text("[broken\n")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "x")
    assert repository.history("another") == history
    if os.geteuid() == 0:
        for path in (repository.folder, *repository.root.rglob("*"), repository.root):
            os.chown(path, 1234, 1234)
        assert repository.history("a third") == history


def test_one_function_starts_git_on_what_others_made_and_others_in_new_folders() -> None:
    programs = [ROOT / "build.py", *(ROOT / "portal").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]
    places = [
        path.relative_to(ROOT).as_posix()
        for path in programs
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.List) and node.elts and ast.unparse(node.elts[0]) == "'git'"
    ]
    assert sorted(places) == [
        "portal/history/git_command.py",
        "portal/history/new_repository.py",
        "scripts/example.py",
    ]
