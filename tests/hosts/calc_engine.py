"""An engine for xlwings that drives a running LibreOffice Calc: the test double of Excel.

The handlers of the buttons run on it unchanged: after ``register(Engine(url))``, ``xlwings.Book.caller()`` is a
workbook that Calc has open. It has what the handlers use, and each of it does in Calc what it does in Excel.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections import deque

_DEBIAN = "/usr/lib/python3/dist-packages"
if _DEBIAN not in sys.path:
    sys.path.append(_DEBIAN)  # where python3-uno is; after everything else, so that nothing of ours is hidden

import uno  # noqa: E402
import xlwings  # noqa: E402
from com.sun.star.beans import PropertyValue  # noqa: E402
from xlwings import base_classes as base  # noqa: E402
from xlwings import utils  # noqa: E402

RUN_MACROS = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
CONTENTS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas
EXCEL_GRAMMAR = 3  # com.sun.star.sheet.AddressConvention.XL_OOX
CALC_URL = "DAPF_CALC_URL"
"""Environment variable that says where Calc listens."""


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


def connect(url, seconds=60.0):
    """Return the component context of the Calc that listens at ``url``."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:{url};urp;StarOffice.ComponentContext")
        except Exception as error:  # noqa: BLE001  (UNO's own have no common type)
            if time.monotonic() > end:
                message = f"Calc does not listen at {url}: {error}"
                raise TimeoutError(message) from None
            time.sleep(0.2)


class Engine:
    name = "calc"
    type = "desktop"

    def __init__(self, url):
        self.apps = Apps(App(self, url))

    @staticmethod
    def prepare_xl_data_element(value, _options):
        return value

    @staticmethod
    def clean_value_data(data, _datetime_builder, empty_as, _number_builder, _err_to_str):
        return [[empty_as if value in (None, "") else value for value in row] for row in data]


class Apps(base.Apps):
    def __init__(self, app):
        self._app = app

    def keys(self):
        return [self._app.pid]

    def __iter__(self):
        yield self._app

    def __len__(self):
        return 1

    def __getitem__(self, _pid):
        return self._app


class App(base.App):
    engine = None
    display_alerts = True
    version = "16.0"
    pid = 1
    visible = True

    def __init__(self, engine, url):
        self.engine = engine
        self._url = url
        self._context = None
        self._status = False
        self.shown = deque(maxlen=1000)
        """Every text of the status bar, for tests."""

    @property
    def api(self):
        return self.service("com.sun.star.frame.Desktop")

    def service(self, name):
        if self._context is None:
            self._context = connect(self._url)
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    @property
    def books(self):
        return Books(self)

    def activate(self, _steal_focus=False):
        """Calc is one program with one window at the front: the book that is activated comes there."""

    @property
    def screen_updating(self):
        return not any(book.api.hasControllersLocked() for book in self.books)

    @screen_updating.setter
    def screen_updating(self, value):
        for book in self.books:
            if value and book.api.hasControllersLocked():
                book.api.unlockControllers()
            elif not value and not book.api.hasControllersLocked():
                book.api.lockControllers()

    @property
    def status_bar(self):
        return self._status

    @status_bar.setter
    def status_bar(self, value):
        for book in self.books:
            indicator = book.api.CurrentController.StatusIndicator
            indicator.end()
            if value is not False:
                indicator.start(str(value), 100)
        self._status = value
        self.shown.append(value)


class Books(base.Books):
    def __init__(self, app):
        self.app = app

    def _all(self):
        found = []
        components = self.app.api.Components.createEnumeration()
        while components.hasMoreElements():
            each = components.nextElement()
            if hasattr(each, "supportsService") and each.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(Book(self.app, each))
        return found

    def __iter__(self):
        return iter(self._all())

    def __len__(self):
        return len(self._all())

    def __call__(self, name):
        for book in self._all():
            if book.name.lower() == name.lower():
                return book
        raise KeyError(name)

    @property
    def active(self):
        return Book(self.app, self.app.api.CurrentComponent)

    def open(self, fullname, *_arguments):
        if not os.path.exists(fullname):
            raise FileNotFoundError(fullname)
        return self.load(fullname)

    def load(self, path, **options):
        url = uno.systemPathToFileUrl(os.path.abspath(path))
        options = properties(MacroExecutionMode=RUN_MACROS, **options)
        return Book(self.app, self.app.api.loadComponentFromURL(url, "_blank", 0, options))


