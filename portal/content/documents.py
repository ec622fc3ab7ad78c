"""`content/*.md` -> Documents: one content page for each file, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portal.content.markdown import read_markdown_file
from portal.content.markdown_file import Guard, MarkdownFile, allow, name_and_language, place_of
from portal.core import urls
from portal.core.models import Document
from portal.core.problems import Problem, shorten

_KEYS = {"title": str, "description": str, "order": int}

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
    names = {path.name for path in folder.glob("*.md")}
    for name in sorted(names):
        slug, language = name_and_language(name)
        file = MarkdownFile(place_of(folder.name, name), language, base_path, guard)
        file.problems.extend(_check_name(file.place, slug, names))
        if not any(problem.rule == "invalid-name" for problem in file.problems):
            file.check_text(slug)
            document = _read_document(folder / name, file, slug)
            documents += [document] if document else []
        problems += file.problems
    return tuple(sorted(documents, key=lambda d: (d.order, d.slug, d.language))), problems


def _check_name(place: str, slug: str, names: set[str]) -> Iterator[Problem]:
    if slug in urls.RESERVED_SLUGS or not urls.is_safe_id(slug) or "." in slug or slug != slug.lower():
        message = f'"{shorten(slug)}" cannot be the address of a content page.'
        yield Problem(place, "invalid-name", message, "Rename the file: small letters, digits and hyphens.")
        return
    for twin, language in ((f"{slug}.md", "Thai"), (f"{slug}.en.md", "English")):
        if twin not in names:
            message = f"this page has no {language} version."
            yield Problem(place, "missing-translation", message, f"Write it as {Path(place).parent / twin}.")


def _read_document(path: Path, file: MarkdownFile, slug: str) -> Document | None:
    content = read_markdown_file(path, file, _KEYS, required=("title",))
    if content is None:
        return None
    values, html = content
    about, order = values.get("description", ""), values.get("order", _DEFAULT_ORDER)
    return Document(slug, file.language, values["title"], about, html, order, file.place)
