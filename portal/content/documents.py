"""`content/*.md` -> Documents: Markdown with front matter, sanitised, in every language."""

from __future__ import annotations

import html
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
import yaml
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from portal.core import urls
from portal.core.calendars import BE_OFFSET, BUDDHIST_YEARS
from portal.core.models import LANGUAGES, Document, Language, Note
from portal.core.problems import Problem, shorten, suggest
from portal.core.text import FORBIDDEN, forbidden_name, is_blank
from portal.core.web_addresses import unsafe_link

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", re.DOTALL)
_KEYS: Mapping[str, type] = {"title": str, "description": str, "order": int}
_NOTE_KEYS: Mapping[str, type] = {"date": date, "name": str, "office": str}

_TAG_OR_TEXT = re.compile(r'<(?:[^">]|"[^"]*")*>|[^<]+')

MAX_BYTES = 300_000
"""Of a page: as many letters of Thai as a cell may have, for the same reason."""

MAX_NESTING = 20
"""Levels of lists and quotations in each other; a list has two. What is deeper the parser would leave out."""

NOTES = "projects"
"""The folder of notes below that of the pages."""

_TAGS = frozenset(
    "p br hr h2 h3 h4 ul ol li strong em code pre blockquote a table thead tbody tr th td dl dt dd".split(" ")  # noqa: SIM905
)
_ATTRIBUTES = {"a": {"href", "title"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "ol": {"start"}}


Guard = Callable[[str], tuple[str, str] | None]
"""What says, as message and hint, that a text holds what is not published, such as a phone number; None where not."""


def _allow(text: str) -> None:
    """The guard that lets every text pass."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is being read, and what its links and texts are held against."""

    place: str
    language: Language
    base_path: str
    guard: Guard
    problems: list[Problem]
    """Those of this file, as they are found."""

    def add(self, rule: str, message: str, hint: str, **where: Any) -> None:
        """Add a problem; `where` as Problem has it."""
        self.problems.append(Problem(self.place, rule, message, hint, **where))

    def search(self, text: str, **where: Any) -> None:
        """Add a problem if a text holds what is not published."""
        if about := self.guard(text):
            self.add("personal-data", *about, **where)


def read_documents(
    folder: Path, base_path: str = "/", guard: Guard = _allow
) -> tuple[tuple[Document, ...], list[Problem]]:
    """Read every `<slug>.md` (Thai) and `<slug>.en.md` (English) directly in `folder`.

    Links that begin with a slash are paths of the site; they lead to the document's own language under `base_path`.
    Every text and link passes `guard`. Returns the documents, by order and slug, and every problem found; a document
    with a problem is left out.
    """
    problems: list[Problem] = []
    documents: dict[tuple[str, Language], Document] = {}
    files = {path.name for path in folder.glob("*.md")}
    for name in sorted(files):
        slug, language = _slug_and_language(name)
        # A name that is not UTF-8 cannot be printed as it is.
        place = f"{folder.name}/{os.fsencode(name).decode(errors='replace')}"
        file = _File(place, language, base_path, guard, found := list(_check_name(place, slug, files)))
        if not any(p.rule == "invalid-name" for p in found):
            file.search(slug)
            read = _read(folder / name, file, _KEYS, ("title",))
            if read is not None:
                values, body = read
                about, order = values.get("description", ""), values.get("order", 100)
                documents[slug, language] = Document(slug, language, values["title"], about, body, order, place)
        problems += found
    return tuple(sorted(documents.values(), key=lambda d: (d.order, d.slug, d.language))), problems


def _slug_and_language(name: str) -> tuple[str, Language]:
    stem = name.removesuffix(".md")
    for language in LANGUAGES:
        if language != "th" and stem.endswith(f".{language}"):
            return stem.removesuffix(f".{language}"), language
    return stem, "th"


def _check_name(place: str, slug: str, files: set[str]) -> Iterator[Problem]:
    if slug in urls.RESERVED_SLUGS or not urls.is_safe_id(slug) or "." in slug or slug != slug.lower():
        message = f'"{shorten(slug)}" cannot be the address of a content page.'
        yield Problem(place, "invalid-name", message, "Rename the file: small letters, digits and hyphens.")
        return
    for twin, language in ((f"{slug}.md", "Thai"), (f"{slug}.en.md", "English")):
        if twin not in files:
            message = f"this page has no {language} version."
            yield Problem(place, "missing-translation", message, f"Write it as {Path(place).parent / twin}.")


def read_notes(
    folder: Path, project_ids: Collection[str], base_path: str = "/", guard: Guard = _allow
) -> tuple[tuple[Note, ...], list[Problem]]:
    """Read every `<project_id>.md` (Thai) and `<project_id>.en.md` (English) of the folder `projects` in `folder`.

    Every text and link passes `guard`. Returns the notes, by project and language, and every problem found: among them
    a note on a project that is not one of `project_ids`, and an English note without a Thai one.
    """
    problems: list[Problem] = []
    notes: list[Note] = []
    files = {path.name for path in (folder / NOTES).glob("*.md")}
    for name in sorted(files):
        project_id, language = _slug_and_language(name)
        place = f"{folder.name}/{NOTES}/{os.fsencode(name).decode(errors='replace')}"
        file = _File(place, language, base_path, guard, found := [])
        if project_id not in project_ids:
            message = f'"{shorten(project_id)}" is the id of no project.'
            hint = suggest(project_id, project_ids) or "Name the file as the project's id, with .md or .en.md."
            found.append(Problem(place, "unknown-project", message, hint))
        elif language != "th" and f"{project_id}.md" not in files:
            message = "this note has no Thai version."
            found.append(Problem(place, "missing-translation", message, f"Write it as {project_id}.md."))
        read = _read(folder / NOTES / name, file, _NOTE_KEYS, tuple(_NOTE_KEYS))
        if read is not None:
            values, body = read
            notes.append(Note(project_id, language, values["date"], values["name"], values["office"], body, place))
        problems += found
    return tuple(notes), problems


MAX_FRONT_MATTER = 10_000
"""Characters. A title and a description have some hundreds."""


class _Loader(yaml.SafeLoader):
    """YAML without aliases, by which ten lines stand for a billion values."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """As the parent; YAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias (*) is not read", problem_mark=mark)
        return super().compose_node(parent, index)


_Front = dict[str, Any]


def _read(path: Path, file: _File, keys: Mapping[str, type], required: Sequence[str]) -> tuple[_Front, str] | None:
    """The front matter and the HTML of a file; None where it has problems, which are added to its own."""
    text = _text_of(path, file)
    if text is None:
        return None
    match = _FRONT_MATTER.match(text)
    if match is None:
        message = "this page does not begin with its front matter."
        lines = ", ".join(f"{key}: …" for key in required)
        file.add("missing-front-matter", message, f"Begin it with lines: ---, {lines}, ---.", line=1)
        return None
    values = _front_matter(match[1], file, keys, required)
    first_line = text[: match.start(2)].count("\n") + 1
    rendered = _render(match[2], file, first_line, "note-" if keys is _NOTE_KEYS else "")
    if not match[2].strip():
        file.add("empty-file", "this page has no text.", "Write it, or delete both versions.")
    return None if file.problems else (values, rendered)


def _text_of(path: Path, file: _File) -> str | None:
    """The text of a file with plain line ends; None and a problem where it cannot be read."""
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


def _front_matter(text: str, file: _File, keys: Mapping[str, type], required: Sequence[str]) -> _Front:
    values = _parse_front_matter(text, file, f"Write at least {required[0]}: …")
    if values is None:
        return {}
    for key, value in values.items():
        if key not in keys:
            message = f'the front matter has no key "{shorten(key)}".'
            file.add("invalid-front-matter", message, f"It may have: {', '.join(keys)}.", field=shorten(key))
        elif type(value) is not keys[key]:
            kind, hint = _KINDS[keys[key]]
            file.add("invalid-front-matter", f"{key} must be {kind}.", hint, field=key)
        elif isinstance(value, date) and value.year in BUDDHIST_YEARS:
            message, hint = f"{key} is in the Buddhist Era.", f"Write {value.year - BE_OFFSET}{str(value)[4:]}."
            file.add("buddhist-era-date", message, hint, field=key)
        elif isinstance(value, str) and (match := FORBIDDEN.search(value)):
            message = f"{key} holds {forbidden_name(match[0])}, which no text needs."
            file.add("control-character", message, "Delete it.", field=key)
        elif isinstance(value, str):
            line = next((n for n, one in enumerate(text.split("\n"), start=2) if one.startswith(f"{key}:")), None)
            file.search(value, field=key, line=line)
    for key in required:
        value = values.get(key, "")
        if isinstance(value, str) and is_blank(value):
            file.add("invalid-front-matter", f"the page has no {key}.", f"Add {key}: …", field=key)
    return values


def _parse_front_matter(text: str, file: _File, example: str) -> _Front | None:
    line, hint = 1, "Put a text that holds a colon in quotes."
    try:
        if len(text) > MAX_FRONT_MATTER:
            message, hint = f"the front matter has more than {MAX_FRONT_MATTER:,} characters.", "Shorten it."
        elif isinstance(values := yaml.load(text, _Loader), dict):
            return values
        else:
            message, hint = "the front matter must be lines of key: value.", example
    except (yaml.YAMLError, AttributeError, LookupError, RecursionError, ValueError) as error:
        # A date that is none is a ValueError; the others come of a tag and a text that is none of its kind.
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        message = f"the front matter is not valid YAML: {getattr(error, 'problem', None) or 'it cannot be read'}."
    file.add("invalid-front-matter", message, hint, line=line)
    return None


_KINDS = {
    int: ("a whole number", "Write digits."),
    str: ("a text", "Put it in quotes."),
    date: ("a date", "Write it in this form, for example 2026-11-24."),
}


_IDS_OF_PAGES = ("content", "box")
"""Of parts that every page has, so that no heading may have them: a link to the heading would lead to the part."""


class _Anchors:
    """The ids of the headings of one page, each once."""

    def __init__(self, begin: str) -> None:
        self._begin = begin
        self._taken = set(_IDS_OF_PAGES)
        self._numbers: defaultdict[str, int] = defaultdict(int)

    def __call__(self, heading: str) -> str:
        """The id of the next heading."""
        name = found = self._begin + urls.slug(heading)
        if name in _IDS_OF_PAGES:
            name = found = f"{name}-"
        # To try every number again for each heading would take minutes where thousands are alike.
        while found in self._taken:
            self._numbers[name] += 1
            found = f"{name}-{self._numbers[name]}"
        self._taken.add(found)
        return found


class _Markdown(MarkdownIt):
    """The parser, which leaves addresses as they are written: `_check_inline` says what is wrong with them."""

    def validateLink(self, url: str) -> bool:
        """Every one is a link."""
        return True

    def normalizeLink(self, url: str) -> str:
        """As it is written."""
        return url

    def normalizeLinkText(self, link: str) -> str:
        """As it is written: what is decoded looks like another address."""
        return link


def _markdown(begin: str) -> MarkdownIt:
    """The parser of one page. `begin` is that of the ids of headings: a note stands on a page that has its own."""
    parser = _Markdown("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    return parser.use(anchors_plugin, min_level=2, max_level=3, slug_func=_Anchors(begin))


def _render(body: str, file: _File, first_line: int, begin: str) -> str:
    file.problems.extend(_unfit_characters(file.place, body, first_line))
    parser = _markdown(begin)
    tokens = parser.parse(body)
    line = first_line
    for token in tokens:
        if token.map:
            line = first_line + token.map[0]
        if token.type == "heading_open" and token.tag == "h1":
            hint = "Begin with ##; the title of the front matter is the first heading."
            file.add("first-heading", "a page has one first heading, its title.", hint, line=line)
        if token.level == MAX_NESTING - 1 and token.nesting == 1:
            message = f"lists and quotations stand in each other more than {MAX_NESTING - 2} levels deep."
            file.add("nested-too-deep", message, "Write them one after the other.", line=line)
        _search(token, file, line)
        for child in token.children or []:
            _check_inline(child, file, line)
            line += child.type in ("softbreak", "hardbreak")
    rendered = parser.renderer.render(tokens, parser.options, {})
    cleaned = nh3.clean(
        rendered,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    # The sanitiser leaves the quotation marks of texts as they are; with entities, as in the texts of data, no text
    # looks like an attribute.
    return _TAG_OR_TEXT.sub(lambda part: part[0] if part[0][0] == "<" else part[0].replace('"', "&quot;"), cleaned)


def _unfit_characters(place: str, body: str, first_line: int) -> Iterator[Problem]:
    for line, text in enumerate(body.split("\n"), start=first_line):
        # The parser reads "&#x202e;" as the character itself.
        if match := FORBIDDEN.search(html.unescape(text)):
            message = f"this line holds {forbidden_name(match[0])}, which no text needs."
            yield Problem(place, "control-character", message, "Delete it.", line=line)


def _search(token: Token, file: _File, line: int) -> None:
    """Pass what is read of a block, which may be written in pieces, as **0**81-…; and what its links say."""
    text = "".join("\n" if one.type.endswith("break") else one.content for one in token.children or ()) or token.content
    if file.guard(text):
        lines = enumerate(text.split("\n"), start=line + (token.type == "fence"))
        file.search(text, line=next((number for number, one in lines if file.guard(one)), line))
    for one in token.children or ():
        for value in (one.attrs.get("href"), one.attrs.get("title")):
            if isinstance(value, str):
                file.search(re.sub("^(?i:mailto|tel):", "", unquote(value)), line=line)
        line += one.type.endswith("break")


def _check_inline(token: Token, file: _File, line: int) -> None:
    if token.type == "image":
        hint, value = "Describe it in words, or link to it.", str(token.attrs.get("src", ""))
        file.add("picture", "pictures are not shown in content pages.", hint, line=line, value=value)
    href = token.attrs.get("href") if token.type == "link_open" else None
    if not isinstance(href, str):
        return
    if reason := unsafe_link(href):
        message = f'the link "{shorten(href)}" {reason}'
        file.add("unsafe-link", message, "Mend the link.", line=line, value=shorten(href, 200))
    elif href.startswith("/"):
        parts = urlsplit(normalizeLink(href))
        path = urls.href(unquote(parts.path), file.language, file.base_path)
        token.attrs["href"] = parts._replace(path=path).geturl()
    else:
        token.attrs["href"] = normalizeLink(href)
