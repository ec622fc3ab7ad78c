"""Who does the tasks of a build: this process or others, with the same results."""

import os
import pickle
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from portal.core.problems import UsageError
from portal.pipeline.executor import Tasks, workers


def identity(value: object) -> object:
    return value


def append(values: list[int]) -> tuple[list[int], int]:
    values.append(4)
    return values, os.getpid()


OWN: list[int] = []
"""What a worker has for itself."""


def own() -> list[int]:
    return OWN


def long_texts(returned: list[str]) -> tuple[list[str], tuple[int, int]]:
    """Adds texts of 100 MB, between which there stay others of 1 MB; and what `memory` said before."""
    before = memory()
    for number in range(1_000):
        returned.append(f"{number:0100000}")
        STAYING.append(f"{number:01000}")
    return returned, before


STAYING: list[str] = []


def memory() -> tuple[int, int]:
    """The process, and the bytes that it has in memory now."""
    time.sleep(0.05)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return os.getpid(), pages * resource.getpagesize()


def sleep() -> None:
    time.sleep(0.05)


def write_late(file: Path) -> None:
    time.sleep(0.05)
    file.touch()


def fail(text: str) -> None:
    raise LookupError(text)


def die() -> None:
    os._exit(9)


@pytest.fixture(params=[1, 2])
def tasks(request: pytest.FixtureRequest) -> Iterator[Tasks]:
    with workers(request.param) as pool:
        yield Tasks(pool)


def test_a_task_works_on_copies_whoever_does_it(tasks: Tasks) -> None:
    values = [1, 2]
    result, _ = tasks.submit("a", append, values).result()
    assert result == [1, 2, 4]
    assert values == [1, 2]
    assert tasks.submit("a", own).result() is not OWN


def test_what_is_returned_is_packed_the_same_whoever_does_it() -> None:
    """What is one object twice, and what is two that are alike, are packed in different ways."""
    packed = []
    for jobs in (1, 2):
        with workers(jobs) as pool:
            text = "".join(["no", "te"])
            packed.append(pickle.dumps(Tasks(pool).submit("a", identity, (text, text, "".join(["no", "te"]))).result()))
    assert packed[0] == packed[1]


def test_a_worker_does_not_wait_with_the_memory_of_what_it_has_returned() -> None:
    with workers(2) as pool:
        _, (process, before) = pool.submit(long_texts, []).result()
        after = dict(future.result() for future in [pool.submit(memory) for _ in range(8)])
    assert after[process] - before < 20_000_000


def test_the_error_of_a_task_is_raised_where_its_result_is_asked_for(tasks: Tasks) -> None:
    future: Future[None] = tasks.submit("a", fail, "nothing here")
    with pytest.raises(LookupError, match="nothing here"):
        future.result()
    assert tasks.seconds == {}


def test_all_tasks_can_be_waited_for_also_those_that_fail(tasks: Tasks, tmp_path: Path) -> None:
    for number in range(3):
        tasks.submit("a", write_late, tmp_path / f"{number}")
    tasks.submit("a", fail, "no")
    tasks.wait()
    assert len([*tmp_path.iterdir()]) == 3


def test_the_seconds_of_tasks_of_one_name_are_added_up(tasks: Tasks) -> None:
    for name in ("pages", "pages", "index"):
        tasks.submit(name, sleep).result()
    assert tasks.seconds.keys() == {"pages", "index"}
    assert tasks.seconds["pages"] >= 0.1


def test_one_job_is_done_by_this_process_and_two_by_others() -> None:
    for jobs, here in ((1, True), (2, False)):
        with workers(jobs) as pool:
            _, process = Tasks(pool).submit("a", append, []).result()
            assert (process == os.getpid()) is here


def test_a_worker_that_dies_is_said_in_words() -> None:
    def run() -> None:
        with workers(2) as pool:
            Tasks(pool).submit("a", die).result()

    with pytest.raises(UsageError, match=r"a worker process ended abruptly.* Nothing was published"):
        run()
