"""How fast the machine is while something runs.

On a machine that others share, one and the same build takes half as long again an hour later. So a piece of work that
never changes is done beside it, again and again. It only counts, and so is not held up by how much memory the build
uses; nor does it see who else holds up the memory, or that it waited for a processor.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.sampling import sampled

STEPS = 500_000
"""Of a piece: about 20 ms."""


@contextmanager
def pace(every: float = 1.0) -> Iterator[list[float]]:
    """A list that holds, when the block has ended, the seconds of a processor that a piece took in it on average.

    A piece is done `every` seconds, which takes a fiftieth of one processor. The mean is the harmonic one: as much is
    done in the block as if each piece had taken so long.
    """
    mean: list[float] = []
    with sampled(_piece, every) as pieces:
        yield mean
    mean.append(statistics.harmonic_mean(pieces))


def _piece() -> float:
    """Count; returns the seconds of the processor."""
    begin = time.thread_time()
    for _ in range(STEPS):
        pass
    return time.thread_time() - begin
