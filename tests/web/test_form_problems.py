"""What is wrong in one field of the form loses no other field and no file."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.desk.consultation.intake import forms
from bot.web.consultation.form import MOST
from storage.models import Attachment, Case
from tests.photos import PLACE, heic
from tests.web.served import Visitor, serving
from tests.web.web_centre import NOW, PNG, SAID, Centre, begins

JPG = b"\xff\xd8\xff\xe0" + b"0" * 40
BAD = {"x.png": b"MZ\x90\x00", "broken.heic": heic()[:200], "large.png": PNG + b"0" * 10 * 1024 * 1024}
WHY = {"x.png": "受け取れない種類", "broken.heic": "写真を読み取れません", "large.png": "大きすぎます（10MBまで）"}


async def kept(centre: Centre) -> dict[str, Attachment]:
    async with centre.db.reading() as session:
        found = (await session.exec(select(Attachment).order_by(Attachment.id))).all()
    return {one.name: one for one in found}


async def test_a_phone_s_photo_is_kept_between_two_others(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    page = await visitor.fills_in(
        draft, files={"a.jpg": JPG, "IMG.HEIC": heic(), "b.jpg": JPG + b"1"}, wish="save", **SAID
    )

    files = await kept(centre)
    assert page.status == 200
    assert list(files) == ["a.jpg", "IMG.jpg", "b.jpg"]
    assert {(one.media_type, one.kind) for one in files.values()} == {("image/jpeg", "image")}
    assert PLACE not in (files["IMG.jpg"].content or b"")


@pytest.mark.parametrize("bad", BAD)
async def test_the_good_files_and_every_answer_stay_beside_a_bad_file(
    visitor: Visitor, centre: Centre, bad: str
) -> None:
    draft = await begins(visitor)
    files = {"a.jpg": JPG, bad: BAD[bad], "b.jpg": JPG + b"1"}
    refused = await visitor.fills_in(draft, files=files, wish="send", **SAID)

    assert (refused.status, list(await kept(centre))) == (422, ["a.jpg", "b.jpg"])
    assert f"「{bad}」" in refused.text
    assert WHY[bad] in refused.text
    assert "添えられているもの：a.jpg、b.jpg" in refused.text
    again = await visitor.looks(draft)
    assert all(f"{words}</textarea>" in again.text for words in SAID.values())
    assert await centre.count(Case) == 0


@pytest.mark.parametrize("name", ["overview", "name", "contact"])
async def test_too_long_is_said_and_shown_again_and_loses_nothing_else(
    visitor: Visitor, centre: Centre, name: str
) -> None:
    draft, long = await begins(visitor), "あ" * (MOST[name] + 12)
    given = {**SAID, name: long}
    refused = await visitor.fills_in(draft, files={"a.jpg": JPG}, wish="send", **given)

    assert refused.status == 422
    assert f"（{MOST[name]:,}文字まで）。あと12文字短く" in refused.text
    assert long in refused.text
    again = await visitor.looks(draft)
    assert "a.jpg" in again.text
    assert all(f"{words}</textarea>" in again.text for field, words in SAID.items() if field != name)
    assert long not in again.text
    assert await centre.count(Case) == 0


async def test_a_form_that_is_handed_in_again_brings_no_file_twice(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    files = {"a.jpg": JPG, "IMG.HEIC": heic()}
    await visitor.fills_in(draft, files=files | {"x.png": BAD["x.png"]}, wish="save")
    await visitor.fills_in(draft, files=files, wish="save")
    await visitor.fills_in(draft, files={"a.jpg": JPG + b"another"}, wish="save")  # phones give all photos one name

    async with centre.db.reading() as session:
        names = (await session.exec(select(Attachment.name).order_by(Attachment.id))).all()
    assert names == ["a.jpg", "IMG.jpg", "a.jpg"]


async def test_what_is_whole_before_the_end_of_what_is_taken_in_is_kept(
    visitor: Visitor, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.consultation.form.MOST_BODY", 1_000_000)
    draft = await begins(visitor)
    files = {"a.png": PNG + b"0" * 400_000, "b.png": PNG + b"0" * 3_000_000}
    refused = await visitor.fills_in(draft, files=files, wish="save", **SAID)

    assert (refused.status, list(await kept(centre))) == (413, ["a.png"])
    assert "添えられているもの：a.png" in refused.text
    assert f"{SAID['background']}</textarea>" in (await visitor.looks(draft)).text


async def test_who_isn_t_let_in_hears_that_the_files_were_not_taken(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    refused = await visitor.sends(draft, {"token": "old", "wish": "save", **SAID}, {"a.jpg": JPG})
    without = await visitor.sends(draft, {"token": "old", "wish": "save", **SAID}, {})

    told = "写真・ファイルは受け取っていません"
    assert (refused.status, told in refused.text, told in without.text) == (400, True, False)
    assert f"{SAID['background']}</textarea>" in refused.text
    assert await centre.count(Attachment) == 0


async def test_what_is_written_after_the_form_was_sent_elsewhere_is_shown_again(
    visitor: Visitor, centre: Centre
) -> None:
    draft = await begins(visitor)
    token = (await visitor.looks(draft)).token
    await visitor.fills_in(draft, files={}, wish="send", **SAID)
    late = {"token": token, "wish": "save", **SAID, "background": "あとから書いたこと"}

    words = await visitor.sends(draft, late, {})
    photo = await visitor.sends(draft, {"token": token, "wish": "save", **SAID}, {"a.jpg": JPG})
    nothing = await visitor.sends(draft, {"token": token, "wish": "review", **SAID}, {})

    assert (words.status, photo.status, nothing.status) == (409, 409, 303)
    assert "あとから書いたこと</textarea>" in words.text
    assert "すでに送信されています" in words.text
    assert f"http://centre.example{draft.replace('/form/', '/status/')}" in photo.text
    assert await centre.count(Attachment) == 0


FILES = {"a.jpg": JPG, "b.png": PNG, "c.pdf": b"%PDF-1.4", "d.heic": heic(), "e.jpg": JPG + b"e", "f.jpg": JPG + b"f"}
mixed = st.lists(st.sampled_from([*FILES, *BAD]), unique=True, max_size=len(FILES) + len(BAD))


@given(mixed, st.sets(st.sampled_from([*SAID, "name", "contact"])))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_is_wrong_all_the_rest_is_kept_and_each_fault_is_named(
    sqlite: Any, chosen: list[str], long: set[str]
) -> None:
    centre = Centre(sqlite)
    async with centre.db.transaction() as session:
        proposal = await forms.begin(session, version="1", now=NOW)
    draft = f"/form/{centre.links.address(proposal.id)}"
    given_ = SAID | {"name": "山田", "contact": "045"} | {name: "あ" * (MOST[name] + 1) for name in long}
    async with serving(centre.app()) as site:
        visitor = Visitor(site)
        page = await visitor.fills_in(draft, files={n: (FILES | BAD)[n] for n in chosen}, wish="save", **given_)
        again = await visitor.looks(draft)
        await visitor.close()

    good = [name.replace(".heic", ".jpg") for name in chosen if name in FILES]
    async with centre.db.reading() as session:
        found = select(Attachment.name).where(Attachment.proposal_id == proposal.id).order_by(Attachment.id)
        assert (await session.exec(found)).all() == good[:5]
    assert all(given_[name] in again.text for name in given_ if name not in long)
    assert all(given_[name] in page.text for name in long)
    faults = [*good[5:], *(name for name in chosen if name in BAD)]
    assert all(f"「{name}」" in page.text for name in faults)
    assert page.status == (422 if long or faults else 200)
