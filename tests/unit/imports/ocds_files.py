"""Fictional files of OCDS in the shape that Bangkok publishes, to break one thing in."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.config import PERSON_TITLES
from portal.imports import OcdsOptions

from tests.conventions import CITY

OPTIONS = OcdsOptions(ZoneInfo("Asia/Bangkok"), PERSON_TITLES, year_in_budget_id=True, conventions=CITY)

OCID = "ocds-bq4ldt-680001-1"


def money(amount: Any, currency: str = "THB") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def release(ocid: str = OCID, line: str = "680001", **changes: Any) -> dict[str, Any]:
    """A release of a process that has all that the import reads; `changes` replace its parts."""
    number = ocid.rpartition("-")[2]
    content: dict[str, Any] = {
        "ocid": ocid,
        "id": f"{ocid}-r1",
        "date": "2026-11-20T00:00:00Z",
        "tag": ["compiled"],
        "buyer": {"id": "91000000", "name": "สำนักการศึกษาตัวอย่าง"},
        "parties": [{"id": "S1", "name": "บริษัทสมมติ จำกัด", "identifier": {"scheme": "TH-TIN", "id": "0105536112014"}}],
        "planning": {
            "budget": {"id": line, "project": f"โครงการสมมติ {line}", "description": "งบสมมติ", "amount": money(1000000)}
        },
        "tender": {
            "id": ocid,
            "title": f"จ้างสมมติ {number}",
            "procurementMethod": "open",
            "numberOfTenderers": 3,
            "tenderPeriod": {"startDate": "2025-01-02T00:00:00+07:00", "endDate": "2025-01-20T00:00:00+07:00"},
            "value": money(900000),
            "items": [{"id": "1", "classification": {"scheme": "UNSPSC", "id": "72000000"}}],
        },
        "awards": [{"id": "a1", "suppliers": [{"id": "S1", "name": "บริษัทสมมติ จำกัด"}]}],
        "contracts": [
            {
                "id": "c1",
                "awardID": "a1",
                "status": "active",
                "value": money(850000.50),
                "dateSigned": "2025-02-01T00:00:00+07:00",
                "period": {"startDate": "2025-02-02T00:00:00+07:00", "endDate": "2025-08-01T00:00:00+07:00"},
                "implementation": {
                    "transactions": [{"id": "t1", "date": "2025-03-01T00:00:00+07:00", "value": money(100000)}]
                },
            }
        ],
    }
    return content | copy.deepcopy(changes)


def package_of(*releases: Mapping[str, Any]) -> dict[str, Any]:
    """A release package."""
    return {"version": "1.1", "publisher": {"name": "เมืองสมมติ"}, "releases": list(releases)}


def write(path: Path, content: Any) -> Path:
    """Write a file of JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path
