"""How fast the machine is while something runs.

On a machine that others share, one and the same build takes half as long again an hour later. So a piece of work that
never changes is done beside it, again and again: what both take, in proportion, says more than seconds.
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

NUMBERS = 1_000_000
"""More than the processor's cache holds, as what a build reads is."""

STEPS = 200_000
"""Of a piece, of which one in `STRIDE` waits for the memory: about 20 ms."""

STRIDE = 16


@contextmanager
def pace(every: float = 1.0) -> Iterator[list[float]]:
    """A list that holds, when the block has ended, the seconds of a processor that a piece took in it on average.

    A piece is done `every` seconds, which takes a fiftieth of one processor.
    """
    chance = random.Random(1)
    numbers = [*range(NUMBERS)]
    chance.shuffle(numbers)
    pieces, stop = [_piece(numbers, 0)], threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            pieces.append(_piece(numbers, chance.randrange(NUMBERS)))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    mean: list[float] = []
    try:
        yield mean
    finally:
        stop.set()
        watcher.join()
        mean.append(statistics.fmean(pieces))


def _piece(numbers: Sequence[int], place: int) -> float:
    """Count, and go from number to number; returns the seconds of the processor."""
    begin = time.thread_time()
    for step in range(STEPS):
        if step % STRIDE == 0:
            place = numbers[place]
    return time.thread_time() - begin
