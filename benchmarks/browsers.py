"""Chromium, Firefox and WebKit behind one face: they are driven by Playwright, by Marionette and by WebDriver."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from marionette_driver.keys import Keys
from marionette_driver.marionette import Marionette
from playwright.sync_api import sync_playwright
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NAMES = ("chromium", "firefox", "webkit")


class Driver(Protocol):
    """A page in a real browser."""

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""

    def run(self, script: str, argument: Any = None) -> Any:
        """Run the body of an async function of one `argument` in the page; returns what it returns."""

    def press(self, *keys: str) -> None:
        """Press keys by name, or type single characters, where the focus is."""

    def resize(self, width: int, height: int) -> None:
        """Make the window so large inside, in CSS pixels."""

    def complaints(self) -> list[str]:
        """What the browser and the scripts of the pages said in the console since this was last asked."""


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
        self._said: list[str] = []
        page.on("console", lambda message: self._said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self._said.append(f"{page.url}: {error}"))

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

    def resize(self, width: int, height: int) -> None:
        """Resize the page."""
        self.page.set_viewport_size({"width": width, "height": height})

    def complaints(self) -> list[str]:
        """The messages of the console."""
        said, self._said[:] = [*self._said], []
        return said


KEYS = {"Tab": Keys.TAB, "Enter": Keys.ENTER, "Escape": Keys.ESCAPE}
"""The code points by which WebDriver and Marionette name keys (https://www.w3.org/TR/webdriver2/#keyboard-actions)."""


def _with_callback(script: str) -> str:
    """The body of an async function of one `argument`, as a script that calls back with what it returns or throws."""
    return f"""
        const [argument, done] = [arguments[0], arguments[arguments.length - 1]];
        const work = (async () => {{ {script} }})();
        work.then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));
    """


def _value(answer: dict[str, Any]) -> Any:
    """What such a script returned. RuntimeError with what it threw."""
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer.get("value")


FIREFOX_COMPLAINTS = """
    const said = Services.console.getMessageArray().filter((one) => one instanceof Ci.nsIScriptError)
      .map(({ sourceName, errorMessage }) => `${sourceName}: ${errorMessage}`)
      .filter((complaint) => complaint.includes("http://127.0.0.1:"));
    Services.console.reset();
    return said;
"""
"""What Firefox itself says of pages. What they log with `console` it keeps elsewhere, but the others tell that."""


class Firefox:
    """Firefox, by Marionette."""

    def __init__(self, marionette: Marionette) -> None:
        self.marionette = marionette

    def open(self, address: str) -> None:
        """Go to an address."""
        self.marionette.navigate(address)

    def run(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page, without the sandbox's own view of its objects."""
        script = _with_callback(script)
        return _value(self.marionette.execute_async_script(script, script_args=[argument], sandbox=None))

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.marionette.get_active_element().send_keys(KEYS.get(key, key))

    def resize(self, width: int, height: int) -> None:
        """Resize the window, which else would not be narrower than its toolbar."""
        with self.marionette.using_context("chrome"):
            self.marionette.execute_script("document.documentElement.style.minWidth = 0")
        frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.marionette.set_window_rect(width=width + frame[0], height=height + frame[1])

    def complaints(self) -> list[str]:
        """The errors and warnings of the browser's console."""
        with self.marionette.using_context("chrome"):
            said: list[str] = self.marionette.execute_script(FIREFOX_COMPLAINTS)
        return said


class WebKit:
    """WebKit, by WebDriver: the engine of every browser on an iPhone, here in the small browser of WebKitGTK."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        """Go to an address."""
        self.driver.get(address)

    def run(self, script: str, argument: Any = None) -> Any:
        """Run a script in the page."""
        return _value(self.driver.execute_async_script(_with_callback(script), argument))

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(KEYS.get(key, key))

    def resize(self, width: int, height: int) -> None:
        """Resize the window."""
        frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.driver.set_window_rect(0, 0, width + frame[0], height + frame[1])

    def complaints(self) -> list[str]:
        """What the open page said, where its server put a script into it that listens: WebDriver reads no console."""
        said: list[str] = self.run("return (window.complaints ?? []).splice(0)")
        return [f"{self.driver.current_url}: {one}" for one in said]


@contextmanager
def open_browser(name: str) -> Iterator[Driver]:
    """A new window of the browser `name`, closed in the end."""
    opened = {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}[name]
    with opened() as driver:
        yield driver


@contextmanager
def _chromium() -> Iterator[Driver]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(*CHROMIUM), args=FLAGS)
        yield Chromium(browser.new_page())
        browser.close()


@contextmanager
def _firefox() -> Iterator[Driver]:
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


# The toolbar of WebKitGTK's browser would keep the window wider than a phone.
NARROW_TOOLBAR = "* { min-width: 0; min-height: 0; margin: 0; padding: 0; border: 0; font-size: 1px; }"


@contextmanager
def _webkit() -> Iterator[Driver]:
    with tempfile.TemporaryDirectory() as folder, _screen() as display:
        styles = Path(folder) / "gtk-3.0" / "gtk.css"
        styles.parent.mkdir()
        styles.write_text(NARROW_TOOLBAR)
        environment = os.environ | {"DISPLAY": display, "GDK_BACKEND": "x11", "XDG_CONFIG_HOME": folder}
        if os.geteuid() == 0:
            # Its sandbox does not start as root; nor does that of Chromium, see FLAGS.
            environment["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        service = Service(executable("WebKitWebDriver"), env=environment)
        options = Options()
        options.add_argument("--automation")
        driver = webdriver.WebKitGTK(options=options, service=service)
        driver.set_script_timeout(120)
        yield WebKit(driver)
        driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody sees, by its name; WebKitGTK has no window without one."""
    reading, writing = os.pipe()
    command = [executable("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as lines:
                number = lines.readline().strip()
            yield f":{number}"
        finally:
            server.terminate()
