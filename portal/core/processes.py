"""Processes that end when they are asked to, and never outlive the build that started them."""

from __future__ import annotations

import _thread
import ctypes
import errno
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What asks a build to end: Ctrl-C, a service or CI, and a terminal that is closed."""


class Stopped(KeyboardInterrupt):
    """The build was asked to end by another signal than Ctrl-C."""

    def __init__(self, number: int) -> None:
        """`number` is that of the signal."""
        super().__init__()
        self.request = signal.Signals(number)


def stop_on_request() -> None:
    """Let every request end this process as Ctrl-C does: tidily. One that is ignored, as after nohup, stays so."""

    def stop(number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code is _hook.__code__:
                # What is raised there is dropped too.
                _send_again(number)
                return
            frame = frame.f_back
        raise KeyboardInterrupt if number == signal.SIGINT else Stopped(number)

    for number in REQUESTS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def request_of(error: KeyboardInterrupt) -> signal.Signals:
    """The signal that asked this process to stop."""
    return error.request if isinstance(error, Stopped) else signal.SIGINT


def ignore_requests_to_stop() -> dict[signal.Signals, Any]:
    """Let requests to stop pass by from now on; returns what was done with them before, by signal."""
    return {number: signal.signal(number, signal.SIG_IGN) for number in REQUESTS}


@contextmanager
def ignore_signals() -> Iterator[None]:
    """Let requests to stop pass by: the block is short, and must not be left half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = ignore_requests_to_stop()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def block_signals() -> Iterator[None]:
    """Let no signal in while processes are forked: a child would take it before it is ready for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, REQUESTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def init_worker() -> None:
    """Leave what a terminal sends to the parent, and end when it ends: the first thing that a worker does."""
    # Not SIG_IGN, which the programs that a worker starts would inherit.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, REQUESTS)
    die_with_parent()
    silence_destructors()
    # Workers make many objects, and few that only the collector could free.
    gc.set_threshold(50_000, 20, 50)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, in whatever way (prctl(2), Linux)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def silence_destructors() -> None:
    """Mend what Python can only print of an error in a destructor.

    Where what is left of a library's file cannot be finished for want of room, nothing is said: the build says that.
    A request to stop, which Python would drop, comes again a moment later.
    """
    sys.unraisablehook = _hook


def _hook(unraisable: sys.UnraisableHookArgs) -> None:
    error = unraisable.exc_value
    if isinstance(error, KeyboardInterrupt):
        _send_again(request_of(error))
    elif not (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
        sys.__unraisablehook__(unraisable)


def _send_again(number: int) -> None:
    """Send a signal to this process in 10 ms. Waits for nothing, as starting a `threading.Timer` does."""

    def send() -> None:
        time.sleep(0.01)
        os.kill(os.getpid(), number)

    _thread.start_new_thread(send, ())


def end_workers() -> None:
    """End the workers of this process at once, in the midst of what they do."""
    for child in multiprocessing.active_children():
        child.terminate()
