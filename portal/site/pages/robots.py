"""The site for programs: its addresses, what they may read, and the headers to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core import urls
from portal.core.models import Language, Page
from portal.site.pages.planned import EmptyContext

SITEMAP_LIMIT = 40_000
"""Addresses in one sitemap, below the protocol's 50,000 (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class SitemapContext:
    """Addresses for search engines."""

    paths: tuple[tuple[str, date | None], ...]
    """Each with the day on which the content of its page last changed, where that is known."""
    parts: tuple[tuple[str, date | None], ...] = ()
    """The paths of the sitemaps that this one lists, where there are too many addresses for one."""


def plan_for_robots(
    paths: Sequence[str], last_changed: Callable[[str], date | None], languages: Sequence[Language]
) -> Iterator[Page]:
    """The sitemaps with these paths, the headers, and the rules for robots.

    `last_changed` says of a path on which day the content of its page last changed.
    """
    first, limit = languages[0], SITEMAP_LIMIT // len(languages)
    dated = [(path, last_changed(path)) for path in paths]
    parts = [tuple(dated[i : i + limit]) for i in range(0, len(dated), limit)]
    sitemaps = {urls.SITEMAP: SitemapContext(tuple(dated))}
    if len(parts) > 1:
        sitemaps = {f"/sitemap-{number}.xml": SitemapContext(part) for number, part in enumerate(parts, start=1)}
        days = [max((day for _, day in part if day), default=None) for part in parts]
        sitemaps[urls.SITEMAP] = SitemapContext((), tuple(zip(sitemaps, days, strict=True)))
    for path, context in sorted(sitemaps.items()):
        yield Page(path, first, "feeds/sitemap.xml", context, indexed=False)
    yield Page(urls.HEADERS, first, "feeds/headers.txt", EmptyContext(), indexed=False)
    yield Page(urls.ROBOTS, first, "feeds/robots.txt", EmptyContext(), indexed=False)
