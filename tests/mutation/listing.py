"""Writes docs/mutations.md, the list of what is done to good returns: ``python -m tests.mutation.listing``."""

from __future__ import annotations

from pathlib import Path

from tests.mutation import mutants  # noqa: F401  (enters the kinds)
from tests.mutation.case import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "mutations.md"
GROUPS = {
    "cells": "Locked cells",
    "rows": "Rows, columns and blocks",
    "sheets": "Sheets",
    "guards": "Protection, validations, formats, names and properties",
    "looks": "How cells look, and which can be typed into",
    "hiding": "What hides, covers or reaches into cells, on any sheet",
    "furniture": "Links, printed pages, rules that colour, pictures, settings and parts",
    "identity": "Whose return it is",
    "inputs": "Input cells",
    "writing": "What the file says twice, in pieces, or where not every program looks",
    "programs": "Other programs, and several things at once",
}
LEAD = """# What is done to good returns, and what dapf does about it

For every shipped framework, good returns are changed in each of these ways (`tests/mutation/`), by a generator that
makes the same mutant again from its kind and a seed. What is tested of each: no traceback; no figure taken from
anywhere but the input cell beside the label under which it was issued; and every other difference from what was
issued is a finding that names its sheet and cell, with what stood there and what stands there now, or nothing of the
file is taken. The generator says what it changed; the code that checks is not asked.

Each run of the tests tries a few of every kind; `DAPF_FULL=1` tries at least 5,000 a framework, every locked cell
among them. One mutant again: `python -m tests.mutation.sweep haringey --kind "two ids swapped" --seed 3`.
This page is written by `python -m tests.mutation.listing`.
"""


def page() -> str:
    """The page, from the kinds that there are."""
    lines = [LEAD]
    for group, heading in GROUPS.items():
        lines += [f"## {heading}", "", "| what | who does such a thing | what dapf does |", "|---|---|---|"]
        lines += [f"| {each.name} | {each.who} | {each.does} |" for each in KINDS.values() if each.group == group]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
