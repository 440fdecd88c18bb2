"""What becomes of every field that LINE's webhooks may carry; a test holds the table against LINE's webhook.yml."""

from enum import StrEnum
from functools import cache


class Fate(StrEnum):
    """What is done with a field."""

    WORDS = "words"  # a person's own words: they are the answer, verbatim
    SHOWN = "shown"  # says what was sent that isn't words, and stands behind its name: ［ファイル］ 企画書.pdf
    READ = "read"  # decides what is done
    LEFT = "left"  # nobody's words, and nothing is decided by it


WORDS, SHOWN, READ, LEFT = Fate
_TOKENS = "quoteToken markAsReadToken"  # to quote a message, and to mark it as read: we do neither

# The objects and fields as webhook.yml names them. Shown fields stand in the order in which they are shown.
TABLE: tuple[tuple[str, Fate, str], ...] = (
    ("CallbackRequest", READ, "events"),
    ("CallbackRequest", LEFT, "destination"),  # a deployment has one account, and the signature proves which
    ("Event", READ, "type source timestamp mode webhookEventId deliveryContext"),
    ("DeliveryContext", READ, "isRedelivery"),
    ("Source", READ, "type"),
    ("UserSource", READ, "userId"),
    ("GroupSource", READ, "groupId userId"),  # who writes there is shown the way, and nothing is kept
    ("RoomSource", READ, "roomId userId"),
    # ── messages
    ("MessageEvent", READ, "replyToken message"),
    ("MessageContent", READ, "type id"),
    ("ContentProvider", READ, "type"),  # what another server has isn't fetched: its address is a stranger's
    ("ContentProvider", LEFT, "originalContentUrl previewImageUrl"),
    ("TextMessageContent", WORDS, "text"),
    ("TextMessageContent", READ, "emojis quotedMessageId"),
    ("TextMessageContent", LEFT, f"mention {_TOKENS}"),
    ("Emoji", READ, "index length"),  # where the text holds a name for one of LINE's pictures, such as (happy)
    ("Emoji", LEFT, "productId emojiId"),
    ("Mention", LEFT, "mentionees"),  # the text says whom, as the person wrote it
    ("Mentionee", LEFT, "type index length"),
    ("UserMentionee", LEFT, "userId isSelf"),
    ("ImageMessageContent", READ, "contentProvider imageSet"),
    ("ImageMessageContent", LEFT, _TOKENS),
    ("ImageSet", READ, "id index total"),
    ("VideoMessageContent", READ, "contentProvider"),
    ("VideoMessageContent", LEFT, f"duration {_TOKENS}"),
    ("AudioMessageContent", READ, "contentProvider"),
    ("AudioMessageContent", LEFT, "duration markAsReadToken"),
    ("FileMessageContent", SHOWN, "fileName"),
    ("FileMessageContent", LEFT, "fileSize markAsReadToken"),  # what arrives is measured
    ("LocationMessageContent", SHOWN, "title address latitude longitude"),
    ("LocationMessageContent", LEFT, "markAsReadToken"),
    ("StickerMessageContent", WORDS, "text"),  # of a message sticker
    ("StickerMessageContent", SHOWN, "keywords"),  # where it has no text
    ("StickerMessageContent", READ, "quotedMessageId"),
    ("StickerMessageContent", LEFT, f"packageId stickerId stickerResourceType {_TOKENS}"),
    # ── what people do besides
    ("UnsendEvent", READ, "unsend"),
    ("UnsendDetail", READ, "messageId"),
    ("FollowEvent", READ, "replyToken"),
    ("FollowEvent", LEFT, "follow"),
    ("FollowDetail", LEFT, "isUnblocked"),  # LINE doesn't promise it; our own record tells who was here before
    ("PostbackEvent", READ, "replyToken postback"),  # the words that a tap shows in the talk don't come with it
    ("PostbackContent", READ, "data params"),
    ("JoinEvent", READ, "replyToken"),
    ("MemberJoinedEvent", LEFT, "replyToken joined"),  # people of a group have not written to us
    ("JoinedMembers", LEFT, "members"),
    ("MemberLeftEvent", LEFT, "left"),
    ("LeftMembers", LEFT, "members"),
    # ── of services that we don't use: films with a mark, beacons, account link, memberships, notices by phone number
    ("VideoPlayCompleteEvent", LEFT, "replyToken videoPlayComplete"),
    ("VideoPlayComplete", LEFT, "trackingId"),
    ("BeaconEvent", LEFT, "replyToken beacon"),
    ("BeaconContent", LEFT, "hwid type dm"),
    ("AccountLinkEvent", LEFT, "replyToken link"),  # people are linked by a code that they write
    ("LinkContent", LEFT, "result nonce"),
    ("MembershipEvent", LEFT, "replyToken membership"),
    ("MembershipContent", LEFT, "type"),
    ("JoinedMembershipContent", LEFT, "membershipId"),
    ("LeftMembershipContent", LEFT, "membershipId"),
    ("RenewedMembershipContent", LEFT, "membershipId"),
    ("PnpDeliveryCompletionEvent", LEFT, "delivery"),
    ("PnpDelivery", LEFT, "data"),
    # ── between LINE and programs that share an account; `mode` above says who answers
    ("ModuleEvent", LEFT, "module"),
    ("ModuleContent", LEFT, "type"),
    ("AttachedModuleContent", LEFT, "botId scopes"),
    ("DetachedModuleContent", LEFT, "botId reason"),
    ("ActivatedEvent", LEFT, "chatControl"),
    ("ChatControl", LEFT, "expireAt"),
)


@cache
def shown(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of message, such as "file", that say what was sent."""
    named = f"{kind.capitalize()}MessageContent"
    return tuple(field for at, fate, fields in TABLE if (at, fate) == (named, SHOWN) for field in fields.split())
