"""What stands on a sheet of an OpenDocument spreadsheet, or is carried in one, that no return is sent out with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dapf_xl.findings import Code
from dapf_xl.returns.more import EXTENSIONS, HOLDS
from dapf_xl.returns.ods_cells import CALCEXT, DRAW, FORMS, OFFICE, SCRIPT, TABLE, XLINK, cells_in, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from dapf_xl.returns.package import Package

_PICTURE, _CHART, _CONTROLS = "a picture", "a chart", "buttons or boxes to tick"
_SHAPE, _LINE = "a box or a shape", "a line"
_LINES = {f"{DRAW}{name}" for name in ("line", "connector", "polyline", "measure")}
_HARMLESS = {f"{DRAW}{name}" for name in ("layer-set", "layer", "glue-point", "a", "g")}
_HOLDS = {
    f"{TABLE}scenario": HOLDS["scenarios"],
    f"{TABLE}data-pilot-table": "a pivot table, with all that it was made of",
    f"{TABLE}detective": "arrows that show what a formula is made of",
    f"{CALCEXT}sparkline-group": EXTENSIONS["sparklineGroups"],
}
_BEHIND = f"{TABLE}database-range"
_CHART_KIND = b"application/vnd.oasis.opendocument.chart"


def more_of(sheet: Element, content: Element, charts: frozenset[str]) -> Iterator[str]:
    """Yield in words what stands on a sheet that no return is sent out with.

    Args:
        sheet: The sheet.
        content: What its workbook holds.
        charts: The embedded documents that are charts.
    """
    found = [words for each in sheet.iter() if (words := _words_for(each, charts))]
    name = sheet.get(f"{TABLE}name", "")
    for each in content.iter(_BEHIND):
        is_on_it = _sheet_of(each.get(f"{TABLE}target-range-address", "")) == name
        has_filter = each.find(f"{TABLE}filter") is not None or each.get(f"{TABLE}display-filter-buttons") == "true"
        if is_on_it and has_filter:
            found.append(HOLDS["autoFilter"])
    found += [
        _HOLDS[each.tag]
        for each in content.iter(f"{TABLE}data-pilot-table")
        if _sheet_of(each.get(f"{TABLE}target-range-address", "")) == name
    ]
    yield from dict.fromkeys(found)
    notes = [
        f"{first}{line.rows[0]}"
        for line in lines_of(sheet)
        for first, _, cell in cells_in(line.element)
        if cell.find(f"{OFFICE}annotation") is not None
    ]
    if notes:
        yield f"notes ({', '.join(notes)})"


def _words_for(element: Element, charts: frozenset[str]) -> str:
    tag = element.tag
    if tag in _HOLDS:
        return _HOLDS[tag]
    if tag == f"{DRAW}control" or (tag.startswith(FORMS) and tag not in {f"{FORMS}form", f"{FORMS}properties"}):
        return _CONTROLS if tag == f"{DRAW}control" else ""
    if not tag.startswith(DRAW) or tag in _HARMLESS:
        return ""
    if tag == f"{DRAW}frame":
        return _in_frame(element, charts)
    if tag in _LINES:
        return _LINE
    return _SHAPE if f"{DRAW}style-name" in element.attrib or tag.endswith("shape") else ""


def _in_frame(frame: Element, charts: frozenset[str]) -> str:
    for each in frame:
        if each.tag == f"{DRAW}object":
            inside = each.get(f"{XLINK}href", "").removeprefix("./")
            return _CHART if inside in charts else "an embedded document"
        if each.tag == f"{DRAW}image":
            return _PICTURE
    return _SHAPE


def _sheet_of(address: str) -> str:
    found = re.match(r"\$?(?:'((?:[^']|'')*)'|([^.']+))\.", address)
    return "" if found is None else (found[1] or "").replace("''", "'") or found[2] or ""


# --- what a file carries ------------------------------------------------------------------------------

_USUAL = re.compile(
    r"mimetype|META-INF/manifest\.xml|manifest\.rdf|(?:content|styles|meta|settings|layout-cache)(?:\.xml)?"
    r"|Thumbnails/.*|Configurations2/.*|Pictures/.*|ObjectReplacements/.*|(?:Basic|Dialogs)/(?:[^/]*/)?(?:script|dialog)-l[bc]\.xml"
    r"|.*/"
)
"""Parts that usual programs write by themselves, and those that are told otherwise."""
_DOCUMENT = b"application/vnd.oasis.opendocument."
_OBJECT = re.compile(r"Obj(?:ect |\d)[^/]*$")
"""A document of another kind, such as Word's, which is a part of its own."""
_MACROS = re.compile(r"(?:Basic|Scripts|Dialogs)/.*")
_MORE = (
    (re.compile(r"Versions?(?:List\.xml|/.*)"), "earlier versions of itself"),
    (re.compile(r"META-INF/.*signatures.*"), "a digital signature"),
    (re.compile(r"Fonts/.*"), "letters of its own"),
    (re.compile(r"media/.*", re.IGNORECASE), "a film or a sound"),
)
_ENTRY = re.compile(rb"<manifest:file-entry\s([^<>]*)>")
_PATH = re.compile(rb'full-path="([^"]*)"')
_IN_ANOTHER = re.compile(r"\['[^\]]*'#")
"""A reference to a cell of another workbook: ``['file:///elsewhere.ods'#$Sheet1.A1]``."""
_ELSEWHERE = (f"{TABLE}table-source", f"{TABLE}cell-range-source", f"{OFFICE}dde-source", f"{TABLE}dde-link")


