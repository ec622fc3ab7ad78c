"""`content/*.md` -> Documents: one content page for each file, in every language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, markdown_files
from portal.core import urls
from portal.core.models import Document
from portal.core.problems import Problem, shorten

_KEYS = {"title": str, "description": str, "order": int, "unwritten": bool}

_DEFAULT_ORDER = 100


def read_documents(
    folder: Path, base_path: str = "/", guard: Guard = allow
) -> tuple[tuple[Document, ...], list[Problem]]:
    """Read every `<slug>.md` (Thai) and `<slug>.en.md` (English) directly in `folder`.

    Links that begin with a slash are paths of the site; they lead to the document's own language under `base_path`.
    Every text and link passes `guard`. Returns the documents, by order and slug, and every problem found; a document
    with a problem is left out.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    files = markdown_files(folder, folder.name, base_path, guard)
    file_names = {file.path.name for file in files}
    for file in files:
        file.problems.extend(_check_name(file, file_names))
        if not any(problem.rule == "invalid-name" for problem in file.problems):
            file.check_text(file.name)
            if content := read_markdown_file(file, _KEYS, required=("title",)):
                values, html = content
                about, order = values.get("description", ""), values.get("order", _DEFAULT_ORDER)
                unwritten = values.get("unwritten", False)
                documents.append(
                    Document(file.name, file.language, values["title"], about, html, order, file.place, unwritten)
                )
        problems += file.problems
    return tuple(sorted(documents, key=lambda d: (d.order, d.slug, d.language))), problems


def _check_name(file: MarkdownFile, file_names: Collection[str]) -> Iterator[Problem]:
    slug = file.name
    if slug in urls.RESERVED_SLUGS or not urls.is_safe_id(slug) or "." in slug or slug != slug.lower():
        message = f'"{shorten(slug)}" cannot be the address of a content page.'
        yield Problem(file.place, "invalid-name", message, "Rename the file: small letters, digits and hyphens.")
        return
    for twin, language in ((f"{slug}.md", "Thai"), (f"{slug}.en.md", "English")):
        if twin not in file_names:
            message, hint = f"this page has no {language} version.", f"Write it as {Path(file.place).parent / twin}."
            yield Problem(file.place, "missing-translation", message, hint)
