"""What stands on a sheet, or is carried in a workbook, that no return is sent out with, in plain words."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from dapf_xl.returns.pieces import elements_of, name_of, named, named_in, said_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

HOLDS = {
    "protectedRanges": "ranges that can be typed into although the sheet is protected",
    "scenarios": "scenarios, which put other numbers into cells",
    "autoFilter": "a filter, which can hide rows",
    "dataConsolidate": "what other cells are added up into it",
    "customSheetViews": "views that were kept of it, which can hide rows",
    "smartTags": "smart tags",
    "legacyDrawingHF": "a picture at the head or foot of its pages",
    "drawingHF": "a picture at the head or foot of its pages",
    "picture": "a picture behind its cells",
    "controls": "buttons or boxes to tick",
    "webPublishItems": "a part of it that is put on a web page",
    "tableParts": "a table with a name of its own, as Insert, Table makes it",
}
"""What each element behind the cells is that no return is sent out with. Those that must hold others to mean anything
are told only where they do."""
_ALONE = frozenset({"autoFilter", "legacyDrawingHF", "drawingHF", "picture"})
"""Those of them that mean something although they hold nothing."""
HARMLESS = {
    "sheetCalcPr": "that it is calculated when it opens",
    "sheetProtection": "compared by what it allows",
    "sortState": "how its rows were sorted last; where they stand is compared",
    "mergeCells": "told of every sheet",
    "phoneticPr": "how Japanese is spelt out",
    "conditionalFormatting": "compared cell by cell",
    "dataValidations": "compared cell by cell",
    "hyperlinks": "compared cell by cell",
    "printOptions": "whether gridlines are printed, and where on the page",
    "pageMargins": "how wide the margins are",
    "pageSetup": "compared by paper and direction; how large it prints differs by printer",
    "headerFooter": "compared by what it says",
    "rowBreaks": "where pages end",
    "colBreaks": "where pages end",
    "customProperties": "an add-in's own settings; the part that they are in is told of the file",
    "cellWatches": "cells that are shown in a window of their own",
    "ignoredErrors": "where a green corner does not show",
    "drawing": "told by what lies in it: programs add empty ones",
    "legacyDrawing": "told by what lies in it: notes, buttons",
    "oleObjects": "told of the file: an embedded document, or a link to another file",
    "extLst": "looked into",
}
"""Every other element that can stand behind a sheet's cells (ECMA-376 part 1, 18.3.1.99), and why it is not told."""
EXTENSIONS = {
    "sparklineGroups": "small charts in cells",
    "protectedRanges": HOLDS["protectedRanges"],
}
"""The same of what newer programs keep in ``extLst`` ([MS-XLSX] 2.3.1)."""
HARMLESS_EXTENSIONS = frozenset({
    "conditionalFormattings", "dataValidations", "ignoredErrors",
    "slicerList", "slicers", "timelineRefs", "webExtensions",  # (their parts are told of the file)
})  # fmt: skip
_OFTEN = frozenset({"conditionalFormatting", "extLst"})
"""What can stand there more than once."""
TWICE = "something that programs read in different ways ({name}, which is there twice)"
UNKNOWN = "something that dapf does not know ({name})"


def more_of(behind: Iterable[Element]) -> Iterator[str]:
    """Yield in words what stands on a sheet behind its cells that no return is sent out with.

    Args:
        behind: The elements there.
    """
    told = set()
    seen: set[str] = set()
    for each in behind:
        name = name_of(each)
        is_twice = name in seen and name not in _OFTEN
        seen.add(name)
        for words in (*_of_one(each), *((TWICE.format(name=name),) if is_twice else ())):
            if words not in told:
                told.add(words)
                yield words


def _of_one(element: Element) -> Iterator[str]:
    name = name_of(element)
    if name == "extLst":
        for each in element:
            for inside in each:
                kind = name_of(inside)
                if kind not in HARMLESS_EXTENSIONS:
                    yield EXTENSIONS.get(kind) or UNKNOWN.format(name=kind)
    elif name in HOLDS:
        if name in _ALONE or len(element):
            yield HOLDS[name]
    elif name not in HARMLESS:
        yield UNKNOWN.format(name=name)


# --- what lies over the cells ----------------------------------------------------------------------


class Drawn(NamedTuple):
    """What lies over the cells of a sheet."""

    things: tuple[str, ...] = ()
    """In words: ``a picture``."""
    noted: tuple[str, ...] = ()
    """Addresses of cells with notes."""


NOTHING_DRAWN = Drawn()
_DRAWN = {
    "pic": "a picture",
    "graphicFrame": "a chart or a diagram",
    "sp": "a box or a shape",
    "cxnSp": "a line",
    "contentPart": "something drawn by hand",
}
_CONTROLS = "buttons or boxes to tick"
_NO_CONTROL = frozenset({"Note", "Pict"})
_OBJECT = re.compile(rb"""ObjectType\s*=\s*["'](\w+)""")
_NOTED = re.compile(rb"""<(?:\w+:)?comment\s[^<>]*?ref\s*=\s*["']([A-Z]{1,3}\d{1,7})["']""")


