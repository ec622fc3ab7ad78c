"""`content/projects/*.md` -> Notes: what an agency says about a project, shown on the project's page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, file_of, in_words, markdown_files
from portal.core.models import Language, Note
from portal.core.problems import Problem, shorten, suggest

FOLDER = "projects"
"""The folder of notes below that of the pages."""

_KEYS = {"date": date, "name": str, "office": str}


def read_notes(
    folder: Path,
    project_ids: Collection[str],
    languages: Sequence[Language],
    base_path: str = "/",
    guard: Guard = allow,
) -> tuple[tuple[Note, ...], list[Problem]]:
    """Read every `<project_id>.md`, in the first language, and `<project_id>.<language>.md` of the folder `projects`.

    Every text and link passes `guard`. Returns the notes, by project and language, and every problem found: among them
    a note on a project that is not one of `project_ids`, and one in another language without one in the first.
    """
    problems: list[Problem] = []
    notes: list[Note] = []
    files = markdown_files(folder / FOLDER, f"{folder.name}/{FOLDER}", languages, base_path, guard)
    file_names = {file.path.name for file in files}
    for file in files:
        file.problems.extend(_check_name(file, file_names, project_ids, languages))
        if content := read_markdown_file(file, _KEYS, required=tuple(_KEYS), id_prefix="note-"):
            values, html = content
            signed = values["date"], values["name"], values["office"]
            notes.append(Note(file.name, file.language, *signed, html, file.place))
        problems += file.problems
    return tuple(notes), problems


def _check_name(
    file: MarkdownFile, file_names: Collection[str], project_ids: Collection[str], languages: Sequence[Language]
) -> Iterator[Problem]:
    if file.name not in project_ids:
        message = f'"{shorten(file.name)}" is the id of no project.'
        endings = " or ".join(file_of("", language, file.first) for language in languages)
        hint = suggest(file.name, project_ids) or f"Name the file as the project's id, with {endings}."
        yield Problem(file.place, "unknown-project", message, hint)
    elif file.language != file.first and f"{file.name}.md" not in file_names:
        message, hint = f"this note has no {in_words(file.first)} version.", f"Write it as {file.name}.md."
        yield Problem(file.place, "missing-translation", message, hint)
