"""Processes that end on request, and never live longer than the build that started them."""

from __future__ import annotations

import _thread
import ctypes
import errno
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
"""The signals that ask a build to end: by Ctrl-C, by a service or CI, and by a terminal that is closed."""


class Stopped(KeyboardInterrupt):
    """The build was asked to end by another signal than Ctrl-C."""

    def __init__(self, number: int) -> None:
        """`number` is the number of the signal."""
        super().__init__()
        self.request = signal.Signals(number)


def stop_on_request() -> None:
    """Make every request raise KeyboardInterrupt, as Ctrl-C does, except one that is ignored, as with nohup."""

    def stop(number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code is _hook.__code__:
                # Python drops an exception in this hook as well.
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
    """Ignore requests to stop from now on; returns the handlers before, by signal."""
    return {number: signal.signal(number, signal.SIG_IGN) for number in REQUESTS}


@contextmanager
def ignore_signals() -> Iterator[None]:
    """Ignore requests to stop during the block, which must be short."""
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
    """Delay signals while processes are forked: a child might get one before it can handle it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, REQUESTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def init_worker() -> None:
    """Prepare a worker: only its parent reacts to signals of the terminal, and the worker ends with its parent."""
    # Not SIG_IGN: programs that the worker starts would inherit it.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, REQUESTS)
    die_with_parent()
    silence_destructors()


def die_with_parent() -> None:
    """Ask the system to kill this process when its parent ends for any reason (prctl(2), Linux only)."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def silence_destructors() -> None:
    """Handle errors in destructors, which Python only prints.

    An error of a full disk is not printed, since the build reports it. A request to stop is sent again.
    """
    sys.unraisablehook = _hook


def _hook(unraisable: sys.UnraisableHookArgs) -> None:
    error = unraisable.exc_value
    if isinstance(error, KeyboardInterrupt):
        _send_again(request_of(error))
    elif not (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
        sys.__unraisablehook__(unraisable)


def _send_again(number: int) -> None:
    """Send a signal to this process in 10 ms. Does not wait, unlike the start of a `threading.Timer`."""

    def send() -> None:
        time.sleep(0.01)
        os.kill(os.getpid(), number)

    _thread.start_new_thread(send, ())


def end_workers() -> None:
    """End the workers of this process at once, whatever they are doing."""
    for child in multiprocessing.active_children():
        child.terminate()
