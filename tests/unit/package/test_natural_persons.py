"""The names of suppliers that are natural persons: recognised, and not published."""

import json
from pathlib import Path

import pytest

from portal.core.config import PERSON_TITLES
from portal.core.models import Portal, Text
from portal.exports.exporters import write_package
from portal.package.personal_data.natural_persons import PersonNames
from portal.package.reading import read_portal

from tests.conventions import CITY
from tests.sample_package import SamplePackage
from tests.texts import both

PERSON = "นายสมมติ ไม่มีจริง"
ALLOWED = {"resource": "suppliers", "field": "name", "reason": "The law asks for the names."}


@pytest.mark.parametrize(
    "name",
    [
        *(PERSON, "นาย สมมติ ไม่มีจริง", "นางสมมติ ไม่มีจริง", "นางสาวสมมติ ไม่มีจริง", "น.ส.สมมติ ไม่มีจริง", "น. ส. สมมติ ไม่มีจริง"),
        *(
            "ว่าที่ ร.ต. สมมติ ไม่มีจริง",
            "ดร.สมมติ ไม่มีจริง",
            "ม.ล.สมมติ ไม่มีจริง",
            "นายสมมติ",
            "(นายสมมติ ไม่มีจริง)",
            "นา\u200bยสมมติ ไม่มีจริง",
        ),
        *("นางนวล ไม่มีจริง", "นางรองรัตน์ ไม่มีจริง", "นายกฤษณ์ ไม่มีจริง", "นายกร ไม่มีจริง", "นายสมมติ ไม่มีจริง (ร้านทดลอง)"),
        *(
            "Mr. Invented Person",
            "MR INVENTED PERSON",
            "Mr.Invented Person",
            "Mrs Invented Person",
            "miss invented person",
        ),
    ],
)
def test_a_name_that_begins_with_a_title_is_that_of_a_person(name: str) -> None:
    assert PersonNames(PERSON_TITLES, CITY.languages).include(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "บริษัท นายสมมติ จำกัด",
            "นายสมมติ ก่อสร้าง จำกัด",
            "นางรอง",
            "นางรองการช่าง",
            "นางเลิ้งการพิมพ์",
            "นางรอง พาณิชย์",
            "นายก เทศมนตรี",
        ),
        *(
            "นายกเทศมนตรีเมืองสมมติ",
            "นายหน้าสมมติ",
            "นายทะเบียนสหกรณ์",
            "ร้านนางสมมติ",
            "หจก.นายสมมติ",
            "การไฟฟ้านครหลวง",
            "นาย",
            "Misso",
            "",
        ),
        *("Mr. Invented Co., Ltd.", "Missing Link", "Drainage Works", "Mrt Works", "ดรุณีการค้า"),
    ],
)
def test_a_firm_or_a_longer_word_is_no_person(name: str) -> None:
    assert not PersonNames(PERSON_TITLES, CITY.languages).include(name)


def test_the_kind_decides_where_the_name_is_not_certain() -> None:
    persons = PersonNames(PERSON_TITLES, CITY.languages)
    assert persons.include("ก ข", "natural_person")
    assert not persons.include("นายสมมติ", "company")
    assert persons.include(PERSON, "company")


def test_the_titles_are_those_of_the_city() -> None:
    assert PersonNames(["Herr"], CITY.languages).include("Herr Erfunden Mensch")
    assert not PersonNames(["Herr"], CITY.languages).include(PERSON)
    assert not PersonNames([], CITY.languages).include(PERSON)


def supplier_names(portal: Portal) -> list[Text]:
    return [supplier.name for supplier in portal.suppliers]