def charts_of(package: Package) -> frozenset[str]:
    """Return which of the documents that are embedded in a workbook are charts, by the names of their folders."""
    return frozenset(folder for folder, kind in _embedded(package) if _CHART_KIND in kind)


def _embedded(package: Package) -> Iterator[tuple[str, bytes]]:
    """Yield the documents that stand in folders of a workbook, with what is said of them."""
    for entry in _ENTRY.findall(package.parts.get("META-INF/manifest.xml", b"")):
        path = _PATH.search(entry)
        if path and _DOCUMENT in entry and path[1].endswith(b"/") and path[1] != b"/":
            yield path[1].decode("utf-8", "replace").rstrip("/"), entry


def look_at_parts(package: Package, content: Element) -> None:
    """Add a finding for each kind of thing that a workbook carries and no return has."""
    names = sorted(package.parts)
    charts = charts_of(package)
    others = [name for name in names if not _USUAL.fullmatch(name)]
    if any(_MACROS.fullmatch(each) for each in others) or content.find(f".//{SCRIPT}event-listener") is not None:
        package.found(Code.FILE_MACROS)
    documents = {folder for folder, _ in _embedded(package)} | {name for name in others if _OBJECT.match(name)}
    if documents - charts or content.find(f".//{DRAW}plugin") is not None:
        package.found(Code.FILE_EMBEDDED_OBJECT)
    is_linked = any(_IN_ANOTHER.search(each.get(f"{TABLE}formula", "")) for each in content.iter(f"{TABLE}table-cell"))
    if is_linked or any(content.find(f".//{each}") is not None for each in _ELSEWHERE):
        package.found(Code.FILE_EXTERNAL_LINK)
    unknown = [name for name in others if not _MACROS.fullmatch(name) and not _is_in(name, documents)]
    words = [
        next((words for pattern, words in _MORE if pattern.fullmatch(name)), f"a part that dapf does not know ({name})")
        for name in unknown
    ]
    if content.find(f".//{TABLE}tracked-changes") is not None:
        words.append("a record of who changed what")
    if words:
        package.found(Code.FILE_HOLDS_MORE, found=", ".join(dict.fromkeys(words)))


def _is_in(name: str, documents: Iterable[str]) -> bool:
    return any(name == each or name.startswith(f"{each}/") for each in documents)