def drawn_on(sheet: str, relations: bytes, parts: Mapping[str, bytes]) -> Drawn:
    """Return what lies over the cells of a sheet of an Excel workbook.

    Args:
        sheet: The name of its part.
        relations: What it leads to.
        parts: The workbook's parts.
    """
    leads_to: dict[str, list[bytes]] = {}
    for each in map(said_of, named_in(relations, "Relationship")):
        path = posixpath.normpath(posixpath.join(f"/{posixpath.dirname(sheet)}", each.get("Target", ""))).lstrip("/")
        kind = each.get("Type", "").rpartition("/")[2]
        leads_to.setdefault(kind, []).append(parts[path] if path in parts else _part_named(path, parts))
    things = [words for xml in leads_to.get("drawing", ()) for words in _drawn_in(xml)]
    kinds = {kind.decode() for xml in leads_to.get("vmlDrawing", ()) for kind in _OBJECT.findall(xml)}
    things += [_CONTROLS] if kinds - _NO_CONTROL else []
    threaded = any(kind.lower().startswith("threadedcomment") for kind in leads_to)  # (told of the file)
    notes = [] if threaded else [each.decode() for xml in leads_to.get("comments", ()) for each in _NOTED.findall(xml)]
    return Drawn(tuple(dict.fromkeys(things)), tuple(notes))


def _part_named(path: str, parts: Mapping[str, bytes]) -> bytes:
    """Return the part of a name as Excel compares names; nothing where there is none."""
    wanted = unquote(path).casefold()
    return next((content for name, content in parts.items() if unquote(name).casefold() == wanted), b"")


@lru_cache(maxsize=64)
def _drawn_in(xml: bytes) -> tuple[str, ...]:
    roots = elements_of(xml)
    if roots is None:
        return ("something that no program can read",)
    found = {name_of(each) for root in roots for each in named(root, *_DRAWN)}
    return tuple(words for name, words in _DRAWN.items() if name in found)


# --- what a workbook carries -----------------------------------------------------------------------

_KNOWN_PARTS = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|mimetype"
    r"|docProps/(?:core|app|custom)\.xml|docProps/thumbnail\.\w+"
    r"|docMetadata/[^/]*\.xml|customXml/[^/]*\.xml"  # labels that an organisation's software writes
    r"|xl/(?:workbook|sharedStrings|styles|calcChain|metadata)\.xml|xl/theme/(?:_rels/)?[^/]*\.(?:xml|rels)"
    r"|xl/(?:worksheets|chartsheets|dialogsheets)/[^/]*\.xml"  # (sheets are told by their names)
    r"|xl/printerSettings/[^/]*\.bin|xl/persons/.*|xl/namedSheetViews/.*"  # (a view is only whose it is)
    r"|xl/(?:drawings|media|charts|ctrlProps|tables|activeX|diagrams|ink)/.*"  # (told of their sheets)
    r"|xl/(?:comments|tables).*\.xml"
    r"|xl/(?:externalLinks|embeddings|threadedComments)/.*|.*vba(?:Project|Data).*|xl/macrosheets/.*",  # (told already)
    re.IGNORECASE,
)
"""Parts that usual programs write by themselves, and those that are told otherwise."""
_MORE_PARTS = (
    (r"xl/connections\.xml|xl/queryTables/.*", "a connection to data elsewhere"),
    (r"xl/pivot(?:Tables|Cache)/.*", "a pivot table, with all that it was made of"),
    (r"xl/(?:slicers|slicerCaches|timelines|timelineCaches)/.*", "buttons that filter"),
    (r"xl/model/.*|xl/customData/.*", "a data model"),
    (r"xl/webextensions/.*", "an app that was added to the spreadsheet program"),
    (r"xl/xmlMaps\.xml", "a map to other data"),
    (r"xl/revisions/.*|xl/userNames\.xml", "a record of who changed what"),
    (r"xl/customProperty.*", "an add-in's own settings"),
    (r"xl/featurePropertyBag/.*", "boxes to tick in cells"),
    (r"xl/richData/.*|xl/cellimages\.xml", "pictures in cells, or cells that are linked to data elsewhere"),
    (r"customUI/.*|userCustomization/.*|xl/attachedToolbars.*", "buttons that were added to the spreadsheet program"),
    (r"_xmlsignatures/.*", "a digital signature"),
)


@lru_cache(maxsize=64)
def parts_more(names: frozenset[str]) -> tuple[str, ...]:
    """Return in words what an Excel workbook carries that no return has and no usual program writes by itself.

    Args:
        names: Of its parts.
    """
    found = []
    for name in sorted(names):
        if name.endswith("/") or _KNOWN_PARTS.fullmatch(name):
            continue
        known = (words for pattern, words in _MORE_PARTS if re.fullmatch(pattern, name, re.IGNORECASE))
        found.append(next(known, f"a part that dapf does not know ({name})"))
    return tuple(dict.fromkeys(found))
