"""The sums by which a cached result is known to be stale."""

from pathlib import Path

from portal.core.program import PROGRAM, ROOT, code_digest, files_below, library_versions


def test_the_program_is_its_code_its_templates_and_its_words() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in files_below(ROOT, PROGRAM)}
    assert {"build.py", "portal/core/program.py", "templates/base.html", "locales/th/LC_MESSAGES/portal.po"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "data/", "content/"))]


def test_what_python_compiled_is_no_part_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    for name in ("room/b.py", "room/a.py", "room/__pycache__/a.pyc"):
        (tmp_path / name).write_text("")
    assert files_below(tmp_path, ["room"]) == [tmp_path / "room" / "a.py", tmp_path / "room" / "b.py"]


def test_the_sum_of_a_part_is_of_that_part_alone() -> None:
    assert code_digest("portal/core") == code_digest("portal/core") != code_digest("portal/search")
    assert code_digest() == code_digest(*PROGRAM)


def test_the_version_of_every_library_is_known() -> None:
    versions = library_versions()
    assert {"python", "frictionless", "jinja2", "polars"} <= versions.keys()
    assert all(versions.values())
