"""Ask whether anything that is pinned has a known vulnerability.

    python -m scripts.audit FILE...

pip-audit reads the pins and asks the OSV service about each. Exit code 1 where a vulnerability is known. Where the
service cannot be reached nothing is known: that is said, and fails in GitHub Actions only, so that the other checks can
be made without a network.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def ask(files: Sequence[Path], service: str | None) -> tuple[list[dict[str, Any]] | None, str]:
    """What pip-audit knows of each dependency, None where it could not ask; and what it said besides."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--vulnerability-service", "osv", "--format", "json"]
    if service:
        command += ["--osv-url", service]
    for file in files:
        command += ["--requirement", str(file)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    try:
        found: list[dict[str, Any]] = json.loads(result.stdout)["dependencies"]
    except (ValueError, LookupError):
        return None, result.stderr
    return found, result.stderr


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask and tell; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.audit", description="Known vulnerabilities of what is pinned.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a requirements file with hashes")
    parser.add_argument("--service", metavar="URL", help="where OSV is asked, if not at its own address")
    values = parser.parse_args(arguments)
    found, said = ask(values.files, values.service)
    if found is None:
        reason = said.strip().splitlines()[-1] if said.strip() else "pip-audit said nothing"
        print(f"THE AUDIT WAS NOT DONE. Nothing is known of the dependencies: {reason}", file=sys.stderr)
        return 1 if os.environ.get("GITHUB_ACTIONS") == "true" else 0
    vulnerable = [(one, vulnerability) for one in found for vulnerability in one.get("vulns", ())]
    for one, vulnerability in vulnerable:
        names = ", ".join([vulnerability["id"], *vulnerability.get("aliases", ())])
        mended = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
        print(f"{one['name']} {one['version']}: {names}; mended in {mended}")
    print(f"{len(found)} dependencies, {len(vulnerable)} known vulnerabilities")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
