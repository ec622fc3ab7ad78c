"""Looking at something again and again while something else runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Sample = TypeVar("Sample")


@contextmanager
def sampled(look: Callable[[], Sample], every: float) -> Iterator[list[Sample]]:
    """A list of what `look` returns: when the block begins, and every so many seconds until it ends.

    To look may take long and hold up what is looked at: it never takes more than a twentieth of the time.
    """
    samples, stop = [look()], threading.Event()

    def watch() -> None:
        pause = every
        while not stop.wait(pause):
            begin = time.perf_counter()
            samples.append(look())
            pause = max(every, 19 * (time.perf_counter() - begin))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield samples
    finally:
        stop.set()
        watcher.join()
