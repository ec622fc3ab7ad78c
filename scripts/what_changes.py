"""Say, in Markdown, what would change against a commit: `python -m scripts.what_changes BASE [--package PATH]`."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

from build import HERE, Options, read_inputs, readable_history
from portal.cli import Reporter
from portal.core.cache import Cache
from portal.core.config import read_config
from portal.core.markdown import publish_summary
from portal.core.models import Portal
from portal.pipeline import diff_report


def main(arguments: Sequence[str] | None = None) -> None:
    """Say what would change."""
    parser = argparse.ArgumentParser(prog="scripts.what_changes", description="Say, in Markdown, what would change.")
    parser.add_argument("base", metavar="BASE", help="the commit to compare with")
    parser.add_argument("--package", type=Path, default=HERE, metavar="PATH", help="a datapackage.json or its folder")
    values = parser.parse_args(arguments)
    options = Options(
        values.package, HERE / "site", None, 1, "text", "", 0, patterns=False, scheduler=None, timings=None
    )
    config = read_config(HERE / "pyproject.toml")

    def read_checked() -> Portal:
        portal = read_inputs(options, config).portal
        readable_history(portal, options, Reporter("text", io.StringIO(), io.StringIO()))
        return portal

    publish_summary(diff_report(values.package, values.base, config, Cache(options.cache), read_checked))


if __name__ == "__main__":
    main()
