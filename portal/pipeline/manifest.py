"""What a site says of itself: which files it has, their sums, and what it was made from."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import stat
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

from portal.core.compression import pack
from portal.core.files import (
    FILE_MODE,
    FOLDER_MODE,
    UNFINISHED,
    FileState,
    difference,
    file_state,
    open_plain,
    plain_file_digest,
    write_file,
)

MARKER = "build-info.json"
"""The file by which a folder is known as a site of this program, which it may replace."""

FILES = "build-files.txt.gz"
"""The file that names all others, a line each: whatever else is in the folder was put there by somebody."""


def finish(
    stage: Path,
    about: Mapping[str, Any],
    known: Mapping[str, str],
    anew: Container[str],
    parts: Sequence[str] = (),
    executor: Executor | None = None,
) -> dict[str, FileState]:
    """Make a site of the files in `stage`: give its folders their mode, and write the list of its files and the marker.

    `about` is what it was made from; `known` are sums of files, by name, that need not be read again. Of all folders
    but those in `anew` they are all files: others are left from an earlier site, and removed. Processes of `executor`
    look at the folders `parts`, which most files are in. Returns the state of each file, by name. Raises
    FileNotFoundError where a known file is not there.
    """
    stage.chmod(FOLDER_MODE)
    states: dict[str, FileState] = {}
    with nullcontext(executor) if executor else ThreadPoolExecutor() as pool:
        for part in pool.map(partial(_give_modes, stage, parts), (*parts, "")):
            states |= part
    if missing := min(known.keys() - states.keys(), default=None):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(stage / missing))
    # Also of a worker that has died, whose task another one has done.
    left = [
        name
        for name in states
        if name.rpartition("/")[2].startswith(UNFINISHED)
        or (name not in known and "/" in name and name.partition("/")[0] not in anew)
    ]
    for name in left:
        del states[name]
        (stage / name).unlink()
        with suppress(OSError):
            os.removedirs((stage / name).parent)
    listed = "".join(f"{name}\n" for name in _sorted(states))
    write_file(stage, FILES, pack(os.fsencode(listed)))
    content = dict(about) | {"manifest_sha256": manifest_sum(stage, (*states, FILES), known)}
    write_file(stage, MARKER, (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode())
    return states | {name: file_state((stage / name).stat()) for name in (FILES, MARKER)}


def _give_modes(stage: Path, parts: Sequence[str], part: str) -> dict[str, FileState]:
    """Give every folder of one of these `parts` of the stage its mode, or with "" of what is in none of them.

    Returns the state of each file, by name.
    """
    states: dict[str, FileState] = {}
    for name, entry in _entries(stage, part, () if part else parts):
        if not entry.is_dir(follow_symlinks=False):
            states[name] = file_state(entry.stat(follow_symlinks=False))
        elif stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) != FOLDER_MODE:
            os.chmod(entry.path, FOLDER_MODE)
    return states


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=os.fsencode)


def read_info(folder: Path) -> dict[str, Any]:
    """The `build-info.json` of a site; empty where there is none that can be read."""
    try:
        with open_plain(folder / MARKER) as file:
            content = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def listed_files(folder: Path) -> set[str] | None:
    """The names of the files that a site says it has, without those that say so; None where it does not say."""
    try:
        with open_plain(folder / FILES) as file:
            return {*os.fsdecode(gzip.decompress(file.read())).splitlines()}
    except (OSError, EOFError, zlib.error):
        return None


def is_whole(folder: Path, info: Mapping[str, Any], executor: Executor | None = None) -> bool:
    """Whether every file of a site, and its mode, is as it was published, by its `build-info.json`.

    `executor` has the processes that read the files; without one, threads do.
    """
    try:
        return not any(_wrong_modes(folder)) and info.get("manifest_sha256") == _sum_of_all(folder, executor)
    except OSError:
        return False


def differences(published: Path, fresh: Path) -> list[tuple[str, str]]:
    """What is not the same in two sites, by name, each with what is the matter with it in the first."""
    ours, theirs = ({name for name, _ in files_of(folder)} for folder in (published, fresh))
    found = dict(_wrong_modes(published))
    found |= dict.fromkeys(ours - theirs, "is not made by a build")
    for name in theirs:
        if matter := difference(published / name, plain_file_digest(fresh / name)):
            found[name] = matter
    return sorted(found.items())


PART = 500
"""How many files a process reads at a time."""


def _sum_of_all(folder: Path, executor: Executor | None) -> str:
    return manifest_sum(folder, (name for name, _ in files_of(folder) if name != MARKER), {}, executor)


def manifest_sum(folder: Path, names: Iterable[str], known: Mapping[str, str], executor: Executor | None = None) -> str:
    r"""The SHA-256 of what `sha256sum` prints of the files of these `names`, in the order of their names.

    Of all files of a site but `build-info.json`, `find . -type f ! -name build-info.json -printf '%P\0' |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum` in the folder makes the same. `known` are sums that need not be
    made, `executor` makes the others. Raises OSError where a file is not a plain one.
    """
    in_order = _sorted(names)
    unknown = [name for name in in_order if name not in known]
    parts = [unknown[i : i + PART] for i in range(0, len(unknown), PART)]
    with nullcontext(executor) if executor else ThreadPoolExecutor() as readers:
        digests = [digest for part in readers.map(partial(_digests, folder), parts) for digest in part]
    sums = {**known, **dict(zip(unknown, digests, strict=True))}
    return hashlib.sha256(os.fsencode("".join(f"{sums[name]}  {name}\n" for name in in_order))).hexdigest()


def _digests(folder: Path, names: Sequence[str]) -> list[str]:
    return [plain_file_digest(folder / name) for name in names]


def files_of(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file below a folder, with its name relative to it."""
    return ((name, entry) for name, entry in _entries(folder) if not entry.is_dir(follow_symlinks=False))


def _entries(folder: Path, part: str = "", others: Sequence[str] = ()) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file and folder below a folder, with its name relative to it.

    `part` is a folder in it that may be missing, of which this is wanted alone; what is in `others` is left out.
    """
    if part and not os.path.isdir(os.path.join(folder, part)):
        return
    below = [f"{part}/" if part else ""]
    while below:
        at = below.pop()
        with os.scandir(os.path.join(folder, at)) as entries:
            for entry in entries:
                name = f"{at}{entry.name}"
                yield name, entry
                if entry.is_dir(follow_symlinks=False) and name not in others:
                    below.append(f"{name}/")


def _wrong_modes(folder: Path) -> Iterator[tuple[str, str]]:
    """The files and folders of a site that have another mode than they were published with, and which."""
    for name, entry in _entries(folder):
        mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
        wanted = FOLDER_MODE if entry.is_dir(follow_symlinks=False) else FILE_MODE
        if mode != wanted:
            yield name, f"has the mode {mode:o}, not {wanted:o}"
