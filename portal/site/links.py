"""The links and anchors of rendered pages, and those that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from portal.core.problems import Problem

_LINKS = tuple(f'{space}{name}="' for space in (" ", "\n") for name in ("href", "src"))
_ANCHORS = (' id="', '\nid="')
"""Templates and the sanitiser write every attribute so, and a quotation mark in a text of the data as an entity."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a rendered page links to within the site, and what can be linked to in it."""

    address: str
    """From the root of the host, percent-encoding undone."""
    place: str
    """The content file that the links come from, else the page's own file in the site."""
    anchors: Sequence[str]
    """In order."""
    targets: Sequence[str]
    """Addresses from the root of the host, some with a fragment, percent-encoding undone; in order; none that the page
    itself answers."""


def read_links(place: str, address: str, html: str) -> PageLinks:
    """The links of a page that is published at `address` (from the root of the host); other hosts are left out."""
    base = address[: address.rindex("/") + 1]
    # Nearly every link says the same on each page, so that it is read once for all.
    targets = {
        _target("/" if link.startswith("/") else address if link.startswith("#") else base, link)
        for link in _values(html, _LINKS)
    }
    anchors = set(_values(html, _ANCHORS))
    own = {"", address, *(f"{address}#{anchor}" for anchor in anchors)}
    return PageLinks(address, place, sorted(anchors), sorted(targets - own))


def _values(html: str, begins: Iterable[str]) -> Iterator[str]:
    """What stands in quotation marks after each of `begins`: cutting a text is much faster than matching it."""
    for begin in begins:
        for rest in html.split(begin)[1:]:
            yield rest[: rest.index('"')]


_PLAIN = re.compile("/(?:[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*[./]?)?(?:#[A-Za-z0-9_-]+)?")
"""An address that says the same however it is read."""

_ELSEWHERE = re.compile(r"(?:https?:|mailto:)[^][]*")


@lru_cache(maxsize=65_536)
def _target(base: str, link: str) -> str:
    """Where a link leads; "" for another host. What is no address leads nowhere, as it is."""
    # Nearly every link ends here: to take an address to pieces takes ten times as long.
    if _ELSEWHERE.fullmatch(link):
        return ""
    plain = f"{base}{link}" if link.startswith("#") else link
    if _PLAIN.fullmatch(plain):
        return plain
    try:
        parts = urlsplit(urljoin(base, unescape(link)))
    except ValueError:
        return link
    return "" if parts.scheme or parts.netloc else unquote(parts._replace(query="").geturl())


class Links:
    """The links of a site, gathered page by page, and then part by part."""

    def __init__(self) -> None:
        """None yet."""
        self._anchors: dict[str, frozenset[str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._targets: dict[str, str] = {}
        """Where a target is linked to from: the first page by name."""
        self._targets_of_prose: set[tuple[str, str]] = set()
        """Targets and the content pages that link to them."""

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._anchors)

    def add(self, pages: Sequence[PageLinks], prose: Sequence[PageLinks] = ()) -> None:
        """Add pages. A wrong link is a problem on each page of `prose`, and one problem on all others together."""
        for page in (*pages, *prose):
            self._add_anchors(page.address, frozenset(page.anchors))
        targets: dict[str, str] = {}
        # The first page by name comes last, and stands; so nearly all of this is done by `update`.
        for page in sorted(pages, key=lambda page: page.place, reverse=True):
            targets.update(dict.fromkeys(page.targets, page.place))
        self._add_targets(targets)
        self._targets_of_prose.update((target, page.place) for page in prose for target in page.targets)

    def update(self, other: Links) -> None:
        """Add the pages of another part of the site."""
        for address, anchors in other._anchors.items():
            self._add_anchors(address, anchors)
        self._add_targets(other._targets)
        self._targets_of_prose |= other._targets_of_prose

    def _add_anchors(self, address: str, anchors: frozenset[str]) -> None:
        self._anchors[address] = self._sets.setdefault(anchors, anchors)

    def _add_targets(self, targets: Mapping[str, str]) -> None:
        for target, place in targets.items():
            if place <= self._targets.setdefault(target, place):
                self._targets[target] = place

    def broken(self, files: Iterable[str]) -> list[Problem]:
        """A problem for each link to an address or an anchor that the site does not have.

        `files` are the addresses of what is published beside the pages.
        """
        addresses, problems = self._anchors.keys() | set(files), []
        for target, place in sorted([*self._targets.items(), *self._targets_of_prose]):
            path, _, anchor = target.partition("#")
            if path not in addresses:
                message = f'the link to "{path}" leads nowhere.'
            elif anchor and path in self._anchors and anchor not in self._anchors[path]:
                message = f'there is no "#{anchor}" on "{path}".'
            else:
                continue
            problems.append(Problem(place, "broken-link", message, "Mend the link.", value=target))
        return problems
