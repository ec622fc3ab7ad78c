"""The sum of a site is that of its files, whoever reads them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.core.files import plain_file_digest, write_file
from portal.pipeline.executor import workers
from portal.pipeline.manifest import PART, manifest_sum

NAMES = [f"{number}.html" for number in range(PART + 2)]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in NAMES:
        write_file(tmp_path, name, name.encode())
    return tmp_path


def test_processes_threads_and_sums_that_are_known_give_the_same_sum(site: Path) -> None:
    known = {"1.html": plain_file_digest(site / "1.html")}
    with workers(2) as processes, ThreadPoolExecutor() as threads:
        sums = {
            manifest_sum(site, NAMES, {}),
            manifest_sum(site, NAMES, known),
            *(manifest_sum(site, NAMES, {}, e) for e in (processes, threads)),
        }
    assert len(sums) == 1
    (site / "7.html").write_text("another")
    assert manifest_sum(site, NAMES, {}) not in sums


def test_a_link_in_the_place_of_a_file_is_an_error_in_every_process(site: Path) -> None:
    (site / "7.html").unlink()
    (site / "7.html").symlink_to("8.html")
    with workers(2) as processes, pytest.raises(OSError, match=r"7\.html"):
        manifest_sum(site, NAMES, {}, processes)
