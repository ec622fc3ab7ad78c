"""The rows of the tables of procurement -> suppliers, and the tenders and contracts of each project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.core.models import NATURAL_PERSON, Contract, Language, Payment, Supplier, Tender, Text
from portal.package.columns import COLUMNS
from portal.package.personal_data.natural_persons import published_names
from portal.package.tables import Row, Table, extra_values


def build_suppliers(table: Table | None, languages: tuple[Language, ...]) -> dict[str, Supplier]:
    """The suppliers by id; empty where the package has no such table.

    In the rows something else stands already in place of the names that are not published.
    """
    published = published_names(languages)
    return {
        row["supplier_id"]: _supplier_of(row, number, published, languages)
        for number, row in (table.rows if table else [])
        if row.get("supplier_id")
    }


def _supplier_of(row: Row, number: int, published: Mapping[str, str], languages: tuple[Language, ...]) -> Supplier:
    """The supplier of a row; `published` is what stands in place of the names of persons, by column."""
    is_hidden = row.get("name") == published["name"]
    return Supplier(
        row["supplier_id"],
        Text.read(
            {**published, **{c: t for c, t in row.items() if t}} if is_hidden else row,
            "name",
            languages,
            row["supplier_id"],
        ),
        row.get("kind") or (NATURAL_PERSON if is_hidden else None),
        extra_values(row, "suppliers", languages),
        all(row.get(column) != text for column, text in published.items()),
        number,
    )


def tenders_by_project(tables: Mapping[str, Table]) -> dict[str, tuple[Tender, ...]]:
    """The tenders of each project that has any, by its id."""
    groups: defaultdict[str, list[Tender]] = defaultdict(list)
    for row, values in _records(tables.get("tenders"), "tender_id"):
        if row.get("project_id"):
            groups[row["project_id"]].append(Tender(**values))
    return _sorted(groups, "published_date")


def contracts_by_project(
    tables: Mapping[str, Table], suppliers: Mapping[str, Supplier]
) -> dict[str, tuple[Contract, ...]]:
    """The contracts of each project that has any, by its id, with their payments."""
    payments: defaultdict[str, list[Payment]] = defaultdict(list)
    for row, values in _records(tables.get("payments"), "payment_id"):
        if row.get("contract_id"):
            payments[row["contract_id"]].append(Payment(**values))
    by_contract = _sorted(payments, "payment_date")
    groups: defaultdict[str, list[Contract]] = defaultdict(list)
    for row, values in _records(tables.get("contracts"), "contract_id"):
        if row.get("project_id"):
            supplier, of_contract = (
                _supplier(row.get("supplier_id"), suppliers),
                by_contract.get(row["contract_id"], ()),
            )
            groups[row["project_id"]].append(Contract(**values, supplier=supplier, payments=of_contract))
    return _sorted(groups, "signed_date")


def _supplier(supplier_id: str | None, suppliers: Mapping[str, Supplier]) -> Supplier | None:
    """The supplier of a contract; where there is no table of suppliers, one that is called as its id."""
    if supplier_id is None:
        return None
    return suppliers.get(supplier_id) or Supplier(supplier_id, Text(supplier_id))


_KEYS_OF_OTHERS: Mapping[str, frozenset[str]] = {
    "tenders": frozenset({"project_id"}),
    "contracts": frozenset({"project_id", "supplier_id"}),
    "payments": frozenset({"contract_id"}),
}
"""The columns that join a record to another one, by resource."""


def _records(table: Table | None, key: str) -> Iterable[tuple[Row, dict[str, Any]]]:
    """Each row of a table that has its key, with the attributes of its record."""
    if table is None:
        return
    names = COLUMNS[table.name].keys() - _KEYS_OF_OTHERS[table.name]
    for number, row in table.rows:
        if row.get(key):
            yield row, {n: row.get(n) for n in names} | {"extra": extra_values(row, table.name), "row": number}


def _sorted(groups: Mapping[str, list[Any]], day: str) -> dict[str, tuple[Any, ...]]:
    """Each group by the attribute `day`, then by key; what has no day comes last."""

    def place(record: Any) -> tuple[date, str]:
        return getattr(record, day) or date.max, _key(record)

    return {key: tuple(sorted(records, key=place)) for key, records in groups.items()}


def _key(record: Tender | Contract | Payment) -> str:
    if isinstance(record, Contract):
        return record.contract_id
    return record.tender_id if isinstance(record, Tender) else record.payment_id
