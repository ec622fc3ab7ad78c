"""Make a fictional package of any size, its texts as long as the reference record's. It says that it is fictional.

python -m benchmarks.fiction FOLDER [--projects 10000] [--described 1] [--language th|en|es]
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
YEARS = range(2564, 2570)
STATUSES = ("กำลังดำเนินการ", "ชะลอ", "ดำเนินการแล้วเสร็จ", "ยังไม่มีการรายงาน")
LEFT_OUT = ("tenders", "contracts", "suppliers", "payments")
"""The tables of the sample that the package does not have, as the real one."""
LENGTHS = {"rationale": 3671, "objectives": 497, "targets": 265}
"""Characters, as in the real package's reference record."""


class Words(NamedTuple):
    """What the texts of a package in one language are made of."""

    pieces: Sequence[str]
    """What texts are put together from."""
    gap: float
    """How often a space stands between two of them."""
    project: str
    """What every title begins with."""
    office: str
    district: str
    city: str
    """What every long text begins with."""
    percent: str
    """The unit of every result."""


WORD_LISTS = {
    "en": (
        "road street bridge canal drain pump school clinic library market park garden playground footpath crossing "
        "signal lamp cable sewer culvert embankment pavement kerb shelter station depot workshop laboratory "
        "nursery kitchen repair renewal extension widening resurfacing dredging cleaning planting painting survey "
        "design inspection training purchase rental maintenance insurance campaign exhibition festival vaccination "
        "screening recycling children elderly residents teachers nurses drivers cyclists pedestrians volunteers "
        "households neighbourhood district riverside hillside northern southern eastern western central temporary "
        "permanent annual emergency safety health education drainage lighting housing waste water air noise flood "
        "fire dengue dust accessibility and of the for in near with along under between after before without "
        "because through"
    ),
    "es": (
        "calle avenida puente canal desagüe bomba escuela clínica biblioteca mercado parque jardín niñez "
        "señalización lámpara alcantarillado terraplén pavimento refugio estación depósito taller laboratorio "
        "guardería cocina reparación renovación ampliación repavimentación dragado limpieza plantación pintura "
        "inspección diseño revisión capacitación compra alquiler mantenimiento campaña exposición vacunación "
        "reciclaje pingüinera cigüeñal camión niños años españolas vecinos maestros médicos peatones ciclistas "
        "jóvenes hogares barrio línea árboles público ribereño montaña norte sur éste oeste céntrico temporal "
        "anual emergencia rápida último sótano café útil también seguridad salud educación iluminación vivienda "
        "residuos agua aire ruido inundación dengue polvo según ¿cuándo? y de la el para en cerca con junto bajo "
        "entre después antes sin porque n.º 1.ª 2.º"
    ),
}
"""The words of packages in other languages than that of the city, for texts that mean nothing.

The words for statuses are those of the sample."""

NAMES = {
    "en": ("Fictional project ", "Fictional Office ", "Fictional District ", "Imaginary city ", "percent"),
    "es": ("Proyecto ficticio ", "Oficina ficticia n.º ", "Distrito ficticio n.º ", "Ciudad imaginaria ", "por ciento"),
}

SYLLABLES = (
    *("ba", "cor", "del", "fen", "gar", "hul", "jor", "kel", "lum", "mor", "nes", "pra", "quil", "rud", "sol", "tam"),
    *("vel", "wex", "zan"),
)
"""Of invented names."""


def words_of(language: str) -> Words:
    """What texts in a language are made of: `th`, `en` or `es`."""
    if language == "th":
        return Words(phrases(), 0.5, "โครงการสมมติ", "สำนักสมมติที่ ", "สำนักงานเขตสมมติที่ ", "กรุงเทพมหานคร ", "ร้อยละ")
    # Invented names, which few texts have, and numbers.
    pick = random.Random(language)
    names = ["".join(pick.choices(SYLLABLES, k=pick.randint(2, 4))).title() for _ in range(600)]
    numbers = [str(pick.randrange(1, 3000)) for _ in range(60)] + ["2.5", "covid-19", "A-12/3", "1,500,000"]
    common = WORD_LISTS[language].split()
    return Words([*common * 8, *names, *numbers], 1, *NAMES[language])


