"""`content/projects/*.md` -> Notes: what an agency says about a project, shown on the project's page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, name_and_language, place_of
from portal.core.models import Language, Note
from portal.core.problems import Problem, shorten, suggest

FOLDER = "projects"
"""The folder of notes below that of the pages."""

_KEYS = {"date": date, "name": str, "office": str}


def read_notes(
    folder: Path, project_ids: Collection[str], base_path: str = "/", guard: Guard = allow
) -> tuple[tuple[Note, ...], list[Problem]]:
    """Read every `<project_id>.md` (Thai) and `<project_id>.en.md` (English) of the folder `projects` in `folder`.

    Every text and link passes `guard`. Returns the notes, by project and language, and every problem found: among them
    a note on a project that is not one of `project_ids`, and an English note without a Thai one.
    """
    problems: list[Problem] = []
    notes: list[Note] = []
    names = {path.name for path in (folder / FOLDER).glob("*.md")}
    for name in sorted(names):
        project_id, language = name_and_language(name)
        file = MarkdownFile(place_of(f"{folder.name}/{FOLDER}", name), language, base_path, guard)
        file.problems.extend(_check_name(file.place, project_id, language, names, project_ids))
        note = _read_note(folder / FOLDER / name, file, project_id)
        notes += [note] if note else []
        problems += file.problems
    return tuple(notes), problems


def _check_name(
    place: str, project_id: str, language: Language, names: set[str], project_ids: Collection[str]
) -> Iterator[Problem]:
    if project_id not in project_ids:
        message = f'"{shorten(project_id)}" is the id of no project.'
        hint = suggest(project_id, project_ids) or "Name the file as the project's id, with .md or .en.md."
        yield Problem(place, "unknown-project", message, hint)
    elif language != "th" and f"{project_id}.md" not in names:
        yield Problem(place, "missing-translation", "this note has no Thai version.", f"Write it as {project_id}.md.")


def _read_note(path: Path, file: MarkdownFile, project_id: str) -> Note | None:
    content = read_markdown_file(path, file, _KEYS, required=tuple(_KEYS), id_prefix="note-")
    if content is None:
        return None
    values, html = content
    return Note(project_id, file.language, values["date"], values["name"], values["office"], html, file.place)
