"""Spoils a part of a file as XML: elements, attributes, texts, entities, encodings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fuzzing.archive import Archive, opened, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Change = Callable[[Random, bytes], bytes]

_TAG = re.compile(rb"<(/?)([A-Za-z_][\w:.-]*)([^<>]*?)(/?)>")
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
_PLACES = (
    b"A0", b"A1048576", b"XFD1048576", b"XFE1", b"ZZZZ99", b"A99999999999999999999", b"1A", b"", b"a1", b"$A$1",
    b"A1:B2",
    b"J7", b"J-7", b"A01", "Ａ1".encode(), b"AAAAAAAAAAAAAAAAAAAAAA1",
)  # fmt: skip
_NUMBERS = (
    b"0", b"-1", b"1", b"2147483647", b"2147483648", b"4294967296", b"-9223372036854775809", b"1e308", b"1e999",
    b"-1e999", b"NaN",
    b"INF", b"0x10", b"1.5", b" 7 ", b"00", b"1_000", b"99999999999999999999999999", b"1" * 5000, b"4.9e-324", b"",
)  # fmt: skip
_WORDS = (
    b"x" * 40_000, b"&#0;", b"&#x1F;", b"&#xD800;", b"&#x10FFFF;", b"&undefined;", b"&lt;", b"]]>", b"true",
    b"\xff", b"\xc0\x80",
    b"\xed\xa0\x80", b"s", b"e", b"str", b"inlineStr", b"b", b"d", b"n", b"z", b"_xD83D_", b"_x0000_",
    "\u202e".encode(), b"\0",
    b"#REF!", b"veryHidden", b"of:=1+1", b"msoxl:=1", b"error", b"float", b"percentage", b"date", b"boolean",
    b"time", b"2015-99-99",
    b"0000-00-00", b"99999-01-01", b"PT99999999999H", b"../../x", b"/xl/workbook.xml", b"http://www.w3.org/",
    b"rId1", b"Return", b"_dapf",
)  # fmt: skip
_STRANGE = (
    b'<?xml version="1.1"?>', b'<!DOCTYPE x [<!ENTITY a "b">]>', b"<!--", b"<!-- -- -->", b"<![CDATA[",
    b"<![CDATA[12]]>", b"<?x y?>",
    b"<f>1+1</f>", b'<f t="shared" si="0"/>', b"<v>1</v><v>2</v>", b"<is><t>x</t></is>",
    b"<r><t>a</t></r><r><t>b</t></r>",
    b'<rPh sb="0" eb="1"><t>x</t></rPh>', b"<x:c/>", b'<c r="J7"><v>9</v></c>',
    b'<row r="7"><c r="J7"><v>9</v></c></row>', b"<c/>", b"<row/>",
    b'<row r="1048577"/>', b'<mc:AlternateContent xmlns:mc="m"><mc:Choice/></mc:AlternateContent>', b"<sheetData/>",
)  # fmt: skip
_DEEP = 3_000


def delete(chance: Random, xml: bytes) -> bytes:
    """Take an element out, with what it holds."""
    start, end = _element(chance, xml)
    return xml[:start] + xml[end:]


def say_again(chance: Random, xml: bytes) -> bytes:
    """Say an element again, beside itself or elsewhere, once or often."""
    start, end = _element(chance, xml)
    at = chance.choice([end, start, _element(chance, xml)[0]])
    times = chance.choice([1, 1, 2, max(1, min(20_000, 3_000_000 // max(1, end - start)))])
    return xml[:at] + xml[start:end] * times + xml[at:]


def reorder(chance: Random, xml: bytes) -> bytes:
    """Let two elements change places."""
    one, two = sorted([_element(chance, xml), _element(chance, xml)])
    if one[1] > two[0]:
        return delete(chance, xml)
    return xml[: one[0]] + xml[two[0] : two[1]] + xml[one[1] : two[0]] + xml[one[0] : one[1]] + xml[two[1] :]


def nest(chance: Random, xml: bytes) -> bytes:
    """Put an element into another, or into itself, deep."""
    start, end = _element(chance, xml)
    at = _element(chance, xml)[0]
    deep = chance.choice([1, 2, _DEEP])
    name = chance.choice([b"a", b"c", b"row", b"sheetData", b"si", b"r", b"text:p", b"table:table-row"])
    inside = xml[start:end] if at <= start or at >= end else b""
    return xml[:at] + b"<%b>" % name * deep + inside + b"</%b>" % name * deep + xml[at:]


def unbalance(chance: Random, xml: bytes) -> bytes:
    """Take a tag out, or open one that is never closed."""
    tags = list(_TAG.finditer(xml))
    tag = chance.choice(tags)
    return xml[: tag.start()] + chance.choice([b"", tag[0] * 2, b"<" + tag[2], b"<a>"]) + xml[tag.end() :]


def change_attribute(chance: Random, xml: bytes) -> bytes:
    """Give an attribute another value."""
    found = chance.choice(list(_ATTRIBUTE.finditer(xml)) or [None])
    if found is None:
        return delete(chance, xml)
    value = chance.choice(chance.choice([_NUMBERS, _WORDS, _PLACES]))
    return xml[: found.start(2)] + value.replace(b'"', b"") + xml[found.end(2) :]


def change_many_attributes(chance: Random, xml: bytes) -> bytes:
    """Give all attributes of a name another value."""
    names = sorted({found[1] for found in _ATTRIBUTE.finditer(xml)})
    if not names:
        return delete(chance, xml)
    name = chance.choice(names)
    value = chance.choice(chance.choice([_NUMBERS, _WORDS, _PLACES]))
    return re.sub(rb'(?<=[\s])%b="[^"]*"' % re.escape(name), lambda _: b'%b="%b"' % (name, value), xml)


def spoil_attribute(chance: Random, xml: bytes) -> bytes:
    """Take an attribute out, call it something else, or say it twice."""
    found = chance.choice(list(_ATTRIBUTE.finditer(xml)) or [None])
    if found is None:
        return delete(chance, xml)
    whole = found[0]
    ways = [
        b"",
        whole.upper(),
        b"x:" + whole,
        whole + b" " + whole,
        whole.replace(b'"', b"'"),
        found[1],
        whole.replace(b"=", b" = "),
    ]
    return xml[: found.start()] + chance.choice(ways) + xml[found.end() :]


def change_text(chance: Random, xml: bytes) -> bytes:
    """Put something else between two tags."""
    found = chance.choice(list(re.finditer(rb">([^<>]+)<", xml)) or [None])
    if found is None:
        return insert_strange(chance, xml)
    return xml[: found.start(1)] + chance.choice([*_NUMBERS, *_WORDS, *_STRANGE]) + xml[found.end(1) :]


def insert_strange(chance: Random, xml: bytes) -> bytes:
    """Put in what is rare in such files."""
    at = chance.choice([tag.start() for tag in _TAG.finditer(xml)] or [0])
    return xml[:at] + chance.choice(_STRANGE) + xml[at:]


def laugh(chance: Random, xml: bytes) -> bytes:
    """Declare entities that grow, or that read other files."""
    grown = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    outside = b'<!ENTITY l9 SYSTEM "file:///etc/passwd">'
    declared = chance.choice([b'<!ENTITY l0 "ha">' + grown, outside, b'<!ENTITY % p SYSTEM "http://www.w3.org/x">%p;'])
    body = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", xml)
    word = chance.choice([b"<!DOCTYPE", b"<!doctype", b"<!DOCTYPE\n"])
    return word + b" x [" + declared + b"]>" + re.sub(rb">([^<>]+)<", b">&l9;<", body, count=1)


def recode(chance: Random, xml: bytes) -> bytes:
    """Write it in another encoding than it says, or say another than it is in."""
    text = xml.decode("utf-8", "replace")
    encoding = chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "ascii"])
    if chance.random() < 0.4:  # noqa: PLR2004
        return text.replace("UTF-8", encoding.upper(), 1).encode()
    said = text.replace("UTF-8", encoding.upper(), 1) if chance.random() < 0.5 else text  # noqa: PLR2004
    return chance.choice([b"", b"\xef\xbb\xbf", b"\xff\xfe"]) + said.encode(encoding, "replace")


def spoil_bytes(chance: Random, xml: bytes) -> bytes:
    """Put bytes in that are no text in UTF-8."""
    at = chance.randrange(len(xml) + 1)
    return (
        xml[:at]
        + chance.choice([b"\xff", b"\xc0\xaf", b"\0", b"\xf5\x80\x80\x80", b"\x1b", b"\xef\xbf\xbf"])
        + xml[at:]
    )


def other_namespace(chance: Random, xml: bytes) -> bytes:
    """Put all of it into another namespace, or under another prefix."""
    old = chance.choice(re.findall(rb'xmlns(?::\w+)?="([^"]*)"', xml) or [b"http"])
    new = chance.choice([b"", b"urn:x", b"http://purl.oclc.org/ooxml/spreadsheetml/main", old.upper()])
    return xml.replace(old, new) if chance.random() < 0.7 else xml.replace(b"xmlns=", b"xmlns:y=")  # noqa: PLR2004


def empty(chance: Random, xml: bytes) -> bytes:
    """Leave nothing, or nearly nothing."""
    return chance.choice([b"", b" ", b"<a/>", xml[: chance.randrange(len(xml) + 1)], b"<?xml version='1.0'?>"])


WAYS: tuple[Change, ...] = (
    delete, say_again, reorder, nest, unbalance, change_attribute, change_attribute, change_many_attributes,
    spoil_attribute,
    change_text, change_text, insert_strange, laugh, recode, spoil_bytes, other_namespace, empty,
)  # fmt: skip


def spoil(chance: Random, data: bytes, ways: list[str]) -> bytes:
    """Return the file with one to four things changed in one or several parts."""
    archive: Archive = opened(data)
    parts = [entry for entry in archive.entries if entry.content.lstrip().startswith(b"<")]
    weights = [
        4 if b"sheet" in entry.name or b"content" in entry.name or b"workbook" in entry.name else 1 for entry in parts
    ]
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        (entry,) = chance.choices(parts, weights)
        change = chance.choice(WAYS)
        if _TAG.search(entry.content):
            entry.content = change(chance, entry.content)
            ways.append(f"{change.__name__} in {entry.name.decode()}")
    return written(archive)


def _element(chance: Random, xml: bytes) -> tuple[int, int]:
    """Return where an element begins and ends; one among thousands of cells is as likely as a rare one."""
    tags = list(_TAG.finditer(xml))
    openings = [number for number, tag in enumerate(tags) if not tag[1]]
    if not openings:
        return 0, 0
    names = sorted({tags[number][2] for number in openings})
    if chance.random() < 0.5:  # noqa: PLR2004
        name = chance.choice(names)
        openings = [number for number in openings if tags[number][2] == name]
    first = chance.choice(openings)
    if tags[first][4]:
        return tags[first].span()
    depth = 0
    for tag in tags[first:]:
        if tag[2] == tags[first][2] and not tag[4]:
            depth += -1 if tag[1] else 1
            if not depth:
                return tags[first].start(), tag.end()
    return tags[first].span()
