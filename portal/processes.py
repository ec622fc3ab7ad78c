"""Processes that end when they are asked to, and never outlive the build that started them."""

from __future__ import annotations

import ctypes
import errno
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class Stopped(KeyboardInterrupt):
    """The build was asked to end by SIGTERM, as services and CI do."""


def stop_on_request() -> None:
    """Let SIGTERM end this process as Ctrl-C does: tidily."""

    def stop(*_: object) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)


def request_of(error: KeyboardInterrupt) -> signal.Signals:
    """The signal that asked this process to stop."""
    return signal.SIGTERM if isinstance(error, Stopped) else signal.SIGINT


def stop_no_more() -> dict[signal.Signals, Any]:
    """Let requests to stop pass by from now on; returns what was done with them before, by signal."""
    return {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}


@contextmanager
def unstoppable() -> Iterator[None]:
    """Let requests to stop pass by: the block is short, and must not be left half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = stop_no_more()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let no signal in while processes are forked: a child would take it before it is ready for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def be_a_worker() -> None:
    """Leave Ctrl-C to the parent, and end when it ends: the first thing that a worker does."""
    # Not SIG_IGN, which the programs that a worker starts would inherit.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    die_with_parent()
    tidy_up_quietly()
    # Workers make many objects, and few that only the collector could free.
    gc.set_threshold(50_000, 20, 50)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, in whatever way (prctl(2), Linux)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def tidy_up_quietly() -> None:
    """Mend what Python can only print of an error in a destructor.

    Where what is left of a library's file cannot be finished for want of room, nothing is said: the build says that.
    A request to stop, which Python would drop, comes again a moment later.
    """
    usual = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value
        if isinstance(error, KeyboardInterrupt):
            threading.Timer(0.01, os.kill, (os.getpid(), request_of(error))).start()
        elif not (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            usual(unraisable)

    sys.unraisablehook = hook


def give_back_memory() -> None:
    """Return to the system what this process has freed, which glibc keeps where something small stands beside it.

    malloc_trim(3); other libraries know when to.
    """
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)


def end_workers() -> None:
    """End the workers of this process at once, in the midst of what they do."""
    for child in multiprocessing.active_children():
        child.terminate()
