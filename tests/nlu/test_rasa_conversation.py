"""Stories told to a real Rasa server with a trained model, its actions answered by a stand-in."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.nlu.actions_stand_in import QUESTIONS, Actions
from tests.nlu.rasa_environment import Rasa

pytestmark = pytest.mark.asyncio(loop_scope="module")


def heard(messages: list[dict[str, Any]]) -> str:
    """All that Rasa said in a turn."""
    return "\n".join(message.get("text", "") for message in messages)


def at(question: str, form: str = "hearing_form") -> dict[str, Any]:
    """A conversation at a question, whatever it was before."""
    done = QUESTIONS[: QUESTIONS.index(question)] if question in QUESTIONS else QUESTIONS
    slots = {q: "recorded" if q in done else None for q in [*QUESTIONS, "review"]}
    return {"loop": form, "slots": {**slots, "requested_slot": question}}


def stored(server: Rasa, citizen: str) -> list[str]:
    """The kinds of all events of a conversation that are on disk."""
    with closing(sqlite3.connect(server.tracker_file)) as database:
        found = database.execute("SELECT type_name FROM events WHERE sender_id = ? ORDER BY id", [citizen])
        return [kind for (kind,) in found]


@pytest.fixture(autouse=True)
def _fresh(actions: Actions) -> None:
    actions.called.clear()
    actions.answers.clear()
    actions.guesses.clear()


async def test_a_hearing_from_the_greeting_to_the_review(server: Rasa, actions: Actions) -> None:
    assert "相談をはじめる" in str(await server.say("1-1", "こんにちは"))
    assert "«action_start»" in heard(await server.say("1-1", "相談したいです"))
    assert "質問 1/5" in heard(await server.say("1-1", "/agree"))
    assert "質問 2/5" in heard(await server.say("1-1", "戻る場所がない若者の居場所をつくりたい"))
    assert "質問 3/5" in heard(await server.say("1-1", "近所の若者が困っているのを見て"))
    assert "質問 4/5" in heard(await server.say("1-1", "まだ一人です"))
    assert "質問 5/5" in heard(await server.say("1-1", "スキップ"))
    wards = await server.say("1-1", "わからない")
    assert {"kind": "wards"} in [message.get("custom") for message in wards]
    await server.say("1-1", "鶴見区")
    await server.say("1-1", "個人")
    await server.say("1-1", "山田花子")
    assert "«action_ask_review»" in heard(await server.say("1-1", "なし"))
    assert "«action_submit»" in heard(await server.say("1-1", "送信する"))

    assert actions.answers["overview"] == ["戻る場所がない若者の居場所をつくりたい"]
    assert actions.answers["contact"] == ["なし"]
    assert "history" not in actions.answers
    assert (await server.tracker("1-1"))["active_loop"] == {}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("受付時間は？", "9:00〜20:00"),
        ("/faq_place", "本町6-50-10"),
        ("相談は無料ですか？", "無料です"),
        ("協働って何ですか", "対等に力を出し合う"),
        ("使える制度はありますか？", "対話&創造ラボ"),
        ("個人でも相談できますか", "どなたでも"),
        ("ヘルプ", "ふつうの言葉で"),
        ("状況を見る", "«action_status»"),
        ("再開する", "«action_resume»"),
        ("取り消す", "«action_withdraw»"),
        ("わたしのデータ", "«action_my_data»"),
        ("通知を止める", "«action_stop_notices»"),
        ("相談をはじめる", "«action_start»"),
        ("ありがとうございます", "こちらこそ"),
    ],
)
async def test_an_interruption_is_answered_and_the_question_follows(
    server: Rasa, actions: Actions, said: str, answer: str
) -> None:
    citizen = f"2-{abs(hash(said))}"
    server.put(citizen, at("members"))

    spoken = heard(await server.say(citizen, said))
    after = heard(await server.say(citizen, "友人と2人です"))

    assert answer in spoken
    assert "質問 3/5" in spoken
    assert "質問 4/5" in after
    assert actions.answers == {"members": ["友人と2人です"]}


async def test_going_back_and_correcting_ask_again(server: Rasa, actions: Actions) -> None:
    server.put("3-1", at("history"))

    assert "質問 3/5" in heard(await server.say("3-1", "戻る"))
    assert "質問 4/5" in heard(await server.say("3-1", "3人です"))
    assert "質問 1/5" in heard(await server.say("3-1", '/correct_answer{"question":"overview"}'))
    assert "質問 4/5" in heard(await server.say("3-1", "空き店舗で食堂を"))
    assert "質問 2/5" in heard(await server.say("3-1", "背景をなおす"))
    assert "質問 4/5" in heard(await server.say("3-1", "子どものため"))
    assert actions.answers == {"members": ["3人です"], "overview": ["空き店舗で食堂を"], "background": ["子どものため"]}


async def test_a_doubtful_answer_is_asked_back_and_kept_as_it_was(server: Rasa, actions: Actions) -> None:
    server.put("4-1", at("background"))

    asked = await server.say("4-1", "担当者は決まりましたか？")
    recorded = heard(await server.say("4-1", "/answer_as_is"))

    buttons = [button for message in asked for button in message.get("buttons", [])]
    assert {"title": "回答として記録する", "payload": "/answer_as_is"} in buttons
    assert {"title": "状況を見る", "payload": "/status_query"} in buttons
    assert "「担当者は決まりましたか？」" in heard(asked)
    assert actions.guesses == ["status_query"]
    assert "質問 3/5" in recorded
    assert not actions.answers


async def test_after_a_doubt_the_next_answer_is_not_lost(server: Rasa, actions: Actions) -> None:
    server.put("4-2", at("background"))
    await server.say("4-2", "担当者は決まりましたか？")

    assert "質問 3/5" in heard(await server.say("4-2", "近所の子どものため"))
    assert actions.answers == {"background": ["近所の子どものため"]}


@pytest.mark.parametrize("said", ["あとで", "人と話したい", "/confirm_withdraw", "/confirm_erase", "送信する"])
async def test_what_leaves_the_form_can_be_put_back(server: Rasa, actions: Actions, said: str) -> None:
    citizen = f"5-{abs(hash(said))}"
    server.put(citizen, at("schemes"))

    spoken = heard(await server.say(citizen, said))
    left = await server.tracker(citizen)
    server.put(citizen, at("schemes"))
    after = await server.say(citizen, "市民協働提案制度")

    assert "«action_" in spoken
    assert "質問" not in spoken
    assert left["active_loop"] == {}
    assert {"kind": "wards"} in [message.get("custom") for message in after]
    assert actions.answers == {"schemes": ["市民協働提案制度"]}


async def test_resume_repeats_the_question_on_an_empty_tracker(server: Rasa) -> None:
    server.put("6-1", at("members"))
    assert "質問 3/5" in heard(await server.say("6-1", "再開する"))


async def test_an_open_case_passes_messages_on_for_ever(server: Rasa, actions: Actions) -> None:
    server.put("7-1", at("message", "case_form"))

    first = heard(await server.say("7-1", "来週の面談に資料を持っていきます"))
    await server.say("7-1", "ありがとうございました")
    between = heard(await server.say("7-1", "場所はどこですか？"))
    await server.say("7-1", "了解しました、伺います")

    assert "担当者に伝えたいことがあれば" in first
    assert "本町6-50-10" in between
    assert actions.answers["message"] == [
        "来週の面談に資料を持っていきます",
        "ありがとうございました",
        "了解しました、伺います",
    ]


async def test_a_new_consultation_begins_beside_an_open_case(server: Rasa) -> None:
    server.put("8-1", at("message", "case_form"))

    started = heard(await server.say("8-1", "相談をはじめる"))
    server.put("8-1", {"loop": "case_form", "slots": {**dict.fromkeys(QUESTIONS), "requested_slot": "message"}})
    agreed = heard(await server.say("8-1", "/agree"))

    assert "«action_start»" in started
    assert "伝えたいこと" not in started
    assert "質問 1/5" in agreed
    assert (await server.tracker("8-1"))["active_loop"]["name"] == "hearing_form"


async def test_what_cannot_be_placed_outside_a_form(server: Rasa) -> None:
    assert "«action_unsure»" in heard(await server.say("9-1", "きのうは雨でしたね"))


async def test_an_unanswered_turn_leaves_the_question_open(server: Rasa, actions: Actions) -> None:
    server.put("10-1", at("members"))
    actions.up = False
    silent = await server.say("10-1", "合唱団の6人で取り組んでいます")
    actions.up = True
    slots = (await server.tracker("10-1"))["slots"]

    assert silent == []
    assert slots["members"] is None
    assert slots["requested_slot"] == "members"
    assert "質問 4/5" in heard(await server.say("10-1", "合唱団の6人で取り組んでいます"))


async def test_a_killed_rasa_knows_where_it_was(server: Rasa, actions: Actions) -> None:
    server.put("11-1", at("background"))
    await server.say("11-1", "近所の子どものため")

    server.kill()
    await server.start()

    assert "質問 3/5" in heard(await server.say("11-1", "再開する"))
    assert "質問 4/5" in heard(await server.say("11-1", "二人です"))
    assert actions.answers["members"] == ["二人です"]


@pytest.mark.parametrize("known", [True, False])
async def test_outside_a_form_a_message_begins_where_nothing_is_asked(
    server: Rasa, actions: Actions, known: bool
) -> None:
    citizen = f"18-{known}"
    if known:
        server.put(citizen, at("schemes"))
        await server.say(citizen, "市民協働提案制度")
    nowhere = {"loop": None, "slots": {**dict.fromkeys(QUESTIONS), "requested_slot": None}}

    server.put(citizen, nowhere)
    assert heard(await server.say(citizen, "相談をはじめる")) == "«action_start»"
    server.put(citizen, nowhere)
    assert "質問 1/5" in heard(await server.say(citizen, "/agree"))


async def test_a_message_goes_on_in_the_session_that_stands_where_it_says(server: Rasa) -> None:
    for question, said in (("background", "近所の子どものため"), ("members", "二人です"), ("history", "春から")):
        server.put("15-1", at(question))
        await server.say("15-1", said)

    assert stored(server, "15-1").count("session_started") == 1


async def test_a_wiped_tracker_follows_with_the_next_message(server: Rasa, actions: Actions) -> None:
    server.put("16-1", at("background"))
    await server.say("16-1", "近所の子どものため")
    with closing(sqlite3.connect(server.tracker_file)) as database:
        database.execute("DELETE FROM events WHERE sender_id = '16-1'")
        database.commit()

    server.put("16-1", at("members"))
    assert "質問 4/5" in heard(await server.say("16-1", "二人です"))
    assert actions.answers["members"] == ["二人です"]


async def test_what_was_changed_beside_rasa_holds(server: Rasa, actions: Actions) -> None:
    server.put("17-1", at("background"))
    await server.say("17-1", "近所の子どものため")

    server.put("17-1", at("schemes"))  # the next two were told on the web
    await server.say("17-1", "市民協働提案制度")

    assert actions.answers["schemes"] == ["市民協働提案制度"]
    assert stored(server, "17-1").count("session_started") == 2


async def test_a_long_consultation_begins_anew_where_it_stands(server: Rasa, actions: Actions) -> None:
    for _ in range(12):
        server.put("14-1", at("background"))
        assert "質問 2/5" in heard(await server.say("14-1", "ヘルプ"))

    tracker = await server.tracker("14-1")
    assert len(tracker["events"]) <= 75 < len(stored(server, "14-1"))  # LONG, a turn, and where it stood
    assert all("position" not in event["metadata"] for event in tracker["events"] if event["event"] == "user")
    server.kill()
    await server.start()
    server.put("14-1", at("background"))
    assert "質問 3/5" in heard(await server.say("14-1", "近所の子どものため"))
    assert actions.answers["background"] == ["近所の子どものため"]


async def test_neither_tracker_nor_log_keeps_the_words(server: Rasa, actions: Actions) -> None:
    secret = "朝顔横丁の秘密の話"
    server.put("12-1", at("background"))
    await server.say("12-1", secret, key="evt-77")
    await server.say("12-1", "担当者は決まりましたか？")
    await server.say("12-1", '/correct_answer{"question":"background"}')
    actions.up = False
    await server.say("12-1", secret)
    actions.up = True

    events = (await server.tracker("12-1"))["events"]
    connection = sqlite3.connect(server.tracker_file)
    written = "".join(row[0] for row in connection.execute("SELECT data FROM events"))
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    assert secret.encode("unicode_escape").decode() not in written
    assert secret not in written
    assert secret not in str(events)
    assert secret not in server.log
    assert mode == "wal"
    said = [event for event in events if event["event"] == "user"]
    assert said[0]["metadata"]["message_id"] == "evt-77"
    assert said[0]["parse_data"]["intent"]["name"] == "inform"
    assert '/correct_answer{"question":"background"}' in [event["text"] for event in said]


async def test_a_malformed_reply_of_the_actions_is_refused_by_place(server: Rasa, actions: Actions) -> None:
    server.put("13-1", at("members"))
    actions.malformed = True
    silent = await server.say("13-1", "七人の侍のように集まりました")
    actions.malformed = False

    assert silent == []
    assert "The action server's reply is not in Rasa's form at: events" in server.log
    assert "七人の侍" not in server.log
    assert "質問 4/5" in heard(await server.say("13-1", "七人です"))
