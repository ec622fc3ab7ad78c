"""The public observations on the tenders and contracts of a project. One rule, one function, as in `observations`.

Each is taken from an indicator that is published elsewhere, and names it. What an indicator says of a supplier or of an
agency, the rule says of a project: the one whose tender or contract it is. None names a supplier.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.messages import Message
from portal.core.models import Project, Thresholds
from portal.rules.procurement_inputs import (
    BidPeriod,
    ContractAmounts,
    ContractPayments,
    NearThreshold,
    SupplierShare,
    TenderBids,
    bid_periods,
    contract_amounts,
    contract_payments,
    near_threshold,
    supplier_shares,
    tender_bids,
)
from portal.rules.registry import IndicatorSource, observation
from portal.rules.supplier_contracts import is_near_threshold
from portal.rules.verdicts import Verdict, all_of, any_of, holds_of

COMPETITIVE = ("open", "selective")
"""The methods of OCDS by which suppliers compete, as Cardinal has them for R018."""

_GUIDE = (
    "https://www.open-contracting.org/resources/"
    "red-flags-in-public-procurement-a-guide-to-using-data-to-detect-and-mitigate-risks/"
)


def _guide(code: str, name: str) -> IndicatorSource:
    """An indicator of the guide of the Open Contracting Partnership; the names are those in its tools."""
    return IndicatorSource(
        Message(
            "Indicator {code}, “{name}”, in Red flags in public procurement (Open Contracting Partnership, 2024)",
            values={"code": code, "name": name},
        ),
        _GUIDE,
    )


def _cardinal(code: str, title: Message) -> IndicatorSource:
    """The page of an indicator in the documentation of Cardinal, the partnership's program."""
    address = f"https://cardinal.readthedocs.io/en/latest/cli/indicators/R/{code[1:]}.html"
    return IndicatorSource(title, address)


def _any(verdicts: Sequence[Verdict], records: str) -> Verdict:
    """Whether one of the verdicts holds; where there are none, the `records` are missing of which they would be."""
    return any_of(*verdicts) if verdicts else frozenset({records})


@observation(
    Message("A single bidder in a competition"),
    Message("Few may be able to do such work, or many may have been busy at the time."),
    needs="tender_bids",
    requires="tenders.method tenders.bidders",
    sources=(
        _guide("R018", "Single bid received"),
        _cardinal("R018", Message("Methods that count as a competition: Cardinal, R018")),
    ),
)
def single_bidder(project: Project, _: Thresholds) -> Verdict:
    """In a tender that was open or selective, a single bidder made a bid.

    A tender by another method does not count, nor does one without any bid.
    """
    return _any([_has_single_bidder(row) for row in tender_bids(project)], "tenders")


def _has_single_bidder(row: TenderBids) -> Verdict:
    return all_of(
        holds_of(row.method, "tenders.method", lambda method: method in COMPETITIVE),
        holds_of(row.bidders, "tenders.bidders", lambda bidders: bidders == 1),
    )


@observation(
    Message("A short time for bids"),
    Message("The law may allow less for small amounts, the work may be urgent, or it may have been announced before."),
    needs="bid_periods",
    requires="tenders.method tenders.published_date tenders.closing_date",
    sources=(
        _guide("R003", "The submission period is too short"),
        _cardinal("R003", Message("Preset limit of 15 days: Cardinal, R003")),
    ),
)
def short_time_for_bids(project: Project, limits: Thresholds) -> Verdict:
    """From its publication to its closing date, an open tender had less than {open_bid_days} days for bids, or a
    selective one less than {selective_bid_days} days.

    Working days and holidays are counted alike. A tender by another method does not count.
    """  # noqa: D205 - the first sentence is longer than a line
    return _any([_is_short(row, limits) for row in bid_periods(project)], "tenders")


def _is_short(row: BidPeriod, limits: Thresholds) -> Verdict:
    days = {"open": limits.open_bid_days, "selective": limits.selective_bid_days}
    return any_of(*(_is_shorter(row, method, days[method]) for method in COMPETITIVE))


def _is_shorter(row: BidPeriod, method: str, days: int) -> Verdict:
    """Whether a tender is by this method and had fewer days."""
    return all_of(
        holds_of(row.method, "tenders.method", lambda code: code == method),
        holds_of(row.published_date, "tenders.published_date", lambda _: True),
        holds_of(row.closing_date, "tenders.closing_date", lambda _: True),
        row.days is None or row.days < days,
    )


@observation(
    Message("Contracts with one supplier just below a threshold"),
    Message("Like work in several places may cost about the same, or unrelated work may be of like amounts by chance."),
    needs="agency fiscal_year near_threshold",
    requires="agency_id fiscal_year contracts.supplier_id contracts.method contracts.amount",
    sources=(_guide("R055", "Multiple direct awards above or just below competitive threshold"),),
    compares_projects=True,
)
def contracts_just_below_threshold(project: Project, limits: Thresholds) -> Verdict:
    """In the fiscal year of the project, its agency has at least {near_threshold_contracts} contracts with one
    supplier, one of them of this project, that were awarded without open competition and have amounts of at most
    {direct_threshold}, the largest that may be awarded directly for being small, and at most
    {near_threshold_percent}% below that; cancelled ones aside.
    """  # noqa: D205 - the first sentence is longer than a line
    return _any([_is_one_of_several(project, row, limits) for row in near_threshold(project)], "contracts_in_force")


