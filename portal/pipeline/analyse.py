"""The step in which each project is judged, planned and written, one after the other.

It is a stream: all that is planned of 100,000 projects is larger than the memory of a small machine. So a project is
freed once it stands in the page store and in the table of findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from portal.core.cache import Cache
from portal.core.config import SiteConfig
from portal.core.memory import consume
from portal.core.models import Download, History, Portal, Project
from portal.exports import ExportJob, TableWriter, table_lines
from portal.history import (
    CHANGE_COLUMNS,
    Timeline,
    build_timeline,
    change_rows,
    with_first_amounts,
    with_published_progress,
)
from portal.pipeline.page_store import ProjectShards, Shards, project_entry
from portal.pipeline.saved_findings import SavedFindings
from portal.rules import (
    FINDING_COLUMNS,
    AgencyValues,
    Findings,
    RuleRunner,
    RuleTransitions,
    fields_of,
    finding_rows,
    judged_by,
    read_finding_rows,
)
from portal.site import ProjectBackgrounds, ProjectExample, ProjectExamples


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known once each project has been judged."""

    findings: Findings
    shards: Shards
    """The projects and their pages."""
    examples: tuple[ProjectExample, ...]
    """Projects for the page of all components."""
    table: Download
    """The findings."""


def load_timeline(
    portal: Portal, history: History, config: SiteConfig, cache: Cache, agency_values: AgencyValues
) -> tuple[Portal, Timeline]:
    """What releases say of each project; and the portal, which knows the published progress and the first amounts."""
    portal = with_first_amounts(with_published_progress(portal, history), history)
    cache = cache.by_code("transitions", "portal/core", "portal/history", "portal/rules")
    name = f"{judged_by(portal.package, config.signals)}/{history.identity}"
    cached = cache.get(name)
    cached = cached if isinstance(cached, dict) else {}
    fiscal = portal.package.conventions.fiscal
    transitions = RuleTransitions(
        config.signals, fields_of(portal.package), fiscal, cached, agency_values=agency_values
    )
    timeline = build_timeline(portal, history, transitions)
    if transitions.requested.keys() != transitions.cached.keys():
        cache.put(name, transitions.requested)
    return portal, timeline


def stream_projects(
    runner: RuleRunner,
    projects: list[Project],
    backgrounds: ProjectBackgrounds,
    saved: Callable[[int | None], SavedFindings],
    examples: ProjectExamples | None,
    job: ExportJob,
    folder: Path,
    year_is_written: Callable[[Shards], None],
) -> Analysis:
    """Judge each project, and write it: into shards in `folder`, and into the table of the findings.

    The newest fiscal year comes first, projects without one last; after each, `year_is_written` is called with its
    shards, so that workers have them while the others are judged. What is known of a project since the last build, in
    what is `saved` of its year, is not found out again. Empties the list of `projects`, which are in the order of ids.
    """
    # It leaves those of a year in the order of their ids.
    projects.sort(key=lambda project: -(project.fiscal_year or 0))
    languages = len(job.package.conventions.languages)
    counts, written = Counter(project.fiscal_year for project in projects), Shards()
    with TableWriter(job.folder, job.free_table("signals"), "signals", FINDING_COLUMNS) as table:
        for year, of_year in groupby(consume(projects), key=lambda project: project.fiscal_year):
            with ProjectShards(folder, year, counts[year], languages) as shards, saved(year) as findings:
                for project in of_year:
                    background = backgrounds.of(project, runner.agency_values(project))
                    entry = project_entry(project, background)
                    lines = findings.get(entry)
                    if lines is None:
                        found = runner.observe(project)
                        lines = table_lines(finding_rows(project, found))
                        findings.put(entry, lines)
                    else:
                        found = runner.reuse(project, read_finding_rows(lines))
                    shards.add(entry, [finding.rule.name for finding in found if finding.found])
                    table.write_lines(lines)
                    if examples:
                        examples.add(project, background)
            written.update(shards.written)
            year_is_written(shards.written)
    return Analysis(runner.findings(), written, examples.chosen() if examples else (), table.download)


def write_changes(timeline: Timeline, job: ExportJob) -> Download:
    """Write the table of all changes."""
    with TableWriter(job.folder, job.free_table("changes"), "changes", CHANGE_COLUMNS) as table:
        table.write(change_rows(timeline.history))
    return table.download
