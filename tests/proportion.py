"""How the time of some work grows with its input, told without a clock's say on how fast the machine is."""

import time
from collections.abc import Callable

NOTHING = 0.01
"""Seconds of a processor in which the fixed costs of a call and the steps of a clock drown what is measured."""


def assert_time_grows_with_size(work: Callable[[int], object], size: int, part: int = 8) -> None:
    """Do `work` of a `part` of this size and of the whole: the whole takes at most three times its share.

    What grows with the square takes `part` times its share, 8 as it stands. Both are times of this process's
    processor in the same second, so that neither a slow machine nor what else runs on it decides; the best of three
    counts. AssertionError: the time grows faster than the size.
    """
    ratio = 0.0
    for _ in range(3):
        ratio = _seconds(work, size) / max(NOTHING, _seconds(work, size // part))
        if ratio <= 3 * part:
            return
    raise AssertionError(f"{part} times the size takes {ratio:.0f} times as long")


def _seconds(work: Callable[[int], object], size: int) -> float:
    begin = time.process_time()
    work(size)
    return time.process_time() - begin