def _is_one_of_several(project: Project, row: NearThreshold, limits: Thresholds) -> Verdict:
    near = is_near_threshold(row.method, row.amount, limits)
    if row.near_contracts is None or row.possible_contracts is None:
        return all_of(near, _unknown_supplier(project))
    if row.near_contracts >= limits.near_threshold_contracts:
        return near
    may_be = row.near_contracts + row.possible_contracts >= limits.near_threshold_contracts
    return all_of(near, may_be and frozenset({"contracts.method", "contracts.amount"}))


def _unknown_supplier(project: Project) -> frozenset[str]:
    """What is missing where it is not known which contracts are those of a supplier with the agency in the year."""
    blank = frozenset(name for name in ("agency", "fiscal_year") if getattr(project, name) is None)
    return blank or frozenset({"contracts.supplier_id"})


@observation(
    Message("Much of an agency's money with one supplier"),
    Message(
        "The agency may have few contracts, the supplier may have won several competitions, or the data may lack "
        "contracts."
    ),
    needs="agency fiscal_year supplier_shares",
    requires="agency_id fiscal_year contracts.supplier_id contracts.amount",
    sources=(_guide("R040", "High share of buyer's contracts"),),
    compares_projects=True,
)
def much_money_with_one_supplier(project: Project, limits: Thresholds) -> Verdict:
    """In the fiscal year of the project, more than {supplier_share_percent}% of the money that its agency contracted is
    with one supplier, which has a contract of this project and at least {supplier_share_contracts} with the agency;
    contracts whose amount is not known and cancelled ones aside.
    """  # noqa: D205 - the first sentence is longer than a line
    return _any([_has_much(project, row, limits) for row in supplier_shares(project)], "contracts_in_force")


def _has_much(project: Project, row: SupplierShare, limits: Thresholds) -> Verdict:
    if row.supplier_contracts is None or row.unknown_amounts is None:
        return _unknown_supplier(project)
    if (
        row.supplier_contracts < limits.supplier_share_contracts
        or row.supplier_amount is None
        or row.agency_amount is None
    ):
        may_be = row.supplier_contracts + row.unknown_amounts >= limits.supplier_share_contracts
        return may_be and frozenset({"contracts.amount"})
    return row.supplier_amount * 100 > limits.supplier_share_percent * row.agency_amount


@observation(
    Message("The amount of a contract rose"),
    Message("Work may have been added with approval, the price adjusted as agreed, or a mistyped amount corrected."),
    needs="contract_amounts",
    requires="contracts.amount",
    sources=(_guide("R069", "Contract amendments to increase price"),),
)
def contract_amount_rose(project: Project, limits: Thresholds) -> Verdict:
    """The amount of a contract is more than {amount_rise_percent}% above the first that was published of it.

    The releases of these data are compared: what was changed before the first of them is not known.
    """
    return _any([_rose(row, limits.amount_rise_percent) for row in contract_amounts(project)], "contracts")


def _rose(row: ContractAmounts, percent: int) -> Verdict:
    """Whether an amount rose; a contract of nothing that costs something has risen by any percentage."""
    return all_of(
        holds_of(row.amount, "contracts.amount", lambda _: True),
        holds_of(row.first_amount, "contracts.first_amount", lambda _: True),
        row.amount is None or row.first_amount is None or row.amount * 100 > row.first_amount * (100 + percent),
    )


@observation(
    Message("More paid than the contract"),
    Message(
        "The amount may have been changed and the data not, the price may have been adjusted, or a payment may have "
        "been recorded twice."
    ),
    needs="contract_payments",
    requires="contracts.amount payments.amount",
    sources=(_guide("R068", "Contract transactions exceed contract amount"),),
)
def more_paid_than_contract(project: Project, _: Thresholds) -> Verdict:
    """The payments on a contract whose amounts are known, less what was paid back, are together more than its amount,
    also where it was cancelled: what was done before may be paid, up to the amount.
    """  # noqa: D205 - the sentence is longer than a line
    return _any([is_overpaid(row) for row in contract_payments(project)], "contracts")


def is_overpaid(row: ContractPayments) -> Verdict:
    """Whether more was paid on a contract than its amount; a payment whose amount is not known may add to it."""
    more = all_of(
        holds_of(row.amount, "contracts.amount", lambda _: True),
        holds_of(row.paid, "payments.amount", lambda _: True),
        row.paid is None or row.amount is None or row.paid > row.amount,
    )
    return frozenset({"payments.amount"}) if more is False and row.unknown_payments else more
