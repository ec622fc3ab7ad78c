"""The words before a number that say what the number is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Set

_OF_A_PERSON = "โทร|มือถือ|ติดต่อ|ภายใน|สายตรง|แฟ|บัญชี|พร้อมเพย์|บัตร|ประจำตัว|ประชาชน|เดินทาง"

_THAI = {
    # Not telemetry, television, fibres or the cost of calls.
    "phone": r"(?<!ค่า)โทร(?!ทัศน์|มาตร|คมนาคม)|มือถือ|(?<!ไฟ)(?<!นัม)เบอร์|ติดต่อ|สอบถาม|แฟก?ซ์|แฟ็กซ์|วอทส์?แอพ"
    r"|(?<!ออน)ไลน์",
    "id": r"(?:เลข(?:ที่)?)?บัตร ?(?:ประจำตัว(?:ประชาชน)?|ประชาชน|ปชช)|(?:เลข)?ประจำตัวประชาชน"
    r"|เลข(?:ที่)?(?:บัตร(?!เครดิต|เดบิต)|ประชาชน| ?13 ?หลัก)"
    r"|(?<![ก-๙])ปชช",
    "person": r"ประชาชน|ประจำตัว",
    "card": r"บัตร(?:เครดิต|เดบิต)",
    "account": r"บัญชี(?!แยกประเภท|ราคากลาง|ราย|นวัตกรรม)|บ/ช|(?<![ก-๙])บช|พร้อมเพย์",
    # Banks by their short names; กสิกรรม is farming.
    "bank": r"ธนาคาร|ธ\. ?(?:กรุง|ก\. ?ส|อ\. ?ส)|กสิกร(?!รม)|ไทยพาณิชย์|กรุงไทย|กรุงศรี|ทหารไทย|ธนชาต|ออมสิน|ธกส|ธอส"
    r"|ยูโอบี|ซีไอเอ็มบี|แลนด์ ?แอนด์ ?เฮ้าส์|เกียรตินาคิน|ทิสโก้|ไอซีบีซี|ไทยเครดิต",
    "guarantee": r"ค้ำประกัน|หนังสือค้ำ|พันธบัตร|หลักประกัน(?!สุขภาพ)|เช็ค|กรมธรรม์",
    "sum": r"วงเงิน|ค่า|ตร\.ม|ลบ\.ม|(?<!บัญชี)เงิน(?!ฝาก|สด)|งบ|ราคา|มูลค่า|จำนวน|รวม|ยอด|เบิกจ่าย|กองทุน|พื้นที่|ปริมาณ|ปริมาตร",
    # The number or the code of whatever it is, but for those of a person.
    "thing": rf"(?:รหัส|(?:หมาย)?เลข(?!ที่|หมาย|13))(?![ก-๙]{{0,24}}(?:{_OF_A_PERSON}))"
    r"[ก-๙]{1,24}(?=[\s:.#(=-]{0,4}[0-9])"
    r"|มิเตอร์|มาตร(?:วัด|น้ำ|ไฟ)|เครื่องวัด|หม้อแปลง|ผู้ใช้(?:ไฟ|น้ำ)|รหัส(?:บัญชี)?|โค้ด|บัญชีนวัตกรรม|ศูนย์ต้นทุน"
    r"|แผน(?:งาน)?(?![กท])|(?:กล)?ยุทธ(?:ศาสตร์|์)|(?<!ผู้)หมวด|ตัวชี้วัด|คดี|ล[็๊]อต|ชุดการผลิต|(?:หมาย)?เลข(?:เครื่อง|ตัวถัง|คุม|รับ)"
    r"|ครุภัณฑ์|พัสดุ|สัญญา|ใบ(?:สั่ง|เสร็จ|แจ้ง|กำกับ|เบิก|อนุญาต|สำคัญ|เสนอ|ส่ง|รับ)|เอกสาร|บันทึก|หนังสือ(?!เดินทาง)"
    r"|อ้างอิง|ฎีกา|คำ(?:ขอ|สั่ง|ร้อง)|(?<!แจ้ง)เรื่องร้องเรียน|ทะเบียน|โฉนด|ระวาง|หลักเขต|หมุด|พิกัด|แยกประเภท|ผู้เสียภาษี"
    r"|เสาไฟ|กล้อง|อะไหล่|สิทธิบัตร"
    r"|เครื่อง[ก-๙]{1,16}หมายเลข"
    # A title may go on to whom to call: these count only where the number follows.
    r"|(?:โครงการ|กิจกรรม(?:หลัก|รอง)?|ผลผลิต|ด้าน|เป้าหมาย|ประเภท|ป้าย|สถานี|แปลง|เครื่อง|ตู้|ประตู|บ่อ|ถัง|เสา|สินค้า|รายการ"
    r"|อุปกรณ์|รุ่น|รถเมล์|ต้นไม้|หลักกิโลเมตร|เรื่อง|ฉบับ|มาตรา|วาระ|ลำดับ|งวด|ครั้ง|เล่ม|ชุด|(?<![ก-๙])งาน)"
    r"(?=(?:ที่|เลขที่|หมายเลข)?[ :.#]{0,2}[0-9])",
    "barcode": "บาร์โค้ด|ซีเรียล",
    # Also the signs of those who write letters: ที่ กท 0812345678.
    "number": r"เลขที่|(?<![ก-๙])(?:ที่ ?)?(?:กท|นร|มท|กค|อว|ศธ|สธ|คค)\.?(?= ?[0-9])",
    # With these another matter begins: a person, a firm, an office that has such things.
    "name": r"(?:ฝ่าย|สำนัก|กลุ่ม|แผนก|กอง|งาน|เจ้าหน้าที่|ศูนย์|ส่วน|คู่)(?:แผนงาน|โครงการ|กิจกรรม|พัสดุ|สัญญา|ทะเบียน|เอกสาร|ใบอนุญาต)"
    r"|นาย(?!ทะเบียน)|นาง|น\.ส\.|คุณ|ผู้(?!ใช้|เสียภาษี)|เจ้าของ|เจ้าหน้าที่|ร้าน|ช่าง|บริษัท|ผอ\.|หัวหน้า",
}

_LATIN = {
    # HP is a pump's power too.
    "phone": r"(?:mobile|tele|smart)? ?phone|mobile|contact|tel|mob|cell|ph|fax|call|whatsapp|viber|line"
    r"|(?<![0-9] )h/?p",
    "id": r"(?:citizen|national)(?: ?id)?|id(?:entity|entification)?[ -]?(?:card|no|number)|[pc]id"
    r"|ssn|social security(?: ?(?:no|number))?",
    "person": "national|identity|identification",
    "card": r"(?:credit|debit)(?: ?card)?|visa|master ?card|amex",
    "account": r"accounts?|acct?|a/c|prompt ?pay",
    "bank": r"bank|scb|k-?bank|kasikorn(?:bank|thai)?|ktb|krung ?thai|krungsri|bay(?= ?[0-9:])|bbl|gsb|baac|ttb|tmb"
    r"|uob|cimb|kkp|tisco|icbc|gh ?bank|ghb|lhb|thanachart",
    "guarantee": r"l/?g|b/?g|guarantee|cheque|bond|policy",
    "sum": "amount|total|budget|price|thb|usd",
    "thing": r"e-?gp|gfmis|meter|lot|batch|part|p/n|model|sku|code|p\.?o|pr"
    r"|cost cent(?:er|re)|unspsc|invoice|inv|receipt|ref(?:erence)?|order|tracking|track|ticket|case|plot|parcel|asset"
    r"|item|contract|permit|licen[cs]e|version|ver|cctv|camera|tax|ca|doc(?:ument)?|project|plan|vin|engine|chassis"
    r"|sensor|device|ledger|commit|vendor",
    "barcode": r"barcode|ean|gtin|isbn|issn|imei|s/n|s\.?n|serial",
    "number": r"(?:no|number|id)(?=[.:#]{0,2} ?[0-9])",
    "name": "mr|mrs|ms|khun",
}


def _either(words: dict[str, str], suffix: str) -> str:
    return "|".join(f"(?P<{name}{suffix}>{pattern})" for name, pattern in words.items())


_WORDS = re.compile(
    f"(?=[ก-๙])(?:{_either(_THAI, '_th')})|(?=[A-Za-z])(?<![A-Za-z])(?i:{_either(_LATIN, '_en')})(?![A-Za-z])"
)

_JOINS_ON = re.compile(
    # The rest of a Thai word, then what leads to a number.
    r"[^\s0-9|,;)]{0,24}[\s:.#(=-]{0,4}(?:[^\s0-9|,;()]{1,12}\) ?|[ก-ฮ]{1,4}\. ?|[0-9]{1,3} )?"
    r"(?:(?:เลขที่|หมายเลข|เลข|ที่|(?i:no|number|id|code|ticket))[\s:.#(=-]{0,4}){0,2}"
)

_GOES_ON = re.compile(r"[ \n]?(?:[,/&;\n-]|และ|ถึง|and|to)[ \n]?(?:และ|and)?[ \n]?")

_NEAR, _ROW = 60, 12
"""Characters, at most: between a word and its number, such as a name or a branch of a bank; within a series."""


class Words:
    """The words of a text that say what a number is, in their order."""

    def __init__(self, numbers: str) -> None:
        """`numbers` is a text from `only_numbers`."""
        self._numbers = numbers
        words = [(match.end(), str(match.lastgroup)[:-3]) for match in _WORDS.finditer(numbers)]
        self._ends = [end for end, _ in words]
        self._names = [name for _, name in words]
        self._all = frozenset(self._names)

    def have(self, names: Set[str]) -> bool:
        """Whether the text has a word of one of these kinds."""
        return not self._all.isdisjoint(names)

    def are_for(self, names: Container[str], start: int) -> bool:
        """Whether the last word before the number at `start` is of one of these kinds."""
        last = self._last(start, passed=("name", "number"))
        return last is not None and last[1] in names

    def are_against(self, names: Container[str], start: int) -> bool:
        """Whether the last word before the number at `start` is of one of these kinds, and belongs to the number."""
        last = self._last(start, passed=() if "number" in names else ("number",))
        return last is not None and last[1] in names and _JOINS_ON.fullmatch(self._numbers, last[0], start) is not None

    def is_row(self, end: int, start: int) -> bool:
        """Whether the numbers that end at `end` and start at `start` are parts of one series, such as `1, 2 and 3`."""
        return 0 <= start - end <= _ROW and _GOES_ON.fullmatch(self._numbers, end, start) is not None

    def _last(self, start: int, passed: Container[str]) -> tuple[int, str] | None:
        """The end and the kind of the last word before a number; a bank after a guarantee belongs to the guarantee."""
        bank = None
        for index in range(bisect_right(self._ends, start) - 1, -1, -1):
            end, name = self._ends[index], self._names[index]
            if end < start - _NEAR:
                break
            if name == "bank":
                bank = bank or (end, name)
            elif name not in passed and not (bank and name == "thing"):
                return (bank[0], name) if bank and name == "guarantee" else bank or (end, name)
        return bank
