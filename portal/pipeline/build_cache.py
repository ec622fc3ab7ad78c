"""What is known of the files of the last site: what they were made from, so that a build need not make them again.

A file is used again only where it is as it was published: one that was edited since is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.files import (
    FileState,
    file_state,
    is_same_file,
    is_unmodified,
    make_folder,
    new_file,
    plain_file_digest,
)
from portal.pipeline.page_store import group_of
from portal.pipeline.publish import is_being_built
from portal.site import PageLinks

SCRATCH = ".scratch"
"""A folder of the stage for what is not published; it is removed before the stage is published."""

PREVIOUS = "previous"
CURRENT = "current"
"""Folders of the scratch folder: what is known of the files of the last site, and of those of this one."""

Files = dict[str, str]
"""The SHA-256 of files of the site, by name."""


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A rendered page, as it is known to the next build."""

    key: str
    """Names what it was made from."""
    sha256: str
    links: PageLinks


class ShardManifest:
    """The rendered pages of a shard, for the next build."""

    def __init__(self) -> None:
        """No page yet."""
        self._numbers = _Numbers()
        self._pages: dict[str, list[Any]] = {}

    def add(self, name: str, page: CachedPage) -> None:
        """Add the page that is the file `name` of the site."""
        links = page.links
        anchors, targets = ([*map(self._numbers.__getitem__, texts)] for texts in (links.anchors, links.targets))
        self._pages[name] = [page.key, page.sha256, links.address, links.place, anchors, targets]

    def content(self) -> Any:
        """The manifest as a value of JSON."""
        return {"names": list(self._numbers), "pages": self._pages}


class _Numbers(dict[str, int]):
    """A number for each text: nearly every page links to the same few dozen addresses, so each is written once."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


def cached_pages(content: Any) -> dict[str, CachedPage]:
    """The pages in a manifest's content, by file; none where it is damaged."""
    try:
        names: list[str] = content["names"]
        pages: dict[str, CachedPage] = {}
        for name, (key, digest, address, place, anchors, targets) in content["pages"].items():
            links = PageLinks(address, place, *([*map(names.__getitem__, numbers)] for numbers in (anchors, targets)))
            pages[name] = CachedPage(key, digest, links)
        return pages
    except (TypeError, LookupError, ValueError, AttributeError):
        return {}


def previous_pages(scratch: Path, shard: str) -> dict[str, CachedPage]:
    """The pages of the last site that may be those of a shard, by file.

    Where the last site was cut into other shards, these are all pages of the same group.
    """
    cache = Cache(scratch / PREVIOUS)
    manifest = cache.get(shard)
    if manifest is not None:
        return cached_pages(manifest)
    pages: dict[str, CachedPage] = {}
    for file in sorted((scratch / PREVIOUS).glob(f"{group_of(shard)}-*.json.gz")):
        pages |= cached_pages(cache.get(file.name.removesuffix(".json.gz")))
    return pages


def reuse_files(previous: Path, files: Files, stage: Path, unmodified: Container[str]) -> bool:
    """Have these files of the last site, by name with their sums, in the stage too; False where one was modified.

    Each is one file with two names where the file system can do that, which costs no room and keeps its time. All are
    compared before the first is linked; `unmodified` have been compared already.
    """
    if not all(name in unmodified or is_unmodified(previous / name, digest) for name, digest in files.items()):
        return False
    linked: list[str] = []
    try:
        for name in files:
            _link_or_copy(os.path.join(previous, name), os.path.join(stage, name))
            linked.append(name)
    except FileNotFoundError:
        for name in linked:
            (stage / name).unlink()
        return False
    return True


