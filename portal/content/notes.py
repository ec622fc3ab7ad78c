"""`content/projects/*.md` -> Notes: what an agency says about a project, shown on the project's page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, markdown_files
from portal.core.models import Note
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
    files = markdown_files(folder / FOLDER, f"{folder.name}/{FOLDER}", base_path, guard)
    file_names = {file.path.name for file in files}
    for file in files:
        file.problems.extend(_check_name(file, file_names, project_ids))
        if content := read_markdown_file(file, _KEYS, required=tuple(_KEYS), id_prefix="note-"):
            values, html = content
            signed = values["date"], values["name"], values["office"]
            notes.append(Note(file.name, file.language, *signed, html, file.place))
        problems += file.problems
    return tuple(notes), problems


def _check_name(file: MarkdownFile, file_names: Collection[str], project_ids: Collection[str]) -> Iterator[Problem]:
    if file.name not in project_ids:
        message = f'"{shorten(file.name)}" is the id of no project.'
        hint = suggest(file.name, project_ids) or "Name the file as the project's id, with .md or .en.md."
        yield Problem(file.place, "unknown-project", message, hint)
    elif file.language != "th" and f"{file.name}.md" not in file_names:
        message, hint = "this note has no Thai version.", f"Write it as {file.name}.md."
        yield Problem(file.place, "missing-translation", message, hint)