class Book(base.Book):
    app = None

    def __init__(self, app, document):
        self.app = app
        self.api = document

    api = None

    @property
    def fullname(self):
        return uno.fileUrlToSystemPath(self.api.URL)

    @property
    def name(self):
        return os.path.basename(self.fullname)

    @property
    def sheets(self):
        return Sheets(self)

    def save(self, _path=None, **_options):
        self.api.store()

    def activate(self):
        self.api.CurrentController.Frame.activate()

    def close(self):
        self.api.close(True)


class Sheets(base.Sheets):
    def __init__(self, book):
        self.book = book

    @property
    def active(self):
        return Sheet(self.book, self.book.api.CurrentController.ActiveSheet)

    def __call__(self, name):
        if not self.book.api.Sheets.hasByName(name):
            raise xlwings.NoSuchObjectError(name)
        return Sheet(self.book, self.book.api.Sheets.getByName(name))

    def __len__(self):
        return self.book.api.Sheets.Count


class Sheet(base.Sheet):
    book = None
    api = None

    def __init__(self, book, sheet):
        self.book = book
        self.api = sheet

    @property
    def name(self):
        return self.api.Name

    def activate(self):
        self.book.api.CurrentController.setActiveSheet(self.api)

    def range(self, first, last=None):
        if isinstance(first, str):
            first, to = utils.a1_to_tuples(first)
            last = last or to
        last = last or first
        if isinstance(first, Range):
            first = (first.row, first.column)
        if isinstance(last, Range):
            last = (last.row + last.shape[0] - 1, last.column + last.shape[1] - 1)
        return Range(self, self.api.getCellRangeByPosition(first[1] - 1, first[0] - 1, last[1] - 1, last[0] - 1))


class Range(base.Range):
    sheet = None
    api = None
    has_array = None
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet, cells):
        self.sheet = sheet
        self.api = cells
        self._at = cells.RangeAddress
        self.options = None

    row = property(lambda self: self._at.StartRow + 1)
    column = property(lambda self: self._at.StartColumn + 1)
    shape = property(
        lambda self: (self._at.EndRow - self._at.StartRow + 1, self._at.EndColumn - self._at.StartColumn + 1)
    )
    coords = property(lambda self: (self.sheet.name, self.row, self.column, *self.shape))

    def __len__(self):
        return self.shape[0] * self.shape[1]

    def __call__(self, row, column=None):
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        at = (self.row + row - 1, self.column + column - 1)
        return self.sheet.range(at, at)

    @property
    def address(self):
        rows, columns = self.shape
        first = f"${utils.col_name(self.column)}${self.row}"
        last = f"${utils.col_name(self.column + columns - 1)}${self.row + rows - 1}"
        return first if first == last else f"{first}:{last}"

    @property
    def raw_value(self):
        rows = [tuple(None if value == "" else value for value in row) for row in self.api.getDataArray()]
        return rows[0][0] if self.shape == (1, 1) else rows

    @raw_value.setter
    def raw_value(self, data):
        rows, columns = self.shape
        if not isinstance(data, list | tuple):
            data = [[data] * columns] * rows
        self.api.setDataArray(tuple(tuple(map(_stored, row)) for row in data))
        for down, row in enumerate(data):
            for across, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    self._typed(self.api.getCellByPosition(across, down), value)

    def _typed(self, cell, text):
        """Put what begins with = as Excel does: it stays text where the cell is formatted as text."""
        formats = self.sheet.book.api.NumberFormats
        if formats.getByKey(cell.NumberFormat).FormatString == "@":
            cell.setString(text)
        else:
            self._put_formula(cell, text)

    @property
    def formula(self):
        return self.api.getCellByPosition(0, 0).getFormula()

    @formula.setter
    def formula(self, text):
        self._typed(self.api.getCellByPosition(0, 0), text)

    def _put_formula(self, cell, text):
        """Put a formula that is written as Excel writes it, with commas."""
        parser = self.sheet.book.api.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish = True
        parser.FormulaConvention = EXCEL_GRAMMAR
        cell.setTokens(parser.parseFormula(text.removeprefix("="), cell.CellAddress))

    def clear_contents(self):
        self.api.clearContents(CONTENTS)


def _stored(value):
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, dt.date):
        message = f"the handlers write no dates: {value}"
        raise TypeError(message)
    return str(value).removeprefix("'")  # which says that text follows, and is not part of it


def register(engine):
    """Make Calc the engine that xlwings uses."""
    known = xlwings.main.Engine(impl=engine)
    xlwings.engines.add(known)
    known.activate()
