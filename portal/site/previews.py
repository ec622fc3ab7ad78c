"""Pages -> the pictures that chats and social networks show beside a link to them.

A page of a project has the picture of its status and progress, which all projects of that state share. Each state has
one, also where no project is in it now, so that no release changes a picture or takes the address of one away. A
picture is a page too: a template writes it as SVG, in each language, and `draw_preview` makes that PNG. The font
stands beside the template and no other is read, so that every machine draws the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import resvg_py

from portal.core import urls
from portal.core.models import (
    REPORTED_STATUSES,
    Agency,
    Area,
    Language,
    Package,
    Page,
    Project,
    ProjectIndex,
    ProjectSummary,
    Status,
    Text,
)
from portal.site.tile_map import is_mark, tile_places

WIDTH, HEIGHT = 600, 315
"""Pixels: the least that networks show as a large picture."""

TEMPLATE = "previews/preview.svg"

SIZES = (96, 84, 72, 64, 56, 48, 40, 34, 28)
"""Sizes of a name, of which the largest is taken that fits; in units of the template, of which two are a pixel."""

TWO_LINES = 72
"""The largest size of a text of two lines: with its English below it is as high as there is room for."""

THAI, LATIN, CAPITAL = 0.65, 0.6, 0.8
"""How wide the letters of a name are on average, at most, of its size; measured on names of agencies and districts."""

LEADING_VOWELS = "เแโใไ"
FOLLOWING_SIGNS = "ะาำๅๆฯ"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A text in lines of one size."""

    size: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewTile:
    """The square of an area on the map."""

    x: int
    y: int
    """Its column and its row, from 0."""
    shown: bool
    """Whether the picture is of this area."""


@dataclass(frozen=True, slots=True)
class PreviewContext:
    """What a picture shows: a state, or the name of an agency or area; with neither the name of the portal."""

    name: Text | None = None
    status: Status | None = None
    tens: int | None = None
    """The progress in percent, rounded down to a multiple of ten; None where it is not known."""
    tiles: tuple[PreviewTile, ...] = ()
    """The map, for the picture of an area."""


def plan_previews(portal: ProjectIndex) -> Iterator[Page]:
    """The pictures of the portal, of each state that a project can be in, and of each agency and area."""
    first = portal.package.conventions.languages[0]
    yield _picture(urls.SITE_PREVIEW, first, PreviewContext())
    for status, tens in possible_states(portal.package):
        yield _picture(_state_preview(status, tens), first, PreviewContext(status=status, tens=tens))
    for agency in portal.agencies:
        yield _picture(agency_preview(agency), first, PreviewContext(agency.name))
    for area in portal.areas:
        yield _picture(area_preview(area), first, PreviewContext(area.name, tiles=_tiles(area, portal.areas)))


def project_preview(project: Project | ProjectSummary) -> str:
    """The path of the picture of a project."""
    return _state_preview(project.status, tens_of(project))


def _state_preview(status: Status, tens: int | None) -> str:
    state = status.value.replace("_", "-")
    return urls.preview("projects", state if tens is None else f"{state}-{tens}")


def possible_states(package: Package) -> Iterator[tuple[Status, int | None]]:
    """Each status with each progress, in tens, that a project of the package can have, by its columns."""
    fields = {name: resource.fields for name, resource in package.resources.items()}
    steps = (None, *range(0, 101, 10)) if "progress_percent" in fields["projects"] else (None,)
    for tens in steps:
        of_figure = Status.NO_FIGURE if tens is None else Status.FULL_FIGURE if tens == 100 else Status.PARTIAL_FIGURE
        yield of_figure, tens
        if "status" in fields.get("progress_reports", ()):
            yield from ((status, tens) for status in dict.fromkeys(REPORTED_STATUSES.values()))


def agency_preview(agency: Agency) -> str:
    """The path of the picture of an agency."""
    return urls.preview("agencies", agency.agency_id)


def area_preview(area: Area) -> str:
    """The path of the picture of an area."""
    return urls.preview("areas", area.area_id)


def tens_of(project: Project | ProjectSummary) -> int | None:
    """The progress in percent, rounded down to a multiple of ten; None where it is not known."""
    return None if project.progress_percent is None else int(project.progress_percent) // 10 * 10


def tens_range(tens: int) -> str:
    """The whole percents that a picture stands for: `40–49%`; 100 stands for itself."""
    return "100%" if tens == 100 else f"{tens}–{tens + 9}%"


def _picture(path: str, first: Language, context: PreviewContext) -> Page:
    """A picture has the words of each language, so there is one."""
    return Page(path, first, TEMPLATE, context, indexed=False)


def _tiles(shown: Area, areas: Sequence[Area]) -> tuple[PreviewTile, ...]:
    """The map; none where the area has no place on it."""
    if shown.tile is None:
        return ()
    return tuple(PreviewTile(column, row, area == shown) for area, (column, row) in tile_places(areas).items())


def draw_preview(svg: str) -> bytes:
    """A picture as PNG. The drawing library reads no file but the fonts, and is the same on every machine."""
    return resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH, skip_system_fonts=True, font_files=_FONTS)


_FONTS = [
    str(Path(__file__).resolve().parents[2] / "templates" / "previews" / f"Sarabun-{weight}.ttf")
    for weight in ("Bold", "Regular")
]


def fit_text(text: str, width: int, largest: int, most_lines: int = 2) -> TextBlock:
    """A text in at most so many lines of `width` units, as large as fits, with whole words where that can be.

    A text that is too long for the smallest size too is broken between syllables or within them, and cut.
    """
    for size in (size for size in SIZES if size <= largest):
        lines = _wrap(text.split(), width / size, " ")
        most = most_lines if size <= TWO_LINES else 1
        if len(lines) <= most and all(_ems(line) <= width / size for line in lines):
            return TextBlock(size, _balanced(lines))
    size = SIZES[-1]
    lines = _wrap(_pieces(text), width / size, "")
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], f"{lines[most_lines - 1].rstrip()[:-1]}…"]
    return TextBlock(size, tuple(line.strip() for line in lines))


def _wrap(pieces: Sequence[str], width: float, between: str) -> list[str]:
    """Pieces joined to lines of `width` ems; a longer piece is a line of its own."""
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]}{between}{piece}" if lines else piece
        if lines and _ems(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _balanced(lines: Sequence[str]) -> tuple[str, ...]:
    """The same words in as many lines, of which the longest is as short as can be."""
    widest = max(map(_ems, lines), default=0)
    narrower = _wrap(" ".join(lines).split(), widest - 0.1, " ")
    if len(narrower) > len(lines) or max(map(_ems, narrower), default=0) >= widest:
        return tuple(lines)
    return _balanced(narrower)


def _ems(text: str) -> float:
    """How wide a text is at most, in ems. Marks above and below a Thai letter take no room of their own."""
    return sum(
        CAPITAL if letter.isupper() else LATIN if letter.isascii() else THAI for letter in text if not is_mark(letter)
    )


def _pieces(text: str) -> list[str]:
    """A text in the pieces between which a line may break: a Thai letter with all that belongs to it."""
    breaks = [
        place
        for place, (before, after) in enumerate(pairwise(text), start=1)
        if before not in LEADING_VOWELS and after not in FOLLOWING_SIGNS and not is_mark(after)
    ]
    return [text[start:end] for start, end in pairwise([0, *breaks, len(text)])]
