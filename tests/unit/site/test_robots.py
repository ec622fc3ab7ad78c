"""The sitemaps: every path with the day on which its page changed, in parts where there are too many."""

from datetime import date

import pytest

from portal.site.pages import robots
from portal.site.pages.robots import SitemapContext, plan_for_robots

DAYS = {"/": date(2026, 1, 3), "/a/": date(2026, 1, 1), "/b/": date(2026, 1, 2), "/c/": None, "/d/": None}


def sitemaps(*paths: str) -> dict[str, SitemapContext]:
    pages = plan_for_robots(paths, DAYS.get, ("th", "en"))
    return {page.path: page.context for page in pages if page.template == "feeds/sitemap.xml"}


def test_a_sitemap_has_each_path_with_its_day() -> None:
    paths = ("/", "/a/", "/c/")
    assert sitemaps(*paths) == {"/sitemap.xml": SitemapContext(tuple((path, DAYS[path]) for path in paths))}


def test_the_sitemap_of_many_paths_lists_parts_each_with_its_newest_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "SITEMAP_LIMIT", 4)
    maps = sitemaps(*DAYS)
    listed = {"/sitemap-1.xml": date(2026, 1, 3), "/sitemap-2.xml": date(2026, 1, 2), "/sitemap-3.xml": None}
    assert maps.pop("/sitemap.xml") == SitemapContext((), tuple(listed.items()))
    assert maps.keys() == listed.keys()
    assert [path for part in maps.values() for path in part.paths] == list(DAYS.items())
    assert max(len(part.paths) for part in maps.values()) == 2


def test_a_site_without_pages_has_an_empty_sitemap() -> None:
    assert sitemaps() == {"/sitemap.xml": SitemapContext(())}
