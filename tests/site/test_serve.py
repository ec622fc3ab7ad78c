"""`serve` in a real browser: it rebuilds on a change, and a mistake leaves the last good pages up."""

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.building import BUILD, SAMPLE


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "package"))


@pytest.fixture
def address(package: Path, tmp_path: Path) -> Iterator[str]:
    command: list[str | Path] = [
        sys.executable,
        "-u",
        BUILD,
        "serve",
        "--port",
        "0",
        "--package",
        package,
        "--output",
        tmp_path / "site",
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        # As a shell starts what runs in the background: an interrupt must stop it all the same.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert found
    while "Built." not in (line := process.stdout.readline()):
        assert process.poll() is None
        assert "last good ones" not in line, "the first build has failed"
    # The watcher starts a moment after the first build; a pipe that nobody reads would block it.
    reader = threading.Thread(target=process.stdout.read)
    reader.start()
    time.sleep(1)
    yield found[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130
    reader.join()
    process.stdout.close()


def test_a_change_reloads_the_page_and_a_mistake_is_shown_above_the_last_good_one(
    package: Path, address: str, chromium: Browser
) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/projects/91000000-3001/")
    title = page.locator("h1").inner_text()
    projects = package / "data" / "projects.csv"
    good = projects.read_text("utf-8")

    projects.write_text(good.replace(title, f"{title} ใหม่", 1), "utf-8")
    expect(page.locator("h1")).to_have_text(f"{title} ใหม่", timeout=20_000)

    projects.write_text(good.replace("91000000,", "91000009,", 1), "utf-8")
    expect(page.locator("[role=alert]")).to_contain_text('"91000009" is not in data/agencies.csv', timeout=20_000)
    expect(page.locator("h1")).to_have_text(f"{title} ใหม่")

    projects.write_text(good, "utf-8")
    expect(page.locator("h1")).to_have_text(title, timeout=20_000)
    expect(page.locator("[role=alert]")).to_have_count(0)
    page.close()


def test_only_the_site_is_served(address: str, chromium: Browser) -> None:
    page = chromium.new_page()
    for path in ("/../package/datapackage.json", "/%2e%2e/package/datapackage.json", "/nowhere/"):
        response = page.request.get(address + path)
        assert response.status == 404, path
    for path, language in (("/nowhere/", "th"), ("/en/nowhere/", "en")):
        assert f'<html lang="{language}"' in page.request.get(address + path).text()
    page.close()
