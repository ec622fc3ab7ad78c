"""Work on each file of a package, in several processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


def for_each_file(
    function: Callable[..., Result], tasks: Mapping[str, tuple[Path, tuple[object, ...]]], helpers: Executor | None
) -> dict[str, Result]:
    """What `function` returns for each resource: that of the largest file is called here, the others by `helpers`.

    `tasks` gives the file and the arguments, by resource. What helpers have not begun once this process has nothing
    else to do is called here too.
    """
    largest_first = sorted(tasks, key=lambda name: _size(tasks[name][0]), reverse=True)
    submitted = {name: helpers.submit(function, *tasks[name][1]) for name in largest_first[1:]} if helpers else {}
    results: dict[str, Result] = {}
    for name in largest_first:
        if name not in submitted or submitted[name].cancel():
            results[name] = function(*tasks[name][1])
    return {name: results[name] if name in results else submitted[name].result() for name in tasks}


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0
