"""Whether the time of some work is in proportion, judged without regard to how fast the machine is."""

import time
from collections.abc import Callable

NOTHING = 0.01
"""Seconds of a processor in which the fixed costs of a call and the steps of a clock drown what is measured."""

TRIES = 3
"""The best one counts: another process may have held up the memory."""


def assert_time_grows_with_size(work: Callable[[int], object], size: int, part: int = 8) -> None:
    """Do `work` of this size and of a `part`-th of it: the whole takes at most two and a half times its share.

    What grows with the square takes `part` times its share. Both are times of this process's processor, one right after
    the other. AssertionError: the time grows faster than the size.
    """
    _assert_ratio(lambda: work(size), lambda: work(size // part), 2.5 * part)


def assert_takes_at_most(times: float, work: Callable[[], object], yardstick: Callable[[], object]) -> None:
    """Do both: `work` takes at most so many `times` the processor's time of the `yardstick`. Else AssertionError."""
    _assert_ratio(work, yardstick, times)


def _assert_ratio(work: Callable[[], object], yardstick: Callable[[], object], times: float) -> None:
    ratios = []
    for _ in range(TRIES):
        seconds, of_yardstick = _seconds(work), _seconds(yardstick)
        if seconds <= times * max(NOTHING, of_yardstick):
            return
        ratios.append(f"{seconds:.2f} s to {of_yardstick:.2f} s")
    raise AssertionError(f"{', '.join(ratios)}: more than {times} times as long")


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
