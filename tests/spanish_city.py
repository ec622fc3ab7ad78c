"""A fictional city of 20 projects in Spanish alone, made by the steps of docs/another-city.md, with a few words."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

from portal.imports.new_city_files import copy_program

from tests import cities_in_languages as cities
from tests.building import ROOT

WORDS = {
    "English": "Español",
    "Menu": "Menú",
    "Main menu": "Menú principal",
    "Skip to content": "Ir al contenido",
    "Projects": "Proyectos",
    "Project": "Proyecto",
    "Agencies": "Dependencias",
    "All agencies": "Todas las dependencias",
    "Areas": "Barrios",
    "All areas": "Todos los barrios",
    "All years": "Todos los años",
    "All statuses": "Todos los estados",
    "Fiscal year": "Ejercicio fiscal",
    "Fiscal years": "Ejercicios fiscales",
    "Progress": "Avance",
    "Budget received": "Presupuesto recibido",
    "Share": "Proporción",
    "Status": "Estado",
    "Search": "Buscar",
    "Search projects": "Buscar proyectos",
    "Name, code, agency or word": "Nombre, código, dependencia o palabra",
    "Results": "Resultados",
    "Filters": "Filtros",
    "Order by": "Ordenar por",
    "Best match": "Mejor coincidencia",
    "Only in names": "Solo en los nombres",
    "No project found": "No se encontró ningún proyecto",
    "1 project found": "1 proyecto encontrado",
    "{n} projects found": "{n} proyectos encontrados",
    "1 project": "1 proyecto",
    "{n} projects": "{n} proyectos",
    "%(n)s project": "%(n)s proyecto",
    "%(n)s projects": "%(n)s proyectos",
    "{n} million {currency}": "{n} millones de {currency}",
    "No data": "Sin datos",
    "Observations": "Observaciones",
    "Changes": "Cambios",
    "Open data": "Datos abiertos",
    "Next page": "Página siguiente",
    "Previous page": "Página anterior",
    "Find your area": "Encuentre su barrio",
    "Where the money is": "Dónde está el dinero",
    "What the figures say": "Qué dicen las cifras",
    "Projects of %(city)s: progress and spending": "Proyectos de %(city)s: avance y gasto",
    "%(n)s of %(all)s project received %(received)s": "%(n)s de %(all)s proyecto recibió %(received)s",
    "%(n)s of %(all)s projects received %(received)s": "%(n)s de %(all)s proyectos recibieron %(received)s",
}
"""Messages, one by one and of several, and what is said in Spanish."""

WORKS = (
    ("Repavimentación de la avenida", "Secretaría de Obras Públicas"),
    ("Ampliación del hospital", "Secretaría de Salud"),
    ("Nueva escuela del barrio", "Secretaría de Educación"),
    ("Luminarias en la plaza", "Secretaría de Ambiente"),
    ("Desagüe pluvial del arroyo", "Secretaría de Obras Públicas"),
)

PLACES = ("San Martín", "Ñandubay", "Güemes", "Belgrano")

OPTIONS = (
    *("--languages", "es", "--city", "Villa Ejemplo", "--name", "Obras de Villa Ejemplo", "--currency", "ARS"),
    *("--calendar", "gregorian", "--fiscal-year-start", "01-01"),
    *("--column", "Secretaría=agencies.name", "--column", "Avance (%)=progress_percent"),
)


def copy_repository(target: Path) -> Path:
    """The program as a clone of the repository has it, with what `make messages` installs."""
    target.mkdir()
    copy_program(target)
    (target / ".venv").symlink_to(Path(sys.prefix))
    return target


def documented_steps() -> list[str]:
    """The commands of the section on languages."""
    document = (ROOT / "docs" / "another-city.md").read_text("utf-8")
    section = document.partition("## Languages")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. `(\.venv/[^`]+)`", section, re.M)


def in_spanish(message: str) -> str:
    """A message in Spanish, or in Greek letters where there is no translation."""
    return WORDS.get(message) or cities.in_greek(message)


def write_projects(file: Path) -> None:
    """The city's own spreadsheet, as it is saved in its country."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        heads = ("Código", "Nombre del proyecto", "Secretaría", "Barrio", "Presupuesto", "Gastado", "Avance (%)")
        writer.writerow((*heads, "Fecha de inicio", "Fecha de fin"))
        rows = [(*work, place) for work in WORKS for place in PLACES]
        for number, (work, agency, place) in enumerate(rows, 1):
            spent = "" if number % 5 == 0 else f"{number * 1000}000,25"
            budget = f"{number * 1234567},50"
            days = f"{number}/3/2025", f"{number}/9/2026"
            writer.writerow((f"P-{number:03}", f"{work} {place}", agency, place, budget, spent, number * 5, *days))


def make(root: Path) -> Path:
    """The repository of the city in `root`, whose site is built. Each step is one that the document says."""
    program = copy_repository(root / "program")
    for step in documented_steps():
        subprocess.run(step.split(), cwd=program, check=True, capture_output=True)
    cities.fill_catalogue(program / "locales", "es", in_spanish)
    write_projects(root / "proyectos.csv")
    command = [sys.executable, "build.py", "new", "../city", "--csv", "../proyectos.csv", *OPTIONS]
    names = {f"GIT_{who}_{what}": "Oficina de Datos" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    result = subprocess.run(command, cwd=program, env=os.environ | names, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return root / "city"
