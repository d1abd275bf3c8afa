"""Nothing changes silently: good returns of every framework, changed in every way, are never taken wrongly."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mutation.case import KINDS
from tests.mutation.listing import GROUPS, PAGE, page
from tests.mutation.mutants import EVERY_CELL, cells_of, mutant, seeds
from tests.mutation.oracle import faults
from tests.mutation.originals import desk_of, frameworks
from tests.mutation.sweep import tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dapf_xl.rules import CheckedReturn
    from tests.conftest import Office
    from tests.mutation.case import Case
    from tests.mutation.originals import Desk, Original

FULL = os.environ.get("DAPF_FULL") == "1"
LEAST = 5_000
BY_HAND = [name for name, kind in KINDS.items() if not kind.office]
BY_OFFICE = [name for name, kind in KINDS.items() if kind.office]


@pytest.fixture(scope="session")
def desk() -> Iterator[Callable[[str], Desk]]:
    """Give the desk of a framework; each is made once."""
    with contextlib.ExitStack() as stack:
        made: dict[str, Desk] = {}

        def of(framework: str) -> Desk:
            if framework not in made:
                made[framework] = stack.enter_context(desk_of(framework))
            return made[framework]

        yield of


@pytest.mark.parametrize("kind", BY_HAND)
@pytest.mark.parametrize("framework", frameworks())
def test_a_mutant_is_never_taken_wrongly_or_silently(desk: Callable[[str], Desk], framework: str, kind: str) -> None:
    made = desk(framework)
    wrong = {seed: found for seed in seeds(made, kind, full=FULL) if (found := tried(made, kind, seed))}
    assert not wrong, "\n".join(f"{framework}, {kind}, seed {seed}: {found[0]}" for seed, found in wrong.items())


def test_what_libreoffice_saves_is_never_taken_wrongly_or_silently(
    desk: Callable[[str], Desk], office: Office, tmp_path: Path
) -> None:
    cases: list[tuple[str, Case]] = []
    for framework in frameworks():
        made = desk(framework)
        for kind in BY_OFFICE:
            cases += [
                (f"{framework}, {kind}, seed {seed}", mutant(made, kind, seed)) for seed in seeds(made, kind, full=FULL)
            ]
    wrong = []
    for to in ("ods", "xlsx"):
        wanted = [(words, case) for words, case in cases if case.data == to.encode()]
        paths = []
        for number, (_, case) in enumerate(wanted):
            paths.append(tmp_path / to / f"{number}.xlsx")
            paths[-1].parent.mkdir(exist_ok=True)
            paths[-1].write_bytes(case.book.bytes())
        saved = office.convert(paths, to, tmp_path / f"saved as {to}")
        for (words, case), path in zip(wanted, saved, strict=True):
            found = faults(case, case.desk.check(f"{Path(case.name).stem}.{to}", path.read_bytes()))
            wrong += [f"{words}: {found[0]}"] if found else []
    assert cases
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("framework", frameworks())
def test_the_full_sweep_is_large_enough_and_reaches_every_locked_cell(
    desk: Callable[[str], Desk], framework: str
) -> None:
    made = desk(framework)
    assert sum(len(seeds(made, kind, full=True)) for kind in KINDS) >= LEAST
    cleared = set()
    for seed in seeds(made, EVERY_CELL, full=True)[:: 1 if FULL else 7]:
        case = mutant(made, EVERY_CELL, seed)
        (difference,) = case.book.differences()
        cleared.add((case.original.agency, difference.sheet, difference.cell))
    assert len(cleared) == len(range(0, cells_of(made), 1 if FULL else 7))


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_same_seed_makes_the_same_mutant(desk: Callable[[str], Desk], kind: str) -> None:
    made = desk("haringey")
    one, two = (mutant(made, kind, 5) for _ in range(2))
    assert [*one.book.differences()] == [*two.book.differences()]


def unchanged(desk: Desk, original: Original) -> CheckedReturn:
    """What comes of a return that nobody changed."""
    if original.agency not in UNCHANGED:
        UNCHANGED[original.agency] = desk.check(original.name, original.book().bytes())
    return UNCHANGED[original.agency]


UNCHANGED: dict[str, CheckedReturn] = {}


@pytest.mark.parametrize(
    "kind", [name for name, kind in KINDS.items() if not (kind.harmless or kind.office or name == "sign off changed")]
)
def test_a_check_that_notices_nothing_is_noticed(desk: Callable[[str], Desk], kind: str) -> None:
    """Hand the oracle what the unchanged return was taken for: of mutants that must not pass (a name is no figure)."""
    made = desk("wirral")
    noticed = 0
    for seed in range(6):
        case = mutant(made, kind, seed)
        noticed += bool(faults(case, unchanged(made, case.original)))
    assert noticed, "the oracle would let it pass"


@pytest.mark.parametrize("framework", frameworks())
def test_an_unchanged_return_is_taken_whole(desk: Callable[[str], Desk], framework: str) -> None:
    made = desk(framework)
    for original in made.originals:
        checked = made.check(original.name, original.book().bytes())
        assert checked.status == "Accepted", [finding.message for finding in checked.findings]
        assert len(checked.observations) == len(original.answers) > 0
        assert not [*original.book().differences()]


def test_every_kind_is_listed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.mutation.listing"
    assert {kind.group for kind in KINDS.values()} == {*GROUPS}
