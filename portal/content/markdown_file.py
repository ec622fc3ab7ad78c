"""A file of Markdown that is being read: its text, and the problems found in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale

from portal.core.models import Language
from portal.core.problems import Problem

MAX_BYTES = 300_000
"""Bytes of a file: 100,000 Thai letters, as in a cell. A browser needs seconds to lay out so many without a space."""

Guard = Callable[[str], tuple[str, str] | None]
"""A function that says, as message and hint, why a text is not published, such as a phone number; None where it is."""


def allow(text: str) -> None:
    """The guard that lets every text pass."""


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """Where a text comes from, and what its links and words are checked against."""

    path: Path
    name: str
    """The file name without its endings: the address of a page, or the id of a project."""
    place: str
    """The path of the file, as problems name it."""
    language: Language
    first: Language
    """The first language of the city, in which a file is whose name says none."""
    base_path: str
    """The path of the site on its host, which begins and ends with a slash."""
    guard: Guard
    problems: list[Problem] = field(default_factory=list)
    """Those found so far."""

    def add(self, rule: str, message: str, hint: str, **where: Any) -> None:
        """Add a problem; `where` as Problem has it."""
        self.problems.append(Problem(self.place, rule, message, hint, **where))

    def check_text(self, text: str, **where: Any) -> None:
        """Add a problem if a text holds what is not published."""
        if reason := self.guard(text):
            self.add("personal-data", *reason, **where)


def markdown_files(
    folder: Path, folder_name: str, languages: Sequence[Language], base_path: str, guard: Guard
) -> list[MarkdownFile]:
    """The files `*.md` directly in `folder`, which problems call `folder_name`; sorted by their names."""
    files = []
    for path in sorted(folder.glob("*.md"), key=lambda path: path.name):
        name, language = _name_and_language(path.name, languages)
        # A name that is not UTF-8 cannot be printed as it is.
        place = f"{folder_name}/{os.fsencode(path.name).decode(errors='replace')}"
        files.append(MarkdownFile(path, name, place, language, languages[0], base_path, guard))
    return files


def _name_and_language(file_name: str, languages: Sequence[Language]) -> tuple[str, Language]:
    """What a file is called without its endings, and its language: the first unless the name says another."""
    stem = file_name.removesuffix(".md")
    name, _, code = stem.rpartition(".")
    return (name, code) if code in languages[1:] else (stem, languages[0])


def file_of(name: str, language: Language, first: Language) -> str:
    """The name of the file of a page or note in a language, `first` being that of the city's data."""
    return f"{name}.md" if language == first else f"{name}.{language}.md"


def in_words(language: Language) -> str:
    """What a language is called in English."""
    return Locale.parse(language).get_language_name("en") or language


def read_text(file: MarkdownFile) -> str | None:
    """The text of a file with plain line ends; None and a problem where it cannot be read."""
    path = file.path
    root = path.parents[file.place.count("/")].resolve()
    try:
        # A pipe or a device would never end, and a link may lead to what nobody meant to publish.
        if path.exists() and not path.is_dir() and not (path.is_file() and path.resolve().is_relative_to(root)):
            message = "this is not a file, or a link that leaves its place."
            file.add("path-leaves-package", message, "Put the file itself there.")
        elif path.stat().st_size > MAX_BYTES:
            message, hint = f"this page has more than {MAX_BYTES:,} bytes.", "Link to the long text instead."
            file.add("page-too-long", message, hint)
        else:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        file.add("unreadable", f"this file cannot be read: {error.strerror}.", "Restore it.")
    except UnicodeDecodeError as error:
        message = f"this file is not UTF-8 (byte {error.start + 1})."
        file.add("wrong-encoding", message, "Save it again as UTF-8.", line=1)
    return None
