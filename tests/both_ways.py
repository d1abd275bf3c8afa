"""Values that are taken from the pieces of a usual sheet, held to what calamine reads of the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dapf_xl.returns import xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dapf_xl.returns.package import Package
    from dapf_xl.returns.sounding import UsualSheet
    from dapf_xl.returns.troubles import Cells
    from dapf_xl.returns.xlsx_fittings import Stored

_own = xlsx._usual_values  # noqa: SLF001  (what is held to the same)


def with_types(cells: Cells) -> list[list[tuple[str, str]]]:
    """Return cells so that 1, 1.0, True and a text of it are four things, and so are 0 and -0."""
    return [[(type(each).__name__, repr(each)) for each in line] for line in cells]


class BothWays:
    """Reads twice, and keeps where the two differ."""

    def __init__(self) -> None:
        self.differences: list[str] = []
        self.own = self.calamine = 0

    def __call__(
        self, package: Package, usual: Mapping[str, UsualSheet | None], around: Mapping[str, Stored]
    ) -> dict[str, Cells] | None:
        """Read as the product does, and note what calamine reads otherwise."""
        found = _own(package, usual, around)
        if found is None:
            self.calamine += 1
            return None
        self.own += 1
        try:
            other = xlsx._values(package, found, package.parts)  # noqa: SLF001  (packed anew: zipfile has read it)
        except BaseException as error:  # noqa: BLE001  (a panic of calamine's is no Exception)
            self.differences.append(f"{package.name}: calamine cannot read it: {error}")
            return found
        self.differences += [
            f"{package.name}, {sheet}" for sheet in found if with_types(found[sheet]) != with_types(other[sheet])
        ]
        return found