def test_the_name_of_a_person_stands_in_no_record_and_in_no_published_csv(whole: SamplePackage, tmp_path: Path) -> None:
    whole.set("suppliers", "name", PERSON, "ไม่มีจริง สมมติ")
    whole.set("suppliers", "name_en", "Invented Person", "Unreal Person")
    whole.set("suppliers", "kind", "", "natural_person")
    portal = whole.portal()
    assert supplier_names(portal)[:2] == [both("บุคคลธรรมดา", "A natural person")] * 2
    assert [supplier.kind for supplier in portal.suppliers][:2] == ["natural_person", "natural_person"]
    assert portal.projects[0].contracts[0].supplier == portal.suppliers[0]
    assert portal.package.resources["suppliers"].fields["name"].example == "บุคคลธรรมดา"
    write_package(whole.descriptor, portal.package, tmp_path)
    published = (tmp_path / "data" / "suppliers.csv").read_text("utf-8").splitlines()
    assert published[1:3] == ["S-001,บุคคลธรรมดา,A natural person,", "S-002,บุคคลธรรมดา,A natural person,natural_person"]
    assert published[4:] == whole.file("suppliers").read_text("utf-8").splitlines()[4:]
    described = json.loads((tmp_path / "data" / "datapackage.json").read_text("utf-8"))
    assert "ไม่มีจริง สมมติ" not in json.dumps(described, ensure_ascii=False)


def test_a_csv_without_a_person_is_published_to_the_byte(whole: SamplePackage, tmp_path: Path) -> None:
    write_package(whole.descriptor, whole.portal().package, tmp_path)
    assert (tmp_path / "data" / "suppliers.csv").read_bytes() == whole.file("suppliers").read_bytes()


def test_a_name_is_published_where_the_package_says_why(whole: SamplePackage) -> None:
    whole.set("suppliers", "name", PERSON)
    whole.set("suppliers", "name_en", "Mr Invented Person")
    content = whole.described() | {"personal_data_allowed": [ALLOWED]}
    whole.descriptor.write_text(json.dumps(content), "utf-8")
    assert supplier_names(whole.portal())[0] == both(PERSON, "A natural person")
    content["personal_data_allowed"].append(ALLOWED | {"field": "name_en"})
    whole.descriptor.write_text(json.dumps(content), "utf-8")
    assert supplier_names(whole.portal())[0] == both(PERSON, "Mr Invented Person")


def test_titles_of_the_configuration_are_those_by_which_the_package_is_read(whole: SamplePackage) -> None:
    whole.set("suppliers", "name", PERSON, "Herr Erfunden Mensch")
    portal = read_portal(whole.root, CITY, person_titles=["Herr"]).portal
    assert portal is not None
    assert [name.first for name in supplier_names(portal)][:2] == [PERSON, "บุคคลธรรมดา"]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("จ้างเหมาบริการนางสาวสมมตินาม ไร้ตัวตน", "นางสาว"),
        ("จ้าง นาย สมมติ นามสมมติ เป็นพนักงานขับรถ", "นาย"),
        ("ค่าตอบแทนวิทยากร (น.ส.สมมติ นามสมมติ)", "น.ส."),
        ("จ้าง Mr. Invented Person as adviser", "Mr."),
        ("บริการโดยว่าที่ ร.ต.สมมติ นามสมมติ", "ว่าที่ ร.ต."),
    ],
)
def test_a_name_within_the_title_of_a_contract_is_recognised(title: str, found: str) -> None:
    assert PersonNames(PERSON_TITLES, CITY.languages).title_within(title) == found


@pytest.mark.parametrize(
    "title",
    [
        *("ขุดลอกคลองนายกิมสาย ช่วงที่ 2", "ปรับปรุงถนนนางลิ้นจี่ แขวงช่องนนทรี", "ซ่อมทางเท้าถนน นางลิ้นจี่ แขวงช่องนนทรี"),
        *("จ้างนายช่าง โยธา", "จ้างนายกเทศมนตรี เมืองตัวอย่าง", "สำรวจบ้านนายกสมาคม แห่งหนึ่ง", "จ้างนายณ์ เอสเตท จำกัด"),
        *("ซ่อมสะพาน นางเลิ้ง ระยะที่ 1", "จ้างบริษัท นายสมมติ จำกัด", "นิทรรศการนางพญา เสือ", "จ้างนายสมมติ", "Address book"),
        *("ค่าเช่าบ้านนาย ก.", "โรงเรียนนางนวล ชั้น 2", "จัดซื้อเครื่องวัดนายเรือ จำนวน 1", ""),
    ],
)
def test_a_place_an_office_and_a_firm_are_no_names_in_a_title(title: str) -> None:
    assert PersonNames(PERSON_TITLES, CITY.languages).title_within(title) is None
