"""What an import brings -> the tables of the package: what is added, what is changed, and what stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portal.core.messages import Message
from portal.core.models import Language
from portal.imports.crosswalk import is_imported, join
from portal.imports.notices import Notices
from portal.imports.ocds_mapping import PERSON, Imported
from portal.imports.package_tables import PackageFiles, Row, Table
from portal.search import fold


def update(package: PackageFiles, imported: Imported, notices: Notices) -> None:
    """Bring the rows into the tables of a package.

    Rows of the package that no import brought stay as they are, and so do its other tables. So do the rows of processes
    that are not in these files; of those that are, contracts, tenders and payments that are gone are removed.
    """
    # What a package must have for the foreign keys of the others comes first.
    tables = {name: package.table(name) for name in ("sources", "agencies", "projects", "crosswalk")}
    agencies = _match_agencies(imported, tables["agencies"])
    lines = {
        key: row | {"agency_id": agencies.get(row["agency_id"], row["agency_id"])}
        for key, row in imported.projects.items()
    }
    for column in ("other_id", "made_by", "rule"):
        package.add_column("crosswalk", column)
    links = join(lines, tables["projects"], tables["crosswalk"], notices)
    _add_columns(package, imported, [row for key, row in lines.items() if key not in links])
    _update_projects(tables, lines, links, notices, package.language)
    used = {row["agency_id"] for key, row in lines.items() if key not in links}
    for key, row in imported.agencies.items():
        if agencies[key] == key and key in used and key not in tables["agencies"].rows:
            tables["agencies"].put(key, row)
    _put_suppliers(package, imported)
    tenders, contracts, payments = (package.table(name) for name in ("tenders", "contracts", "payments"))
    before = {key: row.get("ocid", "") for key, row in contracts.rows.items()}
    gone = [
        key
        for key, row in payments.rows.items()
        if key not in imported.payments and before.get(row["contract_id"]) in imported.ocids
    ]
    _remove(payments, gone, notices)
    package.put_all("payments", imported.payments)
    for table, rows in ((tenders, imported.tenders), (contracts, imported.contracts)):
        gone = [key for key, row in table.rows.items() if row.get("ocid") in imported.ocids and key not in rows]
        _remove(table, gone, notices)
        package.put_all(table.name, rows)
        _follow_links(table, links)
    _remove_persons(package, notices)
    for ocid in sorted({row.get("ocid", "") for row in contracts.rows.values()} - imported.ocids - {""}):
        notices.count("vanished", ocid)


def _put_suppliers(package: PackageFiles, imported: Imported) -> None:
    """Bring in the suppliers; of persons who are known by a contract alone, those who have one."""
    with_contracts = {row["supplier_id"] for row in imported.contracts.values()}
    for key in [key for key in imported.suppliers if key.startswith(PERSON) and key not in with_contracts]:
        del imported.suppliers[key]
    package.put_all("suppliers", imported.suppliers)


def _remove_persons(package: PackageFiles, notices: Notices) -> None:
    """Remove the persons who are known by a contract alone, and have none any more."""
    suppliers, contracts = package.table("suppliers"), package.table("contracts")
    with_contracts = {row.get("supplier_id") for row in contracts.rows.values()}
    gone = [key for key in suppliers.rows if key.startswith(PERSON) and key not in with_contracts]
    _remove(suppliers, gone, notices)


def _add_columns(package: PackageFiles, imported: Imported, projects: Collection[Row]) -> None:
    """Add the columns that an import fills where a table of the package does not have them."""
    tables = {
        name: list(getattr(imported, name).values()) for name in ("suppliers", "tenders", "contracts", "payments")
    }
    for table, rows in {"projects": projects, **tables}.items():
        for column in dict.fromkeys(name for row in rows for name in row):
            package.add_column(table, column)


def _match_agencies(imported: Imported, agencies: Table) -> dict[str, str]:
    """The `agency_id` of each buyer: that of the agency with its id, or the only one of its name; otherwise its own."""
    by_name: dict[str, list[str]] = {}
    for key, row in agencies.rows.items():
        by_name.setdefault(fold(row.get("name", "")), []).append(key)
    result = {}
    for key, row in imported.agencies.items():
        same = by_name.get(fold(row["name"]), [])
        result[key] = same[0] if key not in agencies.rows and len(same) == 1 else key
    return result


OPEN_CONTRACTING_DATA = Message("Open contracting data (OCDS)")


def _update_projects(
    tables: Mapping[str, Table],
    lines: Mapping[str, Row],
    links: Mapping[str, str],
    notices: Notices,
    language: Language,
) -> None:
    projects, sources = tables["projects"], tables["sources"]
    for key, row in lines.items():
        if key in links:
            notices.count("linked", key)
            continue
        projects.put(key, row)
        if (source := row["source_id"]) not in sources.rows:
            # A person completes the row, and then it stays so.
            sources.put(source, {"title": f"{OPEN_CONTRACTING_DATA[language]} {source}"})
    for key, other in links.items():
        # A line that had a project of its own before it was joined with another one.
        if key != other and key in projects.rows and is_imported(projects.rows[key]):
            projects.remove(key)
            notices.count("joined-later", key)
    for key, row in projects.rows.items():
        if is_imported(row) and key not in lines:
            notices.count("vanished-project", key)


def _remove(table: Table, keys: list[str], notices: Notices) -> None:
    for key in keys:
        table.remove(key)
        notices.count("removed", key)


def _follow_links(table: Table, links: Mapping[str, str]) -> None:
    """Give the rows of a joined budget line to the project that it is; also those of earlier imports."""
    for key, row in table.rows.items():
        if (other := links.get(row.get("project_id", ""))) and other != row["project_id"]:
            table.put(key, {"project_id": other})
