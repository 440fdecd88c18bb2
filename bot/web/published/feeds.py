"""The published cases for machines: JSON, CSV and Atom. Pure."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as xml

from bot.web.words import AUTHOR, FEED_TITLE, LICENCE, LICENCE_URL, OTHER_LICENCE, SOURCE
from knowledge.importing import sheets
from storage.models import PastCase

COLUMNS = (
    "id", "title", "summary", "body", "ward", "theme", "schemes", "organisations", "year", "source", "licence", "url",
    "updated",
)  # fmt: skip
NEWEST = 50  # entries of the feed
ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(cases: Sequence[PastCase], site: str) -> bytes:
    """Return the cases with where they are from and how they may be used."""
    told = {
        "title": FEED_TITLE,
        "source": SOURCE,
        "licence": LICENCE_URL,
        "url": f"{site}/cases",
        "updated": _newest(cases).isoformat(),
        "cases": [_values(case, site) for case in cases],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_csv(cases: Sequence[PastCase], site: str) -> bytes:
    """Return the cases as a table that spreadsheets read in Japanese, and run nothing of."""
    listed = [_values(case, site) for case in cases]
    return sheets.as_csv([sheets.Table("cases", COLUMNS, [[one[name] for name in COLUMNS] for one in listed])])


def as_atom(cases: Sequence[PastCase], site: str) -> bytes:
    """Return the cases that changed last as an Atom feed (RFC 4287)."""
    newest = sorted(cases, key=lambda case: (case.updated_at, case.id), reverse=True)[:NEWEST]
    feed = xml.Element("feed", {"xmlns": ATOM, "xml:lang": "ja"})
    _add(feed, "id", f"{site}/cases")
    _add(feed, "title", FEED_TITLE)
    _add(feed, "updated", _newest(cases).isoformat())
    _add(xml.SubElement(feed, "author"), "name", AUTHOR)
    _add(feed, "rights", LICENCE)
    xml.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{site}/cases.atom"})
    xml.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}/cases"})
    for case in newest:
        feed.append(_entry(case, site))
    made: bytes = xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def address(case_id: str, site: str) -> str:
    """Return the address of a case's page."""
    return f"{site}/cases/{quote(case_id, safe='')}"


def licence_of(case: PastCase) -> str:
    """Return how a case's text may be used: ours as we asked its citizen, others' as their source says."""
    return LICENCE if case.source == SOURCE else str(case.extra.get("licence") or OTHER_LICENCE)


def _values(case: PastCase, site: str) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "summary": case.summary,
        "body": case.body,
        "ward": case.ward,
        "theme": case.theme,
        "schemes": case.schemes,
        "organisations": case.organisations,
        "year": case.year,
        "source": case.source,
        "licence": licence_of(case),
        "url": address(case.id, site),
        "updated": case.updated_at.isoformat(),
    }


def _entry(case: PastCase, site: str) -> xml.Element:
    entry = xml.Element("entry")
    _add(entry, "id", address(case.id, site))
    _add(entry, "title", case.title)
    _add(entry, "updated", case.updated_at.isoformat())
    _add(entry, "summary", case.summary or case.title)
    if case.body:
        _add(entry, "content", case.body).set("type", "text")
    _add(entry, "rights", licence_of(case))
    xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address(case.id, site)})
    for name in filter(None, (case.theme, case.ward)):
        xml.SubElement(entry, "category", {"term": _NOT_XML.sub("", name)})
    return entry


def _add(parent: xml.Element, name: str, text: str) -> xml.Element:
    child = xml.SubElement(parent, name)
    child.text = _NOT_XML.sub("", text)
    return child


def _newest(cases: Sequence[PastCase]) -> datetime:
    return max((case.updated_at for case in cases), default=datetime(2020, 6, 29, tzinfo=UTC))  # the centre opened
