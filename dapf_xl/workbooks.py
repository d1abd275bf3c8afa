"""Writing a workbook: one place that opens, styles, lays out, prints and atomically replaces files."""

from __future__ import annotations

import contextlib
import os
import string
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellStringTuple, Worksheet

from dapf_xl.findings import NotWrittenError
from dapf_xl.styles import FONT, FORMATS, TABS, height_of, lines_needed, with_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlsxwriter.format import Format

A4 = 9
LONGEST_TEXT = 32_767
"""What a cell holds in Excel, in UTF-16 units, which it counts everything in."""
CUT = "… (cut)"
"""Stands at the end of a text that a cell cannot hold whole."""
LONGEST_FOOT = 255
"""UTF-16 units that the head or foot of a page holds in Excel, the codes for size and page among them."""
COLUMN_LETTERS = tuple(string.ascii_uppercase)


class _Worksheet(Worksheet):
    """XlsxWriter's worksheet, without what it does for every cell that no cell of ours needs."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  (as the method that it replaces)
        """Return the formula as it is stored: not searched for functions newer than Excel 2016, half of its cost."""
        return formula.removeprefix("=")

    def write_texts(self, first_row: int, col: int, texts: Iterable[str], cell_format: Format) -> int:
        """Write texts beneath each other, a blank left empty; a text that comes again is the same cell again.

        Returns:
            0, or another number where a place is outside a sheet.
        """
        listed: Any = self.str_table
        cells: dict[str, CellStringTuple] = {}
        rows = [(row, text) for row, text in enumerate(texts, first_row) if text]
        for row, text in rows:
            if text not in cells:
                cells[text] = CellStringTuple(listed._get_shared_string_index(shortened(text)), cell_format)  # noqa: SLF001  (as XlsxWriter does)
            self.table[row][col] = cells[text]
        listed.count += len(rows) - len(cells)  # it counts every cell
        return min((self._check_dimensions(row, col) for row, _ in (*rows[:1], *rows[-1:])), default=0)

    def _assemble_xml_file(self) -> None:
        """Write the sheet, and forget its cells: hundreds of thousands, which nobody asks for any more."""
        super()._assemble_xml_file()
        self.table.clear()

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401  (any of XlsxWriter's cells)
        """Write a cell; most are a styled text, of which nothing needs to be escaped: it is a number of a list."""
        if type(cell) is CellStringTuple and cell.format:
            place, style = xl_rowcol_to_cell_fast(row, col), cell.format._get_xf_index()  # noqa: SLF001  (as there)
            self.fh.write(f'<c r="{place}" s="{style}" t="s"><v>{cell.string}</v></c>')  # type: ignore[attr-defined]  # open by now
        else:
            super()._write_cell(row, col, cell)


class _Workbook(xlsxwriter.Workbook):
    """XlsxWriter's workbook, with the protection of its structure that XlsxWriter cannot write."""

    worksheet_class = _Worksheet
    lock_structure = False

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.lock_structure:
            self._xml_empty_tag("workbookProtection", [("lockStructure", "1")])


