"""The least that another city needs, as docs/another-city.md says."""

import json
from pathlib import Path

import frictionless
from selectolax.lexbor import LexborHTMLParser as Html

from portal.rules.outcomes import mentioned_rules

from tests.building import run_build
from tests.conventions import LIMITS


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
    _says_nothing_that_the_package_cannot_tell(tmp_path / "site")
    assert frictionless.validate(str(tmp_path / "site" / "data" / "datapackage.json")).valid


def _says_nothing_that_the_package_cannot_tell(site: Path) -> None:
    """It has no reports, no money, no dates: no page counts any, or says that somebody did not report."""
    assert not (site / "signals" / "reporting").exists()
    pages = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    assert [name for name, text in pages.items() if "/signals/reporting/" in text] == []
    assert "/signals/reporting/" not in (site / "sitemap.xml").read_text("utf-8")
    overview = Html(pages["en/signals/index.html"]).css_first("section[aria-labelledby=rules]")
    assert overview.css("table") == []
    # It has no tenders and no contracts: no rule on them is mentioned.
    assert len(overview.css("details li")) == len(mentioned_rules(["projects"], LIMITS)) == 12
    assert not (site / "signals" / "single-bidder").exists()
    assert overview.css_first("details summary").text() == "12 rules cannot be checked with these data"
    figures = Html(pages["en/index.html"]).css("dl.figures > div")
    assert [(one.css_first("dt").text(), one.css_first("dd").text()) for one in figures] == [("Projects", "1")]
    # It has no years, policies or strategies: no menu leads to them.
    menu = [link.attributes["href"] for link in Html(pages["index.html"]).css("#menu a")]
    assert "/projects/" in menu
    assert not {"/years/", "/policies/", "/strategies/"}.intersection(menu)
    # No project is said to give no year, where the package could not give one.
    assert not (site / "years" / "unknown").exists()
    assert not [
        name for name, text in pages.items() if "No fiscal year given" in text and name != "en/search/index.html"
    ]
    project = Html(pages["en/projects/A-1/index.html"]).css_first("article.project")
    assert "no report" not in project.text()
    assert project.css_first("section[aria-labelledby=history]") is None
    signals = (site / "data" / "signals.csv").read_text("utf-8").splitlines()
    assert len(signals) == 1
