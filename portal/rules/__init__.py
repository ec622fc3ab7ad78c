"""What is judged: constraints that stop a build, anomalies that are published as they are, observations, quality.

In: a `Portal` and what its releases say. Out: problems, findings on each project, and reports on the whole package.
"""

from portal.rules.agencies import AgencyValues, agency_values
from portal.rules.constraints import check_portal
from portal.rules.double_counts import counterparts, possible_duplicates
from portal.rules.findings import (
    FINDING_COLUMNS,
    LATE,
    MISSING,
    Finding,
    FindingRow,
    Findings,
    ProjectJudge,
    RuleResult,
    RuleRunner,
    finding_rows,
    input_titles,
    meanings,
    project_judge,
    read_finding_rows,
    rule_titles,
)
from portal.rules.needs import REPORTS, unmet
from portal.rules.observations import OBSERVATIONS
from portal.rules.quality import AgencyCompleteness, Quality, missing_figures, quality_json, quality_report
from portal.rules.registry import ObservationRule
from portal.rules.reporting_rates import ReportingRates
from portal.rules.status import ProjectStatus, Timing, project_status
from portal.rules.supplier_contracts import with_supplier_contracts
from portal.rules.transitions import RuleTransitions, fields_of, judged_by

__all__ = [
    "FINDING_COLUMNS",
    "LATE",
    "MISSING",
    "OBSERVATIONS",
    "REPORTS",
    "AgencyCompleteness",
    "AgencyValues",
    "Finding",
    "FindingRow",
    "Findings",
    "ObservationRule",
    "ProjectJudge",
    "ProjectStatus",
    "Quality",
    "ReportingRates",
    "RuleResult",
    "RuleRunner",
    "RuleTransitions",
    "Timing",
    "agency_values",
    "check_portal",
    "counterparts",
    "fields_of",
    "finding_rows",
    "input_titles",
    "judged_by",
    "meanings",
    "missing_figures",
    "possible_duplicates",
    "project_judge",
    "project_status",
    "quality_json",
    "quality_report",
    "read_finding_rows",
    "rule_titles",
    "unmet",
    "with_supplier_contracts",
]
