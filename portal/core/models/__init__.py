"""The records of a portal and of its site, as all rooms use them: frozen and typed."""

from portal.core.models.history import (
    ERASED,
    Change,
    ChangeKind,
    ChangeScope,
    Erasure,
    History,
    PassedOver,
    PastColumn,
    PastTable,
    Release,
    Withheld,
)
from portal.core.models.languages import LANGUAGES, Bilingual, Language
from portal.core.models.package import KEYS, MAX_DIGITS, MAX_FILE, Allowance, Field, Licence, Package, Resource
from portal.core.models.pages import Document, Note, Page
from portal.core.models.portal import Portal, ProjectIndex, ProjectSummary, project_index, project_summary
from portal.core.models.publications import Citation, Download
from portal.core.models.records import (
    NOT_REPORTED,
    REPORTED_STATUSES,
    Agency,
    Evaluation,
    MonthlyResult,
    ProgressReport,
    Project,
    Revision,
    Source,
    Status,
)
from portal.core.models.thresholds import Thresholds

__all__ = [
    "ERASED",
    "KEYS",
    "LANGUAGES",
    "MAX_DIGITS",
    "MAX_FILE",
    "NOT_REPORTED",
    "REPORTED_STATUSES",
    "Agency",
    "Allowance",
    "Bilingual",
    "Change",
    "ChangeKind",
    "ChangeScope",
    "Citation",
    "Document",
    "Download",
    "Erasure",
    "Evaluation",
    "Field",
    "History",
    "Language",
    "Licence",
    "MonthlyResult",
    "Note",
    "Package",
    "Page",
    "PassedOver",
    "PastColumn",
    "PastTable",
    "Portal",
    "ProgressReport",
    "Project",
    "ProjectIndex",
    "ProjectSummary",
    "Release",
    "Resource",
    "Revision",
    "Source",
    "Status",
    "Thresholds",
    "Withheld",
    "project_index",
    "project_summary",
]
