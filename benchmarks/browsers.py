"""Chromium and Firefox behind one face: Chromium is driven by Playwright, Firefox by Marionette."""

from __future__ import annotations

import gc
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from marionette_driver.keys import Keys
from marionette_driver.marionette import Marionette
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NAMES = ("chromium", "firefox")


class Driver(Protocol):
    """A page in a real browser."""

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""

    def run(self, script: str, argument: Any = None) -> Any:
        """Run the body of an async function of one `argument` in the page; returns what it returns."""

    def press(self, *keys: str) -> None:
        """Press keys by name, or type single characters, where the focus is."""


def executable(*names: str) -> str:
    """The path of the first program of these names. FileNotFoundError where there is none: make test installs it."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"none of {', '.join(names)} is installed")


class Chromium:
    """Chromium, by Playwright."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Go to an address."""
        self.page.goto(address)

    def run(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page."""
        return self.page.evaluate(f"async (argument) => {{ {script} }}", argument)

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            if len(key) == 1:
                self.page.keyboard.insert_text(key)
            else:
                self.page.keyboard.press(key)


FIREFOX_KEYS = {"Tab": Keys.TAB, "Enter": Keys.ENTER}


class Firefox:
    """Firefox, by Marionette."""

    def __init__(self, marionette: Marionette) -> None:
        self.marionette = marionette

    def open(self, address: str) -> None:
        """Go to an address."""
        self.marionette.navigate(address)

    def run(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page, without the sandbox's own view of its objects."""
        wrapped = f"""
            const [argument, done] = [arguments[0], arguments[arguments.length - 1]];
            const work = (async () => {{ {script} }})();
            work.then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));
        """
        answer = self.marionette.execute_async_script(wrapped, script_args=[argument], sandbox=None)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.marionette.get_active_element().send_keys(FIREFOX_KEYS.get(key, key))


@contextmanager
def open_browser(name: str) -> Iterator[Driver]:
    """A new window of the browser `name`, closed in the end."""
    if name == "chromium":
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(*CHROMIUM), args=FLAGS)
            yield Chromium(browser.new_page())
            browser.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        path = executable("firefox-esr", "firefox")
        with warnings.catch_warnings():
            # While it waits for Firefox it drops sockets that it has not closed.
            warnings.simplefilter("ignore", ResourceWarning)
            marionette = Marionette(bin=path, headless=True, port=0, gecko_log=str(Path(folder) / "gecko.log"))
            marionette.start_session()
            gc.collect()
        marionette.timeout.script = 120
        yield Firefox(marionette)
        marionette.quit()
        marionette.cleanup()
