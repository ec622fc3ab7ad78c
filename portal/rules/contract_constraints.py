"""The constraints of tenders, contracts and suppliers. What is possible but odd is an anomaly: `contract_anomalies`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.core import urls
from portal.core.messages import Message
from portal.core.models import METHODS, NATURAL_PERSON, STATUSES, Contract, Portal, Supplier, Tender
from portal.core.problems import Problem, shorten
from portal.core.web_addresses import is_web_address
from portal.rules.cell_problems import (
    MAX_NAME,
    cell_problem,
    date_order_problems,
    same_but_for_case_problem,
    unsafe_id_problem,
)
from portal.rules.registry import constraint

KINDS = ("company", "state_body", NATURAL_PERSON)

_CODES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("tenders", "method"): METHODS,
    ("contracts", "method"): METHODS,
    ("contracts", "status"): STATUSES,
    ("suppliers", "kind"): KINDS,
}
"""The codes of each column that has a closed list."""


def _tenders(portal: Portal) -> Iterator[Tender]:
    return (tender for project in portal.projects for tender in project.tenders)


def _contracts(portal: Portal) -> Iterator[Contract]:
    return (contract for project in portal.projects for contract in project.contracts)


def _records(portal: Portal) -> Iterator[tuple[str, Any]]:
    """Each tender, contract and supplier, with the name of its resource."""
    yield from (("tenders", tender) for tender in _tenders(portal))
    yield from (("contracts", contract) for contract in _contracts(portal))
    yield from (("suppliers", supplier) for supplier in portal.suppliers)


@constraint(
    Message("Methods of procurement, statuses of contracts and kinds of suppliers are codes that this site knows"),
    "contracts",
    cells=" ".join(map(".".join, _CODES)),
)
def codes_of_contracts_are_known(portal: Portal) -> Iterator[Problem]:
    """A kind that is misspelt would publish the name of a person, a status that is misspelt count a cancelled contract.

    The codes are those of OCDS, whatever list the descriptor gives.
    """
    for resource, record in _records(portal):
        for (table, field), codes in _CODES.items():
            if table == resource and (value := getattr(record, field)) is not None and value not in codes:
                message = f'"{shorten(value)}" is not a code that the portal knows.'
                hint = f"Write one of: {', '.join(codes)}; or leave the cell blank."
                yield cell_problem(portal, resource, record, field, "not-in-list", message, hint)


@constraint(
    Message("IDs of suppliers can be part of a web address, and no two differ only in upper and lower case"),
    "suppliers",
    cells="suppliers.supplier_id",
)
def ids_of_suppliers_make_addresses(portal: Portal) -> Iterator[Problem]:
    """The page of a supplier is called by its id. A person whose name is not published has no page."""
    seen: dict[str, Supplier] = {}
    for supplier in sorted(portal.suppliers, key=lambda supplier: supplier.row):
        supplier_id = supplier.supplier_id
        if not supplier.is_named:
            continue
        if not urls.is_safe_id(supplier_id):
            yield unsafe_id_problem(portal, "suppliers", supplier, "supplier_id", supplier_id)
        first = seen.setdefault(supplier_id.casefold(), supplier)
        if first is not supplier:
            yield same_but_for_case_problem(portal, "suppliers", supplier, "supplier_id", supplier_id, first.row)


@constraint(
    Message(
        "Titles of tenders and contracts and names of suppliers have at most {most} characters",
        values={"most": MAX_NAME},
    ),
    "contracts",
    cells="tenders.title contracts.title suppliers.name*",
)
def names_of_contracts_are_short(portal: Portal) -> Iterator[Problem]:
    """What stands in a table on a phone is a name, not a text."""
    for resource, record in _records(portal):
        names = record.name.by_column("name") if resource == "suppliers" else {"title": record.title}
        for field, name in names.items():
            if name is not None and len(name) > MAX_NAME:
                message = f'"{shorten(name)}" has {len(name):,} characters; here it has at most {MAX_NAME}.'
                hint = "Write a short one, and move the rest to another column."
                yield cell_problem(portal, resource, record, field, "name-too-long", message, hint, shorten(name, 200))


@constraint(
    Message("The address of a contract is an address of the web"),
    "contracts",
    cells="contracts.url",
)
def contracts_link_to_the_web(portal: Portal) -> Iterator[Problem]:
    """The address of a contract becomes a link, so it is one of the web and not a script."""
    for contract in _contracts(portal):
        if contract.url is not None and not is_web_address(contract.url):
            message = f'"{shorten(contract.url)}" is not an address of the web.'
            hint = "Begin it with https://, write the name of the site in ASCII (xn--…), or leave the cell blank."
            yield cell_problem(portal, "contracts", contract, "url", "unsafe-link", message, hint)


@constraint(
    Message("No contract finishes before it starts"),
    "contracts",
    count=lambda portal: sum(c.start_date is not None and c.finish_date is not None for c in _contracts(portal)),
)
def contracts_finish_after_they_start(portal: Portal) -> Iterator[Problem]:
    """No contract finishes before it starts."""
    for contract in _contracts(portal):
        yield from date_order_problems(
            portal, "contracts", contract, "start_date", "finish_date", "finish-before-start"
        )


@constraint(
    Message("No tender closes before it is published"),
    "tenders",
    count=lambda portal: sum(t.published_date is not None and t.closing_date is not None for t in _tenders(portal)),
)
def tenders_close_after_they_are_published(portal: Portal) -> Iterator[Problem]:
    """Nobody can bid before there is a tender."""
    for tender in _tenders(portal):
        rule = "closing-before-publication"
        yield from date_order_problems(portal, "tenders", tender, "published_date", "closing_date", rule)
