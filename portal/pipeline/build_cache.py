"""What is known of the files of the last site: what they were made from, so that those still right need not be made.

A file is taken over only where its bytes are those that were published: one that was damaged or altered is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.files import file_sum, is_unmodified, new_file
from portal.site import PageLinks

SCRATCH = ".scratch"
"""A folder of the stage for what is not published; it goes before the stage does, or with it."""

PREVIOUS = "former"
CURRENT = "made"
"""Folders of the scratch: what is known of the files of the last site, and of those of this one."""

Files = dict[str, str]
"""The SHA-256 of files of the site, by name."""


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A rendered page."""

    key: str
    """Names what it was made from."""
    sha256: str
    links: PageLinks


class ShardManifest:
    """The pages of a shard, as they are kept between builds: a value of JSON."""

    def __init__(self) -> None:
        """No page yet."""
        self._names: dict[str, int] = {}
        self._pages: dict[str, list[Any]] = {}

    def add(self, name: str, page: CachedPage) -> None:
        """Note the page that is the file `name` of the site."""
        links = page.links
        anchors, targets = ([self._number(one) for one in found] for found in (links.anchors, links.targets))
        self._pages[name] = [page.key, page.sha256, links.address, links.place, anchors, targets]

    def _number(self, text: str) -> int:
        """Nearly every page links to the same few dozen addresses."""
        return self._names.setdefault(text, len(self._names))

    def content(self) -> Any:
        """The ledger as a value of JSON."""
        return {"names": list(self._names), "pages": self._pages}


def cached_pages(content: Any) -> dict[str, CachedPage]:
    """The pages of a ledger's content by file; none where it was damaged."""
    try:
        names, pages = content["names"], content["pages"]
        found = {}
        for name, (key, digest, address, place, anchors, targets) in pages.items():
            links = PageLinks(address, place, [names[i] for i in anchors], [names[i] for i in targets])
            found[name] = CachedPage(key, digest, links)
        return found
    except (TypeError, LookupError, ValueError, AttributeError):
        return {}


def reuse_files(former: Path, files: Files, stage: Path, unmodified: Container[str]) -> bool:
    """Have these files of the last site, by name with their sums, in the stage too; False where one is not as it was.

    Each is one file with two names where the file system can do that, which costs no room and keeps its time. All are
    compared before the first is linked; `unmodified` have been compared already.
    """
    if not all(name in unmodified or is_unmodified(former / name, digest) for name, digest in files.items()):
        return False
    taken: list[str] = []
    try:
        for name in files:
            _take(former / name, stage / name)
            taken.append(name)
    except FileNotFoundError:
        for name in taken:
            (stage / name).unlink()
        return False
    return True


def _take(former: Path, new: Path) -> None:
    """Give a file another name, or a copy of it where the file system cannot."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(former, new, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        with new_file(new) as path:
            shutil.copyfile(former, path)


UNMODIFIED = "intact"
"""The file of the scratch that names the pages of the last site that are as they were published."""


def compare_previous(former: Path, scratch: Path) -> None:
    """Compare the pages of the last site with what is known of them, and write down those that are as they were.

    Other files are compared where they are wanted: most that hold the data are not, once a cell of it has changed.
    """
    sums: Files = {}
    scratch.mkdir(exist_ok=True)
    cache = Cache(scratch / PREVIOUS)
    for shelf in sorted((scratch / PREVIOUS).glob("*.json.gz")):
        pages = cached_pages(cache.get(shelf.name.removesuffix(".json.gz")))
        sums |= {name: page.sha256 for name, page in pages.items()}
    unmodified = [name for name, digest in sums.items() if is_unmodified(former / name, digest)]
    (scratch / f".{UNMODIFIED}").write_text(json.dumps(unmodified), "utf-8")
    (scratch / f".{UNMODIFIED}").rename(scratch / UNMODIFIED)


def unmodified_files(scratch: Path) -> frozenset[str]:
    """What `compare` has written down by now."""
    try:
        return frozenset(json.loads((scratch / UNMODIFIED).read_bytes()))
    except OSError:
        return frozenset()


def sums_of(folder: Path, paths: Iterable[Path]) -> Files:
    """The SHA-256 of those of the `paths` below `folder` that are files."""
    return {path.relative_to(folder).as_posix(): file_sum(path) for path in sorted(paths) if path.is_file()}


SITE = "site"
"""The file that names the folder of the site that a shelf is of."""


def cache_folder(output: Path, shelves: Path) -> Path:
    """Where it is kept, below `shelves`, what the files of the site in this folder were made from."""
    return shelves / hashlib.sha256(os.fsencode(output.absolute())).hexdigest()[:16]


def load_cache(output: Path, shelves: Path, stage: Path) -> None:
    """Have what is known of the last site in the stage, where workers see it; nothing where it was lost."""
    with suppress(OSError):
        shutil.copytree(cache_folder(output, shelves), stage / SCRATCH / PREVIOUS)


def save_cache(stage: Path, output: Path, shelves: Path) -> None:
    """Keep what is known of the new site, and nothing more of sites that are gone.

    What cannot be kept is made anew by the next build. So it is where this site is not published after all: the files
    of the last one are not those that were noted.
    """
    shelf = cache_folder(output, shelves)
    beside = shelf.with_name(f".{shelf.name}")
    with suppress(OSError):
        shelves.mkdir(parents=True, exist_ok=True)
        for other in shelves.iterdir():
            if other not in (shelf, beside) and _is_gone(other):
                shutil.rmtree(other, ignore_errors=True)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(stage / SCRATCH / CURRENT, beside)
        (beside / SITE).write_bytes(os.fsencode(output.absolute()))
        shutil.rmtree(shelf, ignore_errors=True)
        beside.rename(shelf)


def _is_gone(shelf: Path) -> bool:
    """Whether the site of a shelf is no more; one that is being written does not say."""
    try:
        return not Path(os.fsdecode((shelf / SITE).read_bytes())).exists()
    except OSError:
        return False