def _link_or_copy(previous: str, new: str) -> None:
    """Give a file another name, unless it has that already, or make a copy of it where the file system cannot.

    Raises FileNotFoundError where there is no such file.
    """
    try:
        try:
            os.link(previous, new, follow_symlinks=False)
        except FileExistsError:
            if is_same_file(previous, new):
                return
            os.unlink(new)
            os.link(previous, new, follow_symlinks=False)
        except FileNotFoundError:
            make_folder(os.path.dirname(new))
            os.link(previous, new, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        with new_file(Path(new)) as path:
            shutil.copyfile(previous, path)


STATES = "states"
"""Names the states of the files of a site, among what is known of them."""

SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is changed has another state, on every file system: FAT counts two seconds."""

UNMODIFIED = "unmodified"
"""The file of the scratch folder that names the files of the last site that are as they were published."""


def compare_previous(previous: Path, scratch: Path) -> None:
    """Write down which files of the last site are as they were published: all with the state that they had then.

    A page with another state, as in a copy of the site, is read and compared with what is known of it. Other files are
    compared where they are wanted: most that hold the data are not, once a cell of it has changed.
    """
    scratch.mkdir(exist_ok=True)
    cache, folder = Cache(scratch / PREVIOUS), str(previous)
    states = cache.get(STATES)
    known = states.items() if isinstance(states, dict) else ()
    names = {name for name, state in known if _has_state(f"{folder}/{name}", state)}
    for manifest in {file.name.removesuffix(".json.gz") for file in (scratch / PREVIOUS).glob("*.json.gz")} - {STATES}:
        pages = cached_pages(cache.get(manifest))
        names |= {
            name for name, page in pages.items() if name not in names and is_unmodified(previous / name, page.sha256)
        }
    unfinished = scratch / f".{UNMODIFIED}"
    unfinished.write_text(json.dumps([*names]), "utf-8")
    unfinished.rename(scratch / UNMODIFIED)


def _has_state(path: str, state: Any) -> bool:
    try:
        now: Any = [*file_state(os.lstat(path))]
    except OSError:
        return False
    return bool(now == state)


def read_unmodified(scratch: Path) -> frozenset[str]:
    """What `compare_previous` has written down. Raises OSError while it has not ended."""
    return frozenset(json.loads((scratch / UNMODIFIED).read_bytes()))


def digests_of(folder: Path, paths: Iterable[Path]) -> Files:
    """The SHA-256 of those of the `paths` below `folder` that are files."""
    return {path.relative_to(folder).as_posix(): plain_file_digest(path) for path in sorted(paths) if path.is_file()}


SITE = "site"
"""The file of a site's cache that names the site's folder."""


def cache_folder(output: Path, caches: Path) -> Path:
    """The folder, below `caches`, of what is known of the site in the folder `output`."""
    return caches / hashlib.sha256(os.fsencode(output.absolute())).hexdigest()[:16]


def load_cache(output: Path, caches: Path, stage: Path) -> None:
    """Copy what is known of the last site into the stage, where workers see it; nothing where it was lost."""
    with suppress(OSError):
        shutil.copytree(cache_folder(output, caches), stage / SCRATCH / PREVIOUS)


def save_cache(stage: Path, output: Path, caches: Path) -> bool:
    """Move what is known of the new site out of its stage, and remove what was known of sites that were deleted.

    Returns whether all is saved. What cannot be saved is made anew by the next build. So it is where this site is not
    published after all: the files of the last one have other sums than those that were saved.
    """
    folder = cache_folder(output, caches)
    unfinished = folder.with_name(f".{folder.name}")
    with suppress(OSError):
        caches.mkdir(parents=True, exist_ok=True)
        for other in caches.iterdir():
            if other not in (folder, unfinished) and _is_of_deleted_site(other):
                shutil.rmtree(other, ignore_errors=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            (stage / SCRATCH / CURRENT).rename(unfinished)
        except OSError:
            # The cache is on another file system.
            shutil.copytree(stage / SCRATCH / CURRENT, unfinished)
        (unfinished / SITE).write_bytes(os.fsencode(output.absolute()))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        return True
    return False


def save_states(states: Mapping[str, FileState], output: Path, caches: Path) -> None:
    """Add the states of its files to what is known of the site, as `save_cache` has saved it."""
    Cache(cache_folder(output, caches)).put(STATES, states)


def shared_files(states: Mapping[str, FileState], begun: int, anew: Container[str]) -> set[str]:
    """The names of the files that were taken over from the last site, but for those in the folders `anew`.

    They were written before the build `begun`, in nanoseconds since 1970 by the clock of the file system. Where that
    was changed, some are missing or too many, which costs time or room.
    """
    return {name for name, state in states.items() if state[2] < begun and name.partition("/")[0] not in anew}


def certain_states(
    states: Mapping[str, FileState], made: Container[str], begun: int, finished: int
) -> dict[str, FileState]:
    """The states in which files have the bytes that are known of them, and would not have them in another state.

    `begun` and `finished` say when the build was, in nanoseconds since 1970 by the clock of the file system. Somebody
    may have written into a file of the last site meanwhile; not into those that were `made`.
    """
    return {
        name: state
        for name, state in states.items()
        if state[3] < finished - SETTLED and (name in made or state[2] < begun - SETTLED)
    }


def forget_states(scratch: Path) -> None:
    """Have every file of the last site read: one was damaged, and it may not show in its state."""
    (scratch / PREVIOUS / f"{STATES}.json.gz").unlink(missing_ok=True)


def _is_of_deleted_site(folder: Path) -> bool:
    """Whether the site of a cache was deleted; a cache that is being written does not say.

    The first site in its place gets there after its cache.
    """
    try:
        site = Path(os.fsdecode((folder / SITE).read_bytes()))
        return not site.exists() and not is_being_built(site)
    except OSError:
        return False
