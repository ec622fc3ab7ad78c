"""`content/*.md` -> Documents: one content page for each file, in every language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, file_of, in_words, markdown_files
from portal.core import urls
from portal.core.models import Document, Language
from portal.core.problems import Problem, shorten, suggest

_KEYS = {"title": str, "description": str, "order": int, "adds_to": str, "unwritten": bool}

_DEFAULT_ORDER = 100


def read_documents(
    folder: Path, languages: Sequence[Language], base_path: str = "/", guard: Guard = allow
) -> tuple[tuple[Document, ...], list[Problem]]:
    """Read every `<slug>.md`, in the first language, and `<slug>.<language>.md` directly in `folder`.

    Links that begin with a slash are paths of the site; they lead to the document's own language under `base_path`.
    One whose front matter has `adds_to` is a part of that page of the portal. Every text and link passes `guard`.
    Returns the documents, by order and slug, and every problem found; a document
    with a problem is left out.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    files = markdown_files(folder, folder.name, languages, base_path, guard)
    file_names = {file.path.name for file in files}
    for file in files:
        file.problems.extend(_check_name(file, file_names, languages))
        if not any(problem.rule == "invalid-name" for problem in file.problems):
            file.check_text(file.name)
            if content := read_markdown_file(file, _KEYS, required=("title",)):
                documents.append(_document(file, *content))
                file.problems.extend(_check_place(documents[-1]))
        problems += file.problems
    return tuple(sorted(documents, key=lambda d: (d.order, d.slug, d.language))), problems


def _document(file: MarkdownFile, values: Mapping[str, Any], html: str) -> Document:
    about, order = values.get("description", ""), values.get("order", _DEFAULT_ORDER)
    page, unwritten = values.get("adds_to", ""), values.get("unwritten", False)
    return Document(file.name, file.language, values["title"], about, html, order, file.place, page, unwritten)


def _check_place(document: Document) -> Iterator[Problem]:
    """A problem of a text that adds to a page which the portal does not have."""
    if document.adds_to and document.adds_to not in urls.PROSE:
        message = f'the portal has no page "{shorten(document.adds_to)}" to which this could add.'
        hint = suggest(document.adds_to, urls.PROSE) or f"Write one of: {', '.join(urls.PROSE)}."
        yield Problem(document.place, "invalid-front-matter", message, hint, field="adds_to")


def _check_name(file: MarkdownFile, file_names: Collection[str], languages: Sequence[Language]) -> Iterator[Problem]:
    slug = file.name
    if (
        slug in urls.RESERVED_SLUGS
        or slug in languages[1:]
        or not urls.is_safe_id(slug)
        or "." in slug
        or slug != slug.lower()
    ):
        message = f'"{shorten(slug)}" cannot be the address of a content page.'
        yield Problem(file.place, "invalid-name", message, "Rename the file: small letters, digits and hyphens.")
        return
    for language in languages:
        if (twin := file_of(slug, language, file.first)) not in file_names:
            message, hint = (
                f"this page has no {in_words(language)} version.",
                f"Write it as {Path(file.place).parent / twin}.",
            )
            yield Problem(file.place, "missing-translation", message, hint)