class Sheet:
    """A sheet being written; every cell goes through ``put``."""

    def __init__(self, book: Book, worksheet: _Worksheet) -> None:
        """Wrap a worksheet of the book."""
        self.book = book
        self.worksheet = worksheet
        self.name = str(worksheet.name)
        self.widths: dict[int, float] = {}
        self.heights: dict[int, float] = {}
        """Heights in points of the rows that were fitted or set here."""

    def put(self, row: int, column: int, value: object, style: str) -> None:
        """Write a value (text, number, bool or None for a styled blank) at a zero-based place."""
        cell_format = self.book.style(style)
        if value is None or value == "":
            written(self.worksheet.write_blank(row, column, None, cell_format))
        elif isinstance(value, bool):
            written(self.worksheet.write_boolean(row, column, value, cell_format))
        elif isinstance(value, int | float):
            written(self.worksheet.write_number(row, column, value, cell_format))
        else:
            written(self.worksheet.write_string(row, column, shortened(str(value)), cell_format))

    def put_texts(self, first_row: int, column: int, texts: Iterable[str], style: str) -> None:
        """Write texts beneath each other, as many as there may be; a blank is left empty, without a style."""
        written(self.worksheet.write_texts(first_row, column, texts, self.book.style(style)))

    def formula(self, row: int, column: int, formula: str, cached: object, style: str) -> None:
        """Write a formula with the value that Python computed for it."""
        value = "" if cached is None else cached
        written(self.worksheet.write_formula(row, column, f"={formula}", self.book.style(style), value))

    def link(  # noqa: PLR0913, PLR0917  (from where, to where, and how it looks)
        self, row: int, column: int, sheet: str, words: str, cell: str = "A1", style: str = "link"
    ) -> None:
        """Write a link to a cell of another sheet of the same workbook."""
        quoted = sheet.replace("'", "''")
        written(self.worksheet.write_url(row, column, f"internal:'{quoted}'!{cell}", self.book.style(style), words))

    def masthead(self, title: str, lead: str, marking: str, back: str = "") -> None:
        """Write the head that every sheet has: title, how to read it, marking, and a link back."""
        self.put(0, 0, title, "title")
        self.worksheet.set_row(0, 24)
        self.put(1, 0, lead, "lead")
        self.put(2, 0, marking, "marking")
        if back:
            self.link(3, 0, back, f"Back to {back}")

    def columns(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns."""
        for column, width in enumerate(widths):
            self.worksheet.set_column(column, column, width)
            self.widths[column] = width

    def fit_row(
        self, row: int, texts: Mapping[int, str], size: float = 10, *, bold: bool = False, least: int = 1
    ) -> None:
        """Set a row's height so that each text, by its column, shows whole."""
        lines = max(
            (lines_needed(text, self.widths[column], size, bold=bold) for column, text in texts.items() if text),
            default=1,
        )
        self.set_height(row, height_of(max(lines, least), size))

    def table(
        self, first_row: int, last_row: int, heads: Sequence[str], style: str, options: Mapping[str, Any]
    ) -> None:
        """Make an Excel table of rows whose cells are written one by one, its heads in the first of them.

        XlsxWriter keeps every cell of a table so as to find two that overlap: more memory than the cells themselves
        take. It is told of the first rows alone, and the table is made longer afterwards.
        """
        columns = [{"header": head, "header_format": self.book.style(style)} for head in heads]
        last = len(heads) - 1
        written(self.worksheet.add_table(first_row, 0, first_row + 1, last, {**options, "columns": columns}))
        whole = xl_range(first_row, 0, last_row, last)
        self.worksheet.tables[-1].update(range=whole, a_range=whole, autofilter=whole)

    def set_height(self, row: int, height: float) -> None:
        """Set a row's height in points."""
        self.heights[row] = height
        self.worksheet.set_row(row, height)


Kind = TypeVar("Kind", bound=Sheet)


class Book:
    """A workbook being written: XlsxWriter with the house style, its warnings raised as errors."""

    def __init__(self, path: Path, *, title: str, subject: str, created: datetime | None = None) -> None:
        """Open the workbook for writing at ``path``; ``created`` is fixed where bytes must repeat."""
        self.workbook = _Workbook(
            str(path),
            {
                "strings_to_numbers": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "in_memory": True,
                # column widths are counted in its digits: 7 pixels each where Arial is, and where Liberation Sans is
                "default_format_properties": {"font_name": FONT, "font_size": 10},
            },
        )
        self.workbook.set_properties({"title": title, "subject": subject, "created": created or datetime.now(UTC)})
        self.workbook.set_calc_mode("auto")
        self.formats: dict[str, Format] = {}

    def style(self, name: str) -> Format:
        """Return the cell format of that name, made on first use.

        Args:
            name: A name of ``styles.FORMATS``; behind a ``|`` may stand what its numbers are shown with, such as
                ``count|2013/14``.
        """
        if name not in self.formats:
            plain, _, label = name.partition("|")
            self.formats[name] = self.workbook.add_format(with_label(FORMATS[plain], label))
        return self.formats[name]

    def sheet(  # noqa: PLR0913  (each is what a page has)
        self, name: str, kind: type[Kind], *, tab: str, footer: str, header: str = "", landscape: bool = True
    ) -> Kind:
        """Add a sheet that prints on A4, one page wide, with ``footer`` and ``header`` at the left of each page."""
        worksheet = cast("_Worksheet", self.workbook.add_worksheet(name))
        worksheet.set_tab_color(TABS[tab])
        worksheet.hide_gridlines(2)
        worksheet.set_paper(A4)
        if landscape:
            worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer(page_text("&L&8", footer, "&R&8Page &P of &N"))
        if header:
            worksheet.set_header(page_text("&L&8", header))
        return kind(self, worksheet)


def units(text: str) -> int:
    """Return how long a text is to Excel, which counts UTF-16 units: two for an emoji."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def cut_to(text: str, length: int) -> str:
    """Return as much of a text as ``length`` UTF-16 units hold, no letter halved."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * length].decode("utf-16-le", "ignore")


def shortened(text: str) -> str:
    """Return the text, or where a cell cannot hold it as much as it can, with a mark that says so."""
    if 2 * len(text) <= LONGEST_TEXT or units(text) <= LONGEST_TEXT:
        return text
    return cut_to(text, LONGEST_TEXT - units(CUT)) + CUT


def written(code: int) -> None:
    """Check what XlsxWriter returns of a cell, where it does not even warn.

    Raises:
        ValueError: the cell was left out, for the text was too long or the place outside a sheet.
    """
    if code:
        message = f"XlsxWriter left a cell out (code {code})"
        raise ValueError(message)


def page_text(left: str, text: str, right: str = "") -> str:
    """Return the head or foot of a page: the text, as far as there is room, escaped, between codes."""
    if text[:1].isdigit():
        text = f" {text}"  # or it would be read as part of the size
    escaped = ""
    for letter in text:
        more = "&&" if letter == "&" else letter
        if units(left + escaped + more + right) > LONGEST_FOOT:
            break
        escaped += more
    return f"{left}{escaped}{right}"


@contextlib.contextmanager
def strict() -> Iterator[None]:
    """Raise XlsxWriter's warnings (a wrong option only warns) as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield


def write_atomically(path: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` make a file beside ``path``, then put it in place in one step.

    Whatever fails, what stood at ``path`` still stands, and no half-written file is left.

    Raises:
        NotWrittenError: the folder cannot be written, the disk is full, or the file is open elsewhere.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise NotWrittenError(not_written(path, error)) from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        flush_to_disk(temporary)
        put_in_place(temporary, path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise NotWrittenError(not_written(path, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def flush_to_disk(path: Path) -> None:
    """Wait until a file's bytes are on the disk, so that a full disk shows before anything is replaced."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def put_in_place(temporary: Path, path: Path) -> None:
    """Replace ``path`` by the finished file; refuse while a spreadsheet program has it open.

    Raises:
        OSError: the file is open elsewhere, or cannot be replaced.
    """
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / lock).exists():
            message = f"{path.name} is open in a spreadsheet program: close it and try again"
            raise PermissionError(message)
    temporary.chmod(0o666 & ~_UMASK)
    temporary.replace(path)


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _read_umask()


def not_written(path: Path, error: Exception) -> str:
    """Return in a line why a file was not written, and that nothing was lost."""
    reason = getattr(error, "strerror", None) or str(error)
    before = "what stood there before is unchanged" if path.exists() else "nothing was written"
    return f"{path} could not be written ({reason}); {before}."
