"""The site's folder: written beside the published one, then put in its place whole."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from portal.core.files import remove_folder
from portal.core.problems import UsageError
from portal.core.processes import ignore_signals
from portal.pipeline.manifest import FILES, MARKER, files_of, listed_files

_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that file managers leave wherever they look."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

_OUT_OF_ROOM = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))
"""What the system says where nothing more can be written, in the words that libraries and programs pass on."""


@contextmanager
def staged(output: Path, *sources: Path, shared: Collection[str] = ()) -> Iterator[Path]:
    """An empty folder beside `output` that takes its place when the block ends well, in one step.

    When the block raises, or the process dies, `output` stays as it was; what is left over goes with the next build.
    When the block ends, `shared` has the names of files that the new site has in common with the one that it replaces:
    those in folders are saved for the next build, see `take_spare`, and the rest of the replaced site is removed.
    What no build made goes too: the block looks for it, see `foreign_files`. Raises UsageError where `output` is not a
    site of this program, holds one of the `sources` that the site is made from, cannot be written, or another build is
    under way; and in place of what the block raises where that comes of a full disk.
    """
    given, stage = output, None
    try:
        output = _own_folder(output, sources)
        output.parent.mkdir(parents=True, exist_ok=True)
        with _beside(output, "lock").open("w") as handle:
            if not _locked(handle, _beside(output, "lock")):
                raise UsageError(f"{given}: another build is writing this folder. Wait for it to end.")
            try:
                _clean_up(output)
                # A name of its own: what a killed build's processes still write does not end up in this one's.
                stage = _beside(output, f"staging-{secrets.token_hex(4)}")
                stage.mkdir()
                yield stage
                _flush(stage)
                with ignore_signals():
                    _swap(stage, output)
                    _save_spare(stage, output, shared)
                    _remove_left_over(output)
            finally:
                with ignore_signals():
                    _restore(output)
                    _remove_left_over(output)
                    _beside(output, "lock").unlink(missing_ok=True)
    except Exception as error:
        if said := _in_words(error, given, output, stage):
            raise UsageError(said) from error
        raise


def _beside(output: Path, kind: str) -> Path:
    """The path of what a build keeps beside `output`."""
    return output.with_name(f".{output.name}.{kind}")


def is_being_built(output: Path) -> bool:
    """Whether a build of the site in the folder `output` is under way, or was killed."""
    return _beside(output.resolve(), "lock").exists()


def _locked(handle: IO[str], lock: Path) -> bool:
    """Whether this process alone holds the lock; a file that its last holder removed meanwhile locks nothing."""
    try:
        # Not flock, which a killed build's workers would go on holding.
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle.fileno()), lock.stat())
    except (BlockingIOError, PermissionError, FileNotFoundError):
        return False


def _own_folder(given: Path, sources: Iterable[Path]) -> Path:
    """The folder that `given` names, without links and dots. Raises UsageError where it is not the site's alone."""
    output = given.resolve()
    if given.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"{given}: this is not a folder. Give --output a folder for the site alone.")
    if os.path.ismount(output):
        raise UsageError(f"{given}: a file system is mounted here. Give --output a folder within it.")
    is_site = (output / MARKER).is_file() or _beside(output, "replacing").exists()
    if output.is_dir() and any(output.iterdir()) and not is_site:
        raise UsageError(f"{given}: this folder holds other files. Give --output an empty or a new folder.")
    for source in sources:
        if source.resolve().is_relative_to(output):
            raise UsageError(f"{given}: this folder holds {source}. Give --output a folder for the site alone.")
    return output


def foreign_files(output: Path) -> list[str]:
    """The names of the highest files and folders in the folder of a site that no build made, such as a repository.

    None where there is no such folder.
    """
    if not output.is_dir():
        return []
    names = listed_files(output)
    foreign = [
        name
        for name, _ in files_of(output)
        # Of the sites of a version that did not list its files this is known: none began with a dot.
        if not (name in names if names is not None else not name.startswith("."))
        and name not in (MARKER, FILES)
        and name.rpartition("/")[2] not in _LITTER
    ]
    own = _folders_of(names or ()) if foreign else set()
    return sorted({_highest_foreign(name, own) for name in foreign})


def refuse_foreign_files(output: Path, found: Sequence[str]) -> None:
    """Raise UsageError where `foreign_files` has `found` any: they would be gone."""
    if found:
        shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        message = f"{output}: holds what no build made: {shown}. A build replaces the whole folder."
        raise UsageError(f"{message} Move it elsewhere, or give --output another folder.")


def _folders_of(names: Iterable[str]) -> set[str]:
    """The folders in which files of these names are."""
    return {name[:at] for name in names for at, sign in enumerate(name) if sign == "/"}


def _highest_foreign(name: str, own: Container[str]) -> str:
    """The highest folder of a file that is none of the site's `own`, or the file itself."""
    parts = name.split("/")
    return next((top for n in range(1, len(parts)) if (top := "/".join(parts[:n])) not in own), name)


def _left_over(output: Path) -> list[Path]:
    """The folders beside `output` that builds left there."""
    names = re.compile(rf"\.{re.escape(output.name)}\.(staging(-[0-9a-f]{{8}})?|old)")
    return [path for path in output.parent.iterdir() if names.fullmatch(path.name)]


def _remove_left_over(output: Path) -> None:
    for folder in _left_over(output):
        shutil.rmtree(folder, ignore_errors=True)


def _restore(output: Path) -> None:
    """Have the last site in its place again where a build ended while it put another one there."""
    old, flag = _beside(output, "old"), _beside(output, "replacing")
    is_half_removed = flag.exists() and not (output / MARKER).is_file()
    if old.is_dir() and (is_half_removed or not output.exists()):
        shutil.rmtree(output, ignore_errors=True)
        old.rename(output)
    flag.unlink(missing_ok=True)


