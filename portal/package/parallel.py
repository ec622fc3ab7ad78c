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

    `tasks` gives the file and the arguments, by resource. Without helpers all are called here.
    """
    sizes = {name: _size(file) for name, (file, _) in tasks.items()}
    largest = max(sizes, key=lambda name: sizes[name], default=None)
    submitted = {
        name: helpers.submit(function, *arguments)
        for name, (_, arguments) in tasks.items()
        if helpers is not None and name != largest
    }
    called_here = {name: function(*arguments) for name, (_, arguments) in tasks.items() if name not in submitted}
    return {name: called_here[name] if name in called_here else submitted[name].result() for name in tasks}


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0
