"""No command runs a program that a repository names."""

import os
import subprocess
import sys
from pathlib import Path

from tests.repository import Repository

ROOT = Path(__file__).parents[2]
HOOKS = ("post-index-change", "post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman")


def plant(repository: Repository, mark: Path) -> dict[str, str]:
    """A program in every place where git looks for one; what it is called by in the environment is returned."""
    program = mark.with_suffix(".sh")
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    program.chmod(0o755)
    settings = {
        **dict.fromkeys(("core.fsmonitor", "core.sshCommand", "core.gitProxy", "core.askPass", "core.pager"), ""),
        **dict.fromkeys(("core.editor", "core.alternateRefsCommand", "credential.helper", "diff.external"), ""),
        **dict.fromkeys(("diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.smudge"), ""),
        **dict.fromkeys(("gpg.program", "gpg.ssh.program", "pager.log", "pager.diff", "merge.x.driver"), ""),
        **dict.fromkeys(("uploadpack.packObjectsHook", "remote.origin.uploadpack", "trailer.x.cmd"), ""),
    }
    settings = dict.fromkeys(settings, str(program)) | {
        "core.hooksPath": str(mark.parent / "hooks"),
        "log.showSignature": "true",
        "alias.log": f"!{program}",
        "alias.cat-file": f"!{program}",
        "filter.x.required": "true",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
        "core.worktree": str(mark.parent),
    }
    for folder in (mark.parent / "hooks", repository.root / ".git" / "hooks"):
        folder.mkdir()
        for hook in HOOKS:
            (folder / hook).write_bytes(program.read_bytes())
            (folder / hook).chmod(0o755)
    attributes = "* filter=x diff=x merge=x\n"
    (repository.root / ".gitattributes").write_text(attributes)
    (repository.root / ".git" / "info" / "attributes").write_text(attributes)
    config = repository.root / ".git" / "config"
    for name, value in settings.items():
        subprocess.run(["git", "config", "--file", config, name, value], check=True)
    names = ("GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_ASKPASS", "GIT_EDITOR", "GIT_PROXY_COMMAND")
    return dict.fromkeys(names, str(program))


def test_no_command_runs_a_program_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    (repository.root / "content").mkdir()
    (repository.root / "content" / "about.md").write_text("new")
    repository.commit("Go on")
    mark = tmp_path / "run" / "ran"
    mark.parent.mkdir()
    # So that git would take the index for outdated, and read the file through its filters.
    (repository.root / "content" / "about.md").write_text("old")
    environment = os.environ | plant(repository, mark)
    site = tmp_path / "site"
    package = ("--package", repository.folder)
    for command in (
        ("build.py", "build", *package, "--output", site, "--jobs", "1"),
        ("build.py", "check", *package),
        ("build.py", "verify", *package, "--output", site, "--jobs", "1"),
        ("build.py", "diff", "HEAD", *package),
    ):
        result = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, env=environment)
        assert result.returncode == 0, result.stderr
        assert not mark.exists(), command
    assert "content/about.md" in result.stdout
