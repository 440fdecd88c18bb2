"""One entry of the knowledge base as the search sees it, whatever table it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.language import parties, themes, wards
from knowledge.language.signs import cut
from storage.models.knowledge import Organisation, PastCase

CASE, ORGANISATION, CONSULTATION = "case", "organisation", "consultation"
# Columns of an organisation's `extra` that tell what it does.
TELLING = ("summary", "description", "activities", "theme", "概要", "紹介", "活動内容", "活動分野", "目的")
PROPOSER = ("party", "主体", "提案者", "相談者")  # and of a case's, that tell who proposed it
BRIEF = 120  # characters of a body that stand for a summary


@dataclass(frozen=True)
class Entry:
    """What can be found: its fields carry the names people read on a hit."""

    id: str
    kind: str
    title: str
    ward: str
    summary: str
    fields: Mapping[str, str]
    names: tuple[str, ...] = ()
    theme: str = ""
    party: str = ""
    published: bool = True
    sample: bool = False
    wards: tuple[str, ...] = field(default=())


def of_case(row: PastCase) -> Entry:
    """Return a past case as an entry."""
    fields = {
        "件名": row.title,
        "要約": row.summary,
        "本文": row.body,
        "テーマ": row.theme,
        "制度": "、".join(row.schemes),
        "団体": "、".join(row.organisations),
    }
    proposer = next((str(row.extra[key]) for key in PROPOSER if row.extra.get(key)), "")
    return Entry(
        id=row.id,
        kind=CASE,
        title=row.title,
        ward=row.ward,
        summary=row.summary or cut(row.body, BRIEF),
        fields=fields,
        theme=themes.named(row.theme) or row.theme,
        party=parties.named(proposer) or "",
        published=row.published,
        sample=row.sample,
        wards=_wards(row.ward),
    )


def of_organisation(row: Organisation) -> Entry:
    """Return an organisation as an entry; texts among its extra columns tell what it does."""
    told = "\n".join(str(row.extra[key]) for key in TELLING if row.extra.get(key))
    fields = {"名称": row.name, "別名": "、".join(row.aliases), "よみ": row.kana, "種別": row.kind, "紹介": told}
    return Entry(
        id=row.id,
        kind=ORGANISATION,
        title=row.name,
        ward=row.ward,
        summary=str(row.extra.get("summary") or "") or "・".join(filter(None, (row.kind, row.address))),
        fields=fields,
        theme=themes.theme_of(told) if told else "",
        names=tuple(filter(None, (row.name, row.kana, *row.aliases))),
        party=parties.named(row.kind) or parties.named(row.name) or "",
        sample=row.sample,
        wards=_wards(row.ward),
    )


def _wards(text: str) -> tuple[str, ...]:
    whole = wards.exact(text)
    return (whole,) if whole else tuple(wards.find(text))
