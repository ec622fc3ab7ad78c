#!/usr/bin/env python3
"""Build a city's transparency portal from its open-data package: the command line."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from portal.cli import FORMATS, Reporter
from portal.core.cache import Cache
from portal.core.calendars import CALENDARS, FIRST_DAY, LAST_DAY
from portal.core.config import read_config
from portal.core.github_summary import publish_summary
from portal.core.models import ERASED
from portal.core.problems import BuildError, UsageError
from portal.core.processes import (
    ignore_requests_to_stop,
    request_of,
    silence_destructors,
    stop_on_request,
)
from portal.core.program import ROOT
from portal.package import locate_descriptor
from portal.pipeline import BuildOptions, Progress, available_cores, build, check, compare_sites, diff_report, verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0 when all is well, 1 for problems in data or content, 2 for a wrong command."""
    values = _parse(sys.argv[1:] if arguments is None else arguments)
    reporter = Reporter(values.format, sys.stdout, sys.stderr, every_row=values.every_row)
    command: Callable[[argparse.Namespace, Reporter], int] = values.run
    try:
        stop_on_request()
        silence_destructors()
        return command(values, reporter)
    except BuildError as error:
        outcome = "written" if command in (_import, _new) else "published"
        reporter.problems(error.problems, locate_descriptor(values.package).parent, outcome)
        return 1
    except UsageError as error:
        reporter.usage(str(error))
        return 2
    except KeyboardInterrupt as error:
        # After SIGHUP there may be nobody to read it.
        with suppress(OSError):
            reporter.usage("stopped; nothing was published" if command is _build else "stopped")
        return 128 + request_of(error)


def _build(values: argparse.Namespace, reporter: Reporter) -> int:
    site = build(_options(values), reporter)
    if site is None:
        reporter.unchanged(values.output)
    else:
        reporter.done(site.projects, site.pages, site.rendered, site.sizes, values.output)
    if values.timings:
        _write_timings(values.timings, reporter.timings())
    return 0


def _check(values: argparse.Namespace, reporter: Reporter) -> int:
    result = check(_options(values), reporter)
    reporter.notices(result.notices)
    reporter.checked(result.portal, result.documents)
    return 0


def _verify(values: argparse.Namespace, reporter: Reporter) -> int:
    result = verify(_options(values))
    reporter.verified(values.output, result.differences, same_program=result.same_program)
    return 1 if result.differences else 0


def _diff(values: argparse.Namespace, _: Reporter) -> int:
    if len(values.sides) == 2:
        for name, happened in compare_sites(*map(Path, values.sides)):
            print(f"{happened:<7}  {name}")
        return 0
    options = _options(values)
    config = read_config(ROOT / "pyproject.toml", options.base_url)
    lines = diff_report(
        options.package,
        values.sides[0] if values.sides else "HEAD",
        config,
        Cache(options.cache),
        lambda: check(options, Progress()).portal,
    )
    publish_summary(lines)
    return 0


def _serve(values: argparse.Namespace, _: Reporter) -> int:
    # Its libraries take time to load, and no other command needs them.
    from portal.cli.development_server import serve

    config = read_config(ROOT / "pyproject.toml", values.base_url)
    descriptor = locate_descriptor(values.package)
    parts = ("content", "templates", "locales", "portal", "pyproject.toml", "build.py")
    watched = [*(ROOT / name for name in parts), descriptor]
    watched += [descriptor.parent / name for name in ("data", "content", ERASED)]
    command = [sys.executable, str(ROOT / "build.py"), "build", "--format", "json", "--patterns", "--accept-rewritten"]
    command += ["--package", str(descriptor), "--output", str(values.output), "--base-url", config.base_url]
    command += ["--jobs", str(values.jobs), "--cache-dir", str(values.cache)]
    serve(command, watched, values.output, config.base_path, values.host, values.port)
    return 0