def look_through_spare(output: Path) -> list[str]:
    """Remove from the spare folders all but the files that the site in `output` has too.

    Returns the names of the folders of which nothing else is left. One in which something cannot be removed is not
    among them, nor one that is empty.
    """
    spare, folders = _beside(output.resolve(), "spare"), list[str]()
    if spare.is_symlink():
        return folders
    with suppress(OSError), os.scandir(spare) as entries:
        for entry in entries:
            with suppress(OSError, RecursionError):
                if entry.is_dir(follow_symlinks=False) and _prune(entry.path):
                    folders.append(entry.name)
    return folders


def _prune(folder: str) -> bool:
    """Remove a folder, but for each file that has another name, as one that is shared has; whether anything is left.

    One that has another name elsewhere costs room, and nothing else: a build looks at what it takes of a spare.
    Raises OSError where something cannot be removed.
    """
    left = False
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                left |= _prune(entry.path)
            elif entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_nlink > 1:
                left = True
            else:
                os.unlink(entry.path)
    if not left:
        os.rmdir(folder)
    return left


def take_spare(stage: Path, output: Path, folders: Iterable[str]) -> None:
    """Have in the stage these folders of the site which the one in `output` replaced, as `look_through_spare` says.

    Their files are those of the published site under a second name, unless somebody else gave one of an earlier site
    another name too: whoever takes one looks which it is. So of a site of which little changes, neither the folders nor
    the names need be made again: to make and remove 20,000 folders takes longer than to make 1,000 pages.
    """
    spare = _beside(output.resolve(), "spare")
    for folder in folders:
        with suppress(OSError):
            if not (stage / folder).exists():
                os.rename(spare / folder, stage / folder)


def _save_spare(replaced: Path, output: Path, shared: Collection[str]) -> None:
    """Save the folders of the replaced site that have any of the `shared` files, without the others that it lists.

    To look at every file takes as long as all else that is done here, and the next build has a process with nothing
    else to do.
    """
    spare = _beside(output, "spare")
    shutil.rmtree(spare, ignore_errors=True)
    listed, wanted = listed_files(replaced) or set(), {*shared}
    folders = {name.partition("/")[0] for name in listed & wanted if "/" in name}
    for name in listed - wanted:
        if name.partition("/")[0] in folders:
            _remove(replaced, name)
    with suppress(OSError):
        if folders:
            # Not where something stands that could not be removed, such as somebody's link.
            spare.mkdir()
        for folder in folders:
            os.rename(replaced / folder, spare / folder)
    shutil.rmtree(replaced, ignore_errors=True)


def _remove(site: Path, name: str) -> None:
    """Remove a file of a site; nothing outside of it, to which a link that somebody put there may lead."""
    path = os.path.join(site, name)
    # A list that somebody wrote may have a name that is none.
    with suppress(OSError, ValueError):
        parent = os.path.dirname(path)
        if parent.startswith(f"{site}/") and os.path.realpath(parent) == parent:
            os.unlink(path)


def _clean_up(output: Path) -> None:
    """Undo what a killed build left. Raises UsageError where something cannot be removed."""
    _restore(output)
    if not (output / MARKER).is_file():
        shutil.rmtree(_beside(output, "spare"), ignore_errors=True)
    for folder in _left_over(output):
        # Pagefind, orphaned by the kill, may be writing still.
        if not remove_folder(folder):
            raise UsageError(f"{folder}: an earlier build left this, and it cannot be removed. Remove it.")


def _flush(folder: Path) -> None:
    """Have all of the file system of `folder` on the disk: a name must not get there before what it names.

    For 2,400 files it takes 0.04 s, where asking for each file takes 0.5 s. Raises OSError where something that seemed
    to be written was not.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)


def _swap(stage: Path, output: Path) -> None:
    """Put `stage` in the place of `output`; on Linux both change places at once, so that no moment has neither."""
    if not output.exists():
        stage.rename(output)
    elif not _exchange(stage, output):
        _put_aside(output)
        try:
            stage.rename(output)
        except OSError:
            _restore(output)
            raise
        _beside(output, "replacing").unlink(missing_ok=True)
    # What was replaced may only go once the exchange is on the disk. It has happened, whatever is said of it here.
    with suppress(OSError):
        descriptor = os.open(output.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put_aside(output: Path) -> None:
    """Have the last site beside its place, where `_restore` finds it."""
    old = _beside(output, "old")
    try:
        output.rename(old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A folder of an overlay's lower layer, as in the image of a container, can be removed but not renamed.
        shutil.copytree(output, old, symlinks=True)
        _flush(old)
        _beside(output, "replacing").touch()
        (output / MARKER).unlink(missing_ok=True)
        shutil.rmtree(output)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (renameat2, Linux 3.15); False where the system or the file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.EXDEV):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _in_words(error: Exception, given: Path, output: Path, stage: Path | None) -> str | None:
    """One sentence on what cannot be written, by the name that it would have in the site; None for another error."""
    if isinstance(error, OSError) and error.errno is not None:
        path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else given
        if stage is not None and path.is_relative_to(stage):
            path = given / path.relative_to(stage)
        return f"{path}: cannot be written: {error.strerror}."
    # Polars, XlsxWriter and Pagefind have errors of their own, which say what the system said, or come of what does.
    cause: BaseException | None = error
    while cause is not None:
        if words := next((words for words in _OUT_OF_ROOM if words in str(cause)), None):
            return f"{given}: cannot be written: {words}."
        cause = cause.__cause__ or cause.__context__
    return None
