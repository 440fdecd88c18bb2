"""Workbooks built by hand, as programs other than openpyxl write them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def row(number: int, *cells: str | int | float | None) -> str:
    """Return a row; a cell that begins with `<` is XML as it is, with {at} for its place."""
    return f'<row r="{number}">{"".join(_cell(f"{chr(65 + at)}{number}", cell) for at, cell in enumerate(cells))}</row>'


def styled(value: float, style: int) -> str:
    """Return a number in one of the book's number formats."""
    return f'<c r="{{at}}" s="{style}"><v>{value}</v></c>'


def workbook(
    path: Path, *sheets: Sequence[str], states: Sequence[str] = (), dimension: str = "", merged: Sequence[str] = (),
    formats: Sequence[int | str] = (), about: str = "", strings: Sequence[str] = (),
) -> Path:  # fmt: skip
    """Write sheets of rows. `formats` are number formats from style 1 on: a built-in number, or a code."""
    states = [*states, *["visible"] * (len(sheets) - len(states))]
    tabs = "".join(f'<sheet name="表{n}" sheetId="{n}" state="{s}" r:id="r{n}"/>' for n, s in enumerate(states, 1))
    kinds = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    kinds += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(kinds, 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="'
        f'application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{TYPES}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/{to}" ContentType="{TYPES}.{kind}+xml"/>' for kind, to in kinds)
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{about}<sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": _styles(formats),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(strings)}</sst>',
    }
    joined = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    for number, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{dimension}<sheetData>{"".join(rows)}</sheetData>'
            f"{joined and f'<mergeCells>{joined}</mergeCells>'}</worksheet>"
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return path


def _cell(at: str, cell: str | int | float | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith("<"):
        return cell.replace("{at}", at)
    if isinstance(cell, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{at}"><v>{cell}</v></c>'


def _styles(formats: Sequence[int | str]) -> str:
    numbers = [one if isinstance(one, int) else 164 + place for place, one in enumerate(formats)]
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(one, {chr(34): "&quot;"})}"/>'
        for number, one in zip(numbers, formats, strict=True)
        if isinstance(one, str)
    )
    used = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>' for number in [0, *numbers])
    return (
        f'<styleSheet xmlns="{MAIN}">{codes and f"<numFmts>{codes}</numFmts>"}<fonts><font/></fonts>'
        "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
        f"<cellXfs>{used}</cellXfs></styleSheet>"
    )