def _import(values: argparse.Namespace, reporter: Reporter) -> int:
    # Its libraries take time to load, and no other command needs them.
    from portal.imports import OcdsOptions, import_csv, import_ocds

    config = read_config(ROOT / "pyproject.toml")
    if values.kind == "csv":
        if len(values.files) != 1 or values.mapping is None or values.skip_broken:
            raise UsageError("import csv takes one FILE and --mapping MAPPING.toml.")
        result = import_csv(
            *(values.files[0], values.mapping, values.package),
            *(config.person_titles, config.conventions, values.created),
        )
    elif values.mapping is not None:
        raise UsageError("import ocds takes no --mapping.")
    else:
        options = OcdsOptions(
            *(config.timezone, config.person_titles, config.year_in_budget_id, config.conventions, values.skip_broken)
        )
        result = import_ocds(values.files, values.package, options, values.created)
    reporter.notices(result.notices)
    reporter.imported(result)
    return 0


def _new(values: argparse.Namespace, reporter: Reporter) -> int:
    # Its libraries take time to load, and no other command needs them.
    from portal.cli.new_city import NewCityOptions, new_city

    settings = {key: value for key, value in vars(values).items() if key.startswith(SETTINGS) and value is not None}
    options = NewCityOptions(values.folder, values.csv, values.mapping, values.column, settings, values.yes)
    new_city(options, reporter, sys.stdin.isatty() and sys.stdout.isatty())
    return 0


def _options(values: argparse.Namespace) -> BuildOptions:
    names = ("package", "output", "base_url", "jobs", "cache", "scheduler", "patterns", "accept_rewritten")
    return BuildOptions(**{name: value for name, value in vars(values).items() if name in names})


def _write_timings(file: Path, timings: Mapping[str, Any]) -> None:
    """Write what took how long as JSON. Raises UsageError where that cannot be written; the site is published."""
    try:
        file.write_text(json.dumps(timings, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"--timings: {file}: {error.strerror}. The site is published.") from error


COMMANDS: Mapping[str, tuple[Callable[[argparse.Namespace, Reporter], int], str]] = {
    "build": (_build, "build the site (the default)"),
    "check": (_check, "validate the data and the content, and write nothing"),
    "diff": (_diff, "say what would change in the site, against a commit or a tag; or which files of two sites differ"),
    "import": (_import, "bring data of another system into the package: files of OCDS, or a spreadsheet"),
    "new": (_new, "make the repository of a new city from a CSV of its projects, and build its site"),
    "serve": (_serve, "build, serve on this machine, and rebuild on every change"),
    "verify": (_verify, "compare a published folder with a fresh build"),
}


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command and its options; argparse itself exits with 2 where they are wrong."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    subparsers = {}
    for name, (run, text) in COMMANDS.items():
        subparsers[name] = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        subparsers[name].set_defaults(run=run, format="text", every_row=False)
        if name == "new":
            _add_new(subparsers[name], arguments)
            continue
        _add_package(subparsers[name])
        if name != "import":
            _add_common(subparsers[name])
    for name in ("build", "check", "import", "verify"):
        _add_reporting(subparsers[name])
    _add_building(subparsers["build"])
    _add_serving(subparsers["serve"])
    _add_importing(subparsers["import"])
    sides = "a commit or a tag (default: HEAD, the last commit); or two folders of sites, the older one first"
    subparsers["diff"].add_argument("sides", nargs="*", metavar="REV | SITE SITE", help=sides)
    is_option = not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help"))
    values = parser.parse_args(["build", *arguments] if is_option else arguments)
    if getattr(values, "jobs", 1) < 1:
        parser.error("--jobs must be 1 or more")
    if len(getattr(values, "sides", ())) > 2:
        parser.error("diff takes a commit, or two sites")
    return values


def _add_common(parser: argparse.ArgumentParser) -> None:
    defaults = BuildOptions()
    add = parser.add_argument
    add("--output", type=Path, default=defaults.output, metavar="DIR", help="where the site is published")
    add("--base-url", metavar="URL", help="the address at which the site will be found")
    add("--jobs", type=int, default=available_cores(), metavar="N", help="processes (default: one for each core)")
    cache = "where results are cached between builds (default: .cache beside build.py)"
    add("--cache-dir", type=Path, default=defaults.cache, dest="cache", metavar="DIR", help=cache)


def _add_package(parser: argparse.ArgumentParser) -> None:
    text = "a datapackage.json or its folder"
    parser.add_argument("--package", type=Path, default=BuildOptions().package, metavar="PATH", help=text)


def _add_reporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, help="how problems are printed (default: text)")
    every_row = "name every row of a mistake that many rows have"
    parser.add_argument("--all", action="store_true", dest="every_row", help=every_row)


