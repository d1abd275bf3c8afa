"""What was typed arrives in the right cell of a clean return, or is listed as left; never in a wrong one."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapf_xl.catalogue import shipped
from tests.disorder import HARMFUL, SAFE, as_day, pull_cells_left, push_cells_right, read_by_id, sent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dapf_xl.repairing import Repaired
    from tests.disorder import Book, Grid, Sent

FRAMEWORKS = sorted(shipped())


def damaged(sent: Sent, kinds: Sequence[Callable[[Book, Grid], None]], seed: int, path: Path) -> Book:
    book = sent.book()
    book.chance = random.Random(seed)  # noqa: S311  (not a secret)
    for kind in kinds:
        tables = book.tables()
        if tables:
            kind(book, book.grids[book.chance.choice(tables)])
    book.save(path)
    return book


def leaves_a_trace(kinds: Sequence[Callable[[Book, Grid], None]]) -> bool:
    """Say whether cells are pushed sideways at most once: pushed there and back, a row looks as if nothing had been."""
    return sum(kind in {push_cells_right, pull_cells_left} for kind in kinds) <= 1


def assert_nothing_is_wrong_or_passed_over(sent: Sent, book: Book, made: Repaired) -> None:
    arrived = read_by_id(made.file)
    typed = {key: as_day(value) for key, value in sent.typed.items()}
    assert {
        key: (as_day(value), typed.get(key)) for key, value in arrived.items() if as_day(value) != typed.get(key)
    } == {}
    told = {(each.from_sheet, each.from_cell) for each in made.carried} | {
        (each.sheet, each.cell) for each in made.left
    }
    assert [place for place in book.typed(sent.typed) if place not in told] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
@settings(max_examples=6)
@given(st.data())
def test_all_of_it_arrives_where_no_doubt_is_left(framework: str, data: st.DataObject) -> None:
    sent = data.draw(st.sampled_from(sent_of(framework)))
    kinds = data.draw(st.lists(st.sampled_from(SAFE), min_size=1, max_size=5))
    with TemporaryDirectory() as folder:
        book = damaged(sent, kinds, data.draw(st.integers(0, 10_000)), Path(folder) / "damaged.xlsx")
        made = sent.repair(Path(folder) / "damaged.xlsx", Path(folder) / "clean.xlsx")
        assert_nothing_is_wrong_or_passed_over(sent, book, made)
        assert made.left == ()
        assert read_by_id(made.file).keys() == sent.typed.keys()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@settings(max_examples=12)
@given(st.data())
def test_nothing_arrives_in_a_wrong_cell_or_is_passed_over(framework: str, data: st.DataObject) -> None:
    sent = data.draw(st.sampled_from(sent_of(framework)))
    kinds = data.draw(st.lists(st.sampled_from((*SAFE, *HARMFUL)), min_size=1, max_size=5).filter(leaves_a_trace))
    with TemporaryDirectory() as folder:
        book = damaged(sent, kinds, data.draw(st.integers(0, 10_000)), Path(folder) / "damaged.xlsx")
        made = sent.repair(Path(folder) / "damaged.xlsx", Path(folder) / "clean.xlsx", said=book.loses_identity)
        assert_nothing_is_wrong_or_passed_over(sent, book, made)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_was_typed_is_listed_though_it_stands_where_a_formula_stood(framework: str, tmp_path: Path) -> None:
    for sent in sent_of(framework):
        for sheet in sent.book().tables():
            book = sent.book()
            grid = book.grids[sheet]
            heads = next(row for row in grid if "id" in row and "Ref" in row)
            if "Comment" not in heads:
                continue
            column = heads.index("Comment")
            heads[:] = [None] * len(heads)
            for row in grid:
                row.insert(column, None)
            book.save(tmp_path / "damaged.xlsx")
            made = sent.repair(tmp_path / "damaged.xlsx", tmp_path / "clean.xlsx")
            assert_nothing_is_wrong_or_passed_over(sent, book, made)


def test_a_shorthand_is_listed_though_the_return_itself_names_it(tmp_path: Path) -> None:
    sent = sent_of("cambridgeshire")[0]
    book = sent.book()
    grid = book.grids["Return"]
    heads = next(row for row in grid if "id" in row and "Ref" in row)
    typed = "[x] not available: awaiting release"
    assert any(typed in row for row in book.grids["Definitions"])
    shorthand = heads.index("Shorthand or marker")
    number = next(number for number, row in enumerate(grid) if str(row[shorthand]).startswith("shorthand"))
    grid[number][shorthand] = typed
    heads[shorthand] = heads[shorthand - 1] = None
    book.save(tmp_path / "damaged.xlsx")
    made = sent.repair(tmp_path / "damaged.xlsx", tmp_path / "clean.xlsx")
    assert ("Return", f"K{number + 1}", typed) in {(each.sheet, each.cell, each.value) for each in made.left}
