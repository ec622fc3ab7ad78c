"""The tasks of a build: who does them, how many are done, and how long they take."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed, wait
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from portal.core.memory import rare_garbage_collection, release_memory
from portal.core.problems import UsageError
from portal.core.processes import block_signals, end_workers, init_worker

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def timed(
    function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> tuple[Result, float]:
    """What a function returns, and the seconds that it took. Runs in a worker."""
    begin = time.perf_counter()
    return function(*arguments, **named), time.perf_counter() - begin


class Tasks:
    """Gives tasks to workers, and knows how long they took."""

    def __init__(self, executor: Executor) -> None:
        """`executor` has the workers."""
        self.executor = executor
        self._under_way: set[Future[Any]] = set()
        self.seconds: dict[str, float] = {}
        """Of work, by the name of the tasks; those of all workers are added up."""

    def submit(
        self, name: str, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """Have a function called by a worker, to whom it and its arguments are sent."""
        done: Future[Result] = Future()

        def note(future: Future[tuple[Result, float]]) -> None:
            if future.cancelled():
                done.cancel()
            elif error := future.exception():
                done.set_exception(error)
            else:
                result, seconds = future.result()
                self.seconds[name] = self.seconds.get(name, 0) + seconds
                done.set_result(result)
            # A result is in memory no longer than somebody wants it.
            self._under_way.discard(done)

        # What an executor's stub cannot say: `timed` takes the function that it is to call.
        given: Future[tuple[Result, float]] = self.executor.submit(timed, function, *arguments, **named)  # type: ignore[arg-type]
        self._under_way.add(done)
        given.add_done_callback(note)
        return done

    def wait(self) -> None:
        """Wait until no worker does any of these tasks, also of those whose results nobody wants."""
        wait([*self._under_way])


class _InProcess(Executor):
    """An executor without processes, for one job and for debugging."""

    def submit(
        self, function: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """Run at once, with copies as between processes.

        What is one and the same object shows in what is packed of it, and so in what is taken over from the last site.
        """
        future: Future[Result] = Future()
        try:
            sent = pickle.loads(pickle.dumps((arguments, named)))
            future.set_result(pickle.loads(pickle.dumps(function(*sent[0], **sent[1]))))
        except Exception as error:
            future.set_exception(error)
        return future


class _Processes(ProcessPoolExecutor):
    """Processes that, once a task has ended, return to the system all memory that it took.

    Left to themselves, they free what a task returns only when they have sent it, and wait for the next task with that
    memory: 280 MB of a table of 27 MB.
    """

    def submit(
        self, function: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """See `Executor.submit`."""
        return super().submit(_run, pickle.dumps((function, arguments, named)))


def _run(task: bytes) -> Any:
    """What a function, pickled with its arguments, returns, as it is sent. Runs in a worker."""
    packed = _Packed(_call(*pickle.loads(task)))
    release_memory()
    return packed


def _call(function: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    return function(*arguments, **named)


class _Packed:
    """A value as bytes, which is the value itself again where it arrives."""

    def __init__(self, value: Any) -> None:
        self._data = pickle.dumps(value, protocol=5)

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return pickle.loads, (self._data,)


@contextmanager
def workers(jobs: int, scheduler: str | None = None) -> Iterator[Executor]:
    """Workers, until the block ends: those of the cluster at the address `scheduler`, else `jobs` processes.

    Raises UsageError where a worker has died of what no task says, or the cluster cannot be had.
    """
    try:
        with _cluster(scheduler) if scheduler else _processes(jobs) if jobs > 1 else _InProcess() as pool:
            yield pool
    except BrokenExecutor as error:
        message = "a worker process ended abruptly: perhaps the machine has no memory left, or somebody ended it."
        raise UsageError(f"{message} Nothing was published; build again, or with fewer --jobs.") from error


@contextmanager
def _processes(jobs: int) -> Iterator[Executor]:
    """Processes that are born at once, so that they do not have what this one reads later."""
    pool = _Processes(jobs, initializer=_init_worker)
    try:
        with block_signals():
            pool.submit(os.getpid)
        yield pool
    except BaseException:
        end_workers()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _init_worker() -> None:
    init_worker()
    rare_garbage_collection()


@contextmanager
def _cluster(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask. Install the extra: pip install '.[cluster]'.") from None
    try:
        client: Any = Client(scheduler, timeout=20, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--scheduler: no cluster answers at {scheduler}: {error}.") from error
    with client:
        yield client.get_executor(pure=False)


def in_order_of_completion(futures: Sequence[Future[Result]]) -> Iterator[Result]:
    """The results of futures as they come; the first error ends it."""
    for future in as_completed(futures):
        yield future.result()