def _add_building(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--patterns", action="store_true", help="also build /patterns/: every component on one page")
    add("--accept-rewritten", action="store_true", help="build although a published release left the history")
    add("--scheduler", metavar="tcp://…", help="have a Dask cluster do the work, over a shared folder")
    add("--timings", type=Path, metavar="FILE", help="write what took how long as JSON")


def _add_importing(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("kind", choices=("ocds", "csv"), help="packages of OCDS 1.1, also compressed with gzip; or a CSV in UTF-8")
    add("files", nargs="+", type=Path, metavar="FILE", help="what is imported; of csv one file")
    mapping = "csv: a TOML file that says which column of it is which column of the package"
    add("--mapping", type=Path, metavar="MAPPING.toml", help=mapping)
    created = "where data change: raise the version of the package, and date it to this day, such as 2026-11-29"
    add("--created", type=_day, metavar="DAY", help=created)
    add(
        "--skip-broken",
        action="store_true",
        help="ocds: leave out the processes that break the standard, and name them",
    )


SETTINGS = (
    *("name", "city", "languages", "currency", "country", "calendar", "fiscal_year_start", "fiscal_year_named_by"),
    *("timezone", "base_url", "corrections_email"),
)
"""The options of `new` that become settings, or say what they are."""


def _add_new(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> None:
    parser.set_defaults(package=ROOT)
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="the folder to make, which must be new or empty")
    add("--csv", type=Path, metavar="FILE", help="the projects, a row each, with a header")
    mapping = "what the columns of the CSV are, as import csv reads it (default: they are guessed)"
    add("--mapping", type=Path, metavar="MAPPING.toml", help=mapping)
    column = "what a column of the CSV is: a column of projects, + for one of its own, nothing to leave it out"
    add("--column", action="append", default=[], metavar="HEADING=COLUMN", help=column)
    add("--languages", metavar="CODES", help="the languages of the site with commas, that of the data first")
    add("--city", metavar="TEXT", help="the name of the city; in further languages with the code behind the option")
    add("--name", metavar="TEXT", help="the name of the portal, likewise")
    for key in sorted({one.split("=")[0] for one in arguments if re.match("--(?:city|name)-[a-z]{2,3}(?:=|$)", one)}):
        add(key, metavar="TEXT", help=argparse.SUPPRESS)
    add("--currency", metavar="CODE", help="by ISO 4217, such as USD")
    add("--country", metavar="CODE", help="by ISO 3166, such as US (default: that of the currency)")
    add("--calendar", metavar="NAME", help=f"of the pages: {' or '.join(CALENDARS)}")
    add("--fiscal-year-start", metavar="MONTH-DAY", help="its first day, such as 07-01")
    add("--fiscal-year-named-by", metavar="NAME", help="the year of its start, or of its end (the default)")
    add("--timezone", metavar="ZONE", help="by the IANA database (default: the first one of the country)")
    add("--base-url", metavar="URL", help="the address at which the site will be found")
    add("--corrections-email", metavar="ADDRESS", help="where corrections go")
    add("--yes", action="store_true", help="ask nothing: take what is sure, and the defaults")


def _day(text: str) -> date:
    """The argument of `--created`; argparse names its option where this raises."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"{text} is not from {FIRST_DAY} to {LAST_DAY}, in the common era")
    return day


def _add_serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="where to listen (default: 8000)")


if __name__ == "__main__":
    code = main()
    # All is said, and Python's own end takes a moment, in which it would end with the code of one that was stopped.
    ignore_requests_to_stop()
    sys.exit(code)
