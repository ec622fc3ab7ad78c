"""The links and anchors of rendered pages, and those that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from portal.problems import Problem


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a rendered page links to within the site, and what can be linked to in it."""

    place: str
    """The content file that the links come from, else the page's own file in the site."""
    anchors: frozenset[str]
    targets: frozenset[str]
    """Addresses from the root of the host, some with a fragment, percent-encoding undone."""


def read_links(place: str, address: str, html: str) -> PageLinks:
    """The links of a page that is published at `address` (from the root of the host); other hosts are left out."""
    tree = LexborHTMLParser(html)
    targets = set()
    for node in tree.css("[href], [src]"):
        link = node.attributes.get("href") or node.attributes.get("src") or ""
        try:
            parts = urlsplit(urljoin(address, link))
        except ValueError:
            targets.add(link)
            continue
        if not parts.scheme and not parts.netloc:
            targets.add(unquote(parts._replace(query="").geturl()))
    anchors = frozenset(node.attributes["id"] or "" for node in tree.css("[id]"))
    return PageLinks(place, anchors, frozenset(targets))


def broken_links(pages: Mapping[str, PageLinks], files: Iterable[str]) -> list[Problem]:
    """A problem for each link to an address or an anchor that the site does not have.

    `pages` are the rendered pages by address; `files` are the addresses of everything else that is published.
    """
    known, problems = set(files), []
    for address in sorted(pages):
        page = pages[address]
        for target in sorted(page.targets):
            path, _, anchor = target.partition("#")
            if path not in pages and path not in known:
                message = f'the link to "{path}" leads nowhere.'
                problems.append(Problem(page.place, "broken-link", message, "Mend the link.", value=target))
            elif anchor and path in pages and anchor not in pages[path].anchors:
                message = f'there is no "#{anchor}" on "{path}".'
                problems.append(Problem(page.place, "broken-link", message, "Mend the link.", value=target))
    return problems