def phrases() -> list[str]:
    """What stands between two spaces in the real package's texts, to be shuffled into nonsense of real words."""
    with (ROOT / "data" / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {row[name] for row in rows for name in ("title", "rationale", "objectives", "targets")}
    return sorted({piece for text in texts for piece in re.split(r"[\s()]+", text) if 6 <= len(piece) <= 60})


def text(pick: random.Random, words: Words, length: int) -> str:
    """A text of `length` characters or a few less, of whole pieces."""
    found = pick.choice(words.pieces)
    while len(found) < length:
        found += (" " if pick.random() < words.gap else "") + pick.choice(words.pieces)
    return found[:length].rstrip()


def write(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV of the package."""
    with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def make(folder: Path, count: int, seed: int = 1, described: int = 1, language: str = "th") -> None:
    """Write the package of `count` projects over six fiscal years, each with twelve months and four reports.

    The texts of its data are in `language`, `th`, `en` or `es`; its descriptor is that of the sample. One
    project in `described` has the long texts; the others have none, as most of the real ones.
    """
    pick, words = random.Random(seed), words_of(language)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    descriptor = json.loads((ROOT / "tests" / "sample" / "datapackage.json").read_text("utf-8"))
    descriptor |= {"name": "fiction", "title": "ข้อมูลสมมติสำหรับวัดความเร็ว", "title_en": "Fictional data for benchmarks"}
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] not in LEFT_OUT]
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), "utf-8")
    headers = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in descriptor["resources"]}
    agencies = [
        (f"{91 + n:02}000000", f"{words.office}{n}", f"Fictional Office {n}", "department", "") for n in range(8)
    ] + [
        (f"80{n:02}0000", f"{words.district}{n}", f"Fictional District {n}", "district_office", f"{n:02}")
        for n in range(50)
    ]
    areas = [(f"{n:02}", f"เขตสมมติที่ {n}", f"Fictional Area {n}", "", n % 8 + 1, n // 8 + 1) for n in range(50)]
    write(folder, "agencies", headers["agencies"], agencies)
    write(folder, "areas", headers["areas"], areas)
    write(folder, "project_areas", headers["project_areas"], [])
    write(folder, "sources", headers["sources"], [("fiction", "ข้อมูลสมมติ", "", "", "")])
    strategies = [text(pick, words, 40) for _ in range(7)]
    projects, months, reports, evaluations = [], [], [], []
    for number in range(count):
        year = YEARS[number % len(YEARS)]
        agency = pick.choice(agencies)[0]
        key = f"{agency}-{number:06}"
        budget = pick.randrange(10, 500_000) * 100
        progress = pick.choice((100, *range(0, 100, 5)))
        start = date(year - 544, 10, 1)
        row = {
            "project_id": key,
            "fiscal_year": year,
            "title": f"{words.project}{text(pick, words, 50)}",
            "agency_id": agency,
            "policy_id": pick.randrange(1, 60),
            "kpi_id": f"{agency[:4]}-{number:04}",
            "strategy": pick.choice(strategies),
            "budget_received": budget,
            "budget_spent": budget * pick.randrange(0, 101) // 100,
            "progress_percent": progress,
            "start_date": start,
            "finish_date": start + timedelta(days=364),
            "target_value": 100,
            "result_value": progress,
            "unit": words.percent,
            "as_of_date": date(year - 543, 8, 31),
            "source_id": "fiction",
        }
        if number % described == 0:
            row |= {name: f"{words.city}{text(pick, words, length - 14)}" for name, length in LENGTHS.items()}
        projects.append([row.get(name, "") for name in headers["projects"]])
        months += [(key, month, progress * month // 12 if month < 12 else "") for month in range(1, 13)]
        for part in range(4):
            day = start + timedelta(days=60 + 75 * part)
            report = (key, day, progress * part // 4, STATUSES[part], text(pick, words, 80), text(pick, words, 120))
            reports.append(report)
        evaluations.append((key, year, 1, 100))
    write(folder, "projects", headers["projects"], projects)
    write(folder, "monthly_results", headers["monthly_results"], months)
    write(folder, "progress_reports", headers["progress_reports"], reports)
    write(folder, "evaluations", headers["evaluations"], evaluations)
    write(folder, "revisions", headers["revisions"], [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--described", type=int, default=1, metavar="N", help="one project in N has long texts")
    parser.add_argument("--language", choices=("th", *WORD_LISTS), default="th", help="of the texts")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.projects, described=arguments.described, language=arguments.language)
