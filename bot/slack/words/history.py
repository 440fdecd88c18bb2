"""Words of Slack: what changed in a line of the history, by the names its events keep it under."""

from bot.desk.consultation.hearing.briefing import PARTS
from bot.slack.words import publication, realisation
from storage.models import Answer, HowItGoes, MeetingState, Word

MEETING: dict[str, str] = {
    MeetingState.PROPOSED: "日時を提案",
    MeetingState.FIXED: "日時が決定",
    MeetingState.HELD: "開催ずみ",
    MeetingState.CANCELLED: "取りやめ",
}
ANSWER: dict[str, str] = {
    Answer.YES: "参加",
    Answer.NO: "欠席",
    Answer.MAYBE: "未定",
    Word.AGREE: "これで進めたい",
    Word.TALK: "相談したい",
    Word.THINK: "考えたい",
    HowItGoes.FINE: "順調",
    HowItGoes.TROUBLE: "困りごと",
    HowItGoes.OVER: "終了",
}
TASK = {"open": "これから", "done": "完了", "dropped": "取りやめ"}
# The key of an event's before and after: how it is called, and how its values are.
CHANGED: dict[str, tuple[str, dict[str, str]]] = {
    "meeting_state": ("状態", MEETING),
    "state": ("状態", MEETING | TASK | realisation.STATE),
    "options": ("候補の日時", {}),
    "starts_at": ("日時", {}),
    "ticked": ("確認したもの", PARTS),
    "version": ("版", {}),
    "answer": ("答え", ANSWER),
    "months": ("確認の月", {}),
    "due_on": ("期限", {}),
    "publication": ("事例", publication.STATE),
}
