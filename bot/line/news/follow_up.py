"""⑤ check-ins on LINE: how does it go, with three answers to tap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.desk.consultation.follow_up import check_ins
from bot.line import messages
from bot.line.messages import Json
from bot.phrases import phrase
from storage.models import HowItGoes

MOST_CARDS = 12  # of one carousel


@dataclass(frozen=True)
class Asked:
    """One check-in."""

    number: str  # of its case
    id: int
    again: bool = False  # more gently, since nothing was answered

    @property
    def words(self) -> str:
        """How it is asked."""
        return phrase("check_in_again" if self.again else "check_in", number=self.number)


def question(asked: Asked) -> list[Json]:
    """Ask how it goes, when there is nothing else to say: the answers are quick replies."""
    items = [{"type": "action", "action": _action(asked, how)} for how in HowItGoes]
    (said,) = messages.text(asked.words)
    return [{**said, "quickReply": {"items": items}}]


def cards(asked: Sequence[Asked]) -> list[Json]:
    """Ask the same beside other news: each on a card of its own, whose buttons stay when something else is tapped."""
    return [_carousel(asked[at : at + MOST_CARDS]) for at in range(0, len(asked), MOST_CARDS)]


def _carousel(asked: Sequence[Asked]) -> Json:
    contents = {"type": "carousel", "contents": [_card(one) for one in asked]}
    return {"type": "flex", "altText": asked[0].words, "contents": contents}


def _card(asked: Asked) -> Json:
    said = {"type": "text", "text": asked.words, "wrap": True}
    answers = [{"type": "button", "style": "secondary", "height": "sm", "action": _action(asked, h)} for h in HowItGoes]
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [said]},
        "footer": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": answers},
    }


def _action(asked: Asked, how: HowItGoes) -> Json:
    label = check_ins.label(how)
    data = urlencode({"tap": "check_in", "c": asked.id, "a": how.value})
    return {"type": "postback", "label": label, "data": data, "displayText": label}
