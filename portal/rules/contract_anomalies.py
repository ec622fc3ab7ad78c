"""What is odd in contracts and payments, and may be so all the same: each rule gives possible explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portal.core.models import Bilingual, Contract, Project
from portal.rules.registry import Anomaly, anomaly


def _contracts(projects: Sequence[Project]) -> Iterator[tuple[Project, Contract]]:
    return ((project, contract) for project in projects for contract in project.contracts)


@anomaly(
    Bilingual("จ่ายเงินก่อนวันลงนามในสัญญา", "Paid before the contract was signed"),
    "วันที่จ่ายเงินอยู่ก่อนวันลงนาม สัญญาอาจลงนามใหม่หลังแก้ไข เงินอาจจ่ายตามข้อตกลงก่อนหน้า หรือวันใดวันหนึ่งอาจบันทึกผิด",
    needs="contracts.signed_date payments.payment_date",
)
def payment_before_signature(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """A payment is dated before the day on which its contract was signed.

    The contract may have been signed anew after a change, the money may have been paid by an earlier agreement, or one
    of the two days may be a mistake.
    """
    for project, contract in _contracts(projects):
        for payment in contract.payments:
            if contract.signed_date and payment.payment_date and payment.payment_date < contract.signed_date:
                beside = {"contracts.contract_id": contract.contract_id, "contracts.signed_date": contract.signed_date}
                yield Anomaly("payments", payment.row, "payment_date", payment.payment_date, project.project_id, beside)


@anomaly(
    Bilingual("จ่ายมากกว่าวงเงินตามสัญญา", "More paid than the contract"),
    "เงินที่จ่ายรวมกันมากกว่าวงเงินตามสัญญา วงเงินอาจแก้ไขแล้วโดยที่ข้อมูลยังไม่ปรับ อาจมีค่าปรับราคา (ค่า K) หรือการจ่ายครั้งหนึ่งอาจบันทึกซ้ำ "
    "นับเฉพาะการจ่ายที่ทราบจำนวนเงิน และนับสัญญาที่ยกเลิกด้วย เพราะงานที่ทำก่อนยกเลิกก็จ่ายได้ไม่เกินวงเงิน",
    needs="contracts.amount payments.amount",
)
def more_paid_than_the_contract(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """The payments on a contract are together more than its amount.

    The amount may have been changed and the data not, the price may have been adjusted, or a payment may have been
    recorded twice. Only payments whose amount is known count. Cancelled contracts are compared too: what was done
    before may be paid, up to the amount.
    """
    for project, contract in _contracts(projects):
        paid = contract.paid
        if paid is not None and contract.amount is not None and paid > contract.amount:
            beside = {"contract_id": contract.contract_id, "status": contract.status, "payments.amount": paid}
            yield Anomaly("contracts", contract.row, "amount", contract.amount, project.project_id, beside)


@anomaly(
    Bilingual("ลงนามก่อนปิดรับข้อเสนอ", "Signed before the tender closed"),
    "วันลงนามในสัญญาอยู่ก่อนวันปิดรับข้อเสนอของประกาศ วันปิดรับอาจเลื่อนออกไปสำหรับงานส่วนอื่น สัญญาอาจผูกกับประกาศผิดรายการ "
    "หรือวันใดวันหนึ่งอาจบันทึกผิด",
    needs="contracts.signed_date tenders.closing_date",
)
def contract_before_the_tender_closed(projects: Sequence[Project]) -> Iterator[Anomaly]:
    """A contract was signed before the last day for bids of its tender.

    That day may have been moved for another part of the work, the contract may be joined to the wrong tender, or one of
    the two days may be a mistake.
    """
    for project, contract in _contracts(projects):
        closing = {tender.tender_id: tender.closing_date for tender in project.tenders}.get(contract.tender_id or "")
        if closing and contract.signed_date and contract.signed_date < closing:
            beside: dict[str, Any] = {"contract_id": contract.contract_id, "tender_id": contract.tender_id}
            beside["tenders.closing_date"] = closing
            yield Anomaly("contracts", contract.row, "signed_date", contract.signed_date, project.project_id, beside)
