"""The least that another city needs, as the README says."""

import json
from pathlib import Path

from building import run_build


def test_a_package_of_two_columns_is_a_portal_with_every_page_of_patterns(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "data").mkdir(parents=True)
    (package / "data" / "projects.csv").write_text("project_id,title,priority\nA-1,One project,high\n")
    fields = [{"name": name, "type": "string", "title": name} for name in ("project_id", "title", "priority")]
    content = {
        "name": "small-city",
        "title": "Projects",
        "version": "1",
        "created": "2026-01-01T00:00:00Z",
        "resources": [{"name": "projects", "path": "data/projects.csv", "schema": {"fields": fields}}],
    }
    (package / "datapackage.json").write_text(json.dumps(content))
    result = run_build("--package", package, "--output", tmp_path / "site", "--patterns")
    assert result.returncode == 0, result.stdout + result.stderr
    page = (tmp_path / "site" / "projects" / "A-1" / "index.html").read_text("utf-8")
    assert "priority" in page
    assert "high" in page
    assert (tmp_path / "site" / "patterns" / "index.html").is_file()
