"""What programs are told of the site: its addresses, what they may read, and the headers to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core import urls
from portal.core.models import Package, Page
from portal.site.pages.planned import EmptyContext

SITEMAP_LIMIT = 20_000
"""Paths in one sitemap: with both languages 40,000 addresses, below the protocol's 50,000 (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class SitemapContext:
    """Addresses for search engines."""

    paths: tuple[str, ...]
    lastmod: date
    parts: tuple[str, ...] = ()
    """The paths of the sitemaps that this one lists, where there are too many addresses for one."""


def plan_for_robots(package: Package, paths: Sequence[str]) -> Iterator[Page]:
    """The sitemaps with these paths, the headers, and the rules for robots."""
    created = package.created
    parts = [tuple(paths[i : i + SITEMAP_LIMIT]) for i in range(0, len(paths), SITEMAP_LIMIT)]
    names = tuple(f"/sitemap-{i}.xml" for i in range(1, len(parts) + 1)) if len(parts) > 1 else ()
    whole = SitemapContext(() if names else tuple(paths), created, names)
    listed = (SitemapContext(part, created) for part in parts)
    for path, context in ((urls.SITEMAP, whole), *zip(names, listed, strict=False)):
        yield Page(path, "th", "feeds/sitemap.xml", context, indexed=False)
    yield Page(urls.HEADERS, "th", "feeds/headers.txt", EmptyContext(), indexed=False)
    yield Page(urls.ROBOTS, "th", "feeds/robots.txt", EmptyContext(), indexed=False)
