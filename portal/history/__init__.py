"""What the commits of a package changed; the only reader of git.

In: a package in a repository. Out: its releases (`History`), and what they say of each project (`Timeline`).
"""

from portal.history.changelog import (
    ChangelogItem,
    ChangelogKind,
    ChangelogSummary,
    Direction,
    ReleaseChangelog,
    changelog_of,
    compared,
)
from portal.history.changes import CHANGE_COLUMNS, HIDDEN, ProjectChanges, change_rows, gone_by, is_news, typed
from portal.history.diff import Version, compare_tables, read_version
from portal.history.git import Commit, Repository, blob_id, repository_of
from portal.history.published_releases import (
    RELEASES,
    ListedRelease,
    missing_releases,
    read_releases,
    releases_json,
    rewritten_problem,
    without_personal_data,
)
from portal.history.releases import archive, history_sum, read_history
from portal.history.removed_projects import (
    RemovedProject,
    find_removed_projects,
    removed_project_json,
    removed_titles_json,
)
from portal.history.states import States, Unreadable
from portal.history.timeline import Original, Timeline, build_timeline, published_figures, with_published_progress
from portal.history.versions import citable_version, same_version
from portal.history.withheld import is_clean, unknown_erasures, withhold

__all__ = [
    "CHANGE_COLUMNS",
    "HIDDEN",
    "RELEASES",
    "ChangelogItem",
    "ChangelogKind",
    "ChangelogSummary",
    "Commit",
    "Direction",
    "ListedRelease",
    "Original",
    "ProjectChanges",
    "ReleaseChangelog",
    "RemovedProject",
    "Repository",
    "States",
    "Timeline",
    "Unreadable",
    "Version",
    "archive",
    "blob_id",
    "build_timeline",
    "change_rows",
    "changelog_of",
    "citable_version",
    "compare_tables",
    "compared",
    "find_removed_projects",
    "gone_by",
    "history_sum",
    "is_clean",
    "is_news",
    "missing_releases",
    "published_figures",
    "read_history",
    "read_releases",
    "read_version",
    "releases_json",
    "removed_project_json",
    "removed_titles_json",
    "repository_of",
    "rewritten_problem",
    "same_version",
    "typed",
    "unknown_erasures",
    "with_published_progress",
    "withhold",
    "without_personal_data",
]
