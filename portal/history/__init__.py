"""What the commits of a package changed; the only reader of git.

In: a package in a repository. Out: its releases (`History`), and what they say of each project (`Timeline`).
"""

from portal.history.changelog import (
    ChangelogSummary,
    ReleaseChangelog,
    compare_releases,
    first_of_each_kind,
    item_order,
    summarise_items,
)
from portal.history.changelog_items import ChangelogItem, ChangelogKind, Direction, changelog_of
from portal.history.changes import CHANGE_COLUMNS, SAME_VALUE_KINDS, ProjectChanges, change_rows, removed_by
from portal.history.diff import compare_tables
from portal.history.erasures import unknown_erasures
from portal.history.new_repository import commit_first_release
from portal.history.published_releases import (
    RELEASES,
    ListedRelease,
    missing_releases,
    read_releases,
    releases_json,
    rewritten_problem,
    without_personal_data,
)
from portal.history.record_versions import RecordVersions, find_record_versions
from portal.history.releases import (
    WorkingChanges,
    cache_history,
    changes_since,
    history_digest,
    read_history,
    release_files,
)
from portal.history.removed_projects import RemovedProject, find_removed_projects, removed_titles_json
from portal.history.stored_states import UnreadablePackage
from portal.history.tables import TableVersion, read_table
from portal.history.timeline import (
    Original,
    Timeline,
    build_timeline,
    first_amounts,
    published_figures,
    with_first_amounts,
    with_published_progress,
)
from portal.history.values import cell_value
from portal.history.versions import citable_version, same_version, with_citable_versions
from portal.history.withheld import is_clean, withhold

__all__ = [
    "CHANGE_COLUMNS",
    "RELEASES",
    "SAME_VALUE_KINDS",
    "ChangelogItem",
    "ChangelogKind",
    "ChangelogSummary",
    "Direction",
    "ListedRelease",
    "Original",
    "ProjectChanges",
    "RecordVersions",
    "ReleaseChangelog",
    "RemovedProject",
    "TableVersion",
    "Timeline",
    "UnreadablePackage",
    "WorkingChanges",
    "build_timeline",
    "cache_history",
    "cell_value",
    "change_rows",
    "changelog_of",
    "changes_since",
    "citable_version",
    "commit_first_release",
    "compare_releases",
    "compare_tables",
    "find_record_versions",
    "find_removed_projects",
    "first_amounts",
    "first_of_each_kind",
    "history_digest",
    "is_clean",
    "item_order",
    "missing_releases",
    "published_figures",
    "read_history",
    "read_releases",
    "read_table",
    "release_files",
    "releases_json",
    "removed_by",
    "removed_titles_json",
    "rewritten_problem",
    "same_version",
    "summarise_items",
    "unknown_erasures",
    "with_citable_versions",
    "with_first_amounts",
    "with_published_progress",
    "withhold",
    "without_personal_data",
]
