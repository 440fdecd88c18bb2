"""What can be set about the simulated platforms: addresses, secrets, people and timing."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """A citizen on LINE or a member of the Slack workspace."""

    id: str
    name: str
    title: str = ""


CITIZENS = (
    Person("U" + "5a70" * 8, "佐藤さん", "商店街の近くに住む"),
    Person("U" + "71a2" * 8, "鈴木さん", "PTAの役員"),
    Person("U" + "c0de" * 8, "高橋さん", "NPOの理事"),
    Person("U" + "9f3b" * 8, "田中さん", "自治会長"),
)
STAFF = (
    Person("U0ALICE00", "青木 ありす", "コーディネーター"),
    Person("U0BOB0000", "馬場 ひろし", "コーディネーター"),
    Person("U0INOUE00", "井上 ゆう", "コーディネーター"),
    Person("U0OGAWA00", "小川 まこと", "コーディネーター"),
    Person("U0CHIKA00", "千葉 ちか", "市民協働推進課"),
    Person("U0KATO000", "加藤 りさ", "提案対応スタッフ"),
    Person("U0LEAD000", "森 ゆうこ", "センター長"),
    Person("U0GUEST00", "外山 さとる", "登録のない人"),
)
COMMANDS = {
    "/similar": "似た事例と団体をさがす",
    "/org": "団体をさがす",
    "/case": "案件を見る(番号 / mine / unclaimed / stalled)",
    "/intake": "電話・メール・窓口の相談を記録する",
    "/stats": "いまの件数",
}

# What deploy/slack-manifest.json asks for: a call that needs more fails here as it would in a real workspace.
MANIFEST_SCOPES = (
    "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history",
    "groups:read", "metadata.message:read", "users:read",
)  # fmt: skip
SHORTCUTS = {"intake.message": "案件にする"}


@dataclass
class Config:
    """Everything the simulator is told; the addresses may change while it runs."""

    hub: str = "http://127.0.0.1:8000"
    url: str = "http://127.0.0.1:8080"
    public: str = ""  # where people open the hub's public pages, when it isn't at `hub`
    line_secret: str = "simulated-line-secret"  # noqa: S105  made up, for a loopback server
    line_token: str = "simulated-line-token"  # noqa: S105
    slack_token: str = "xoxb-simulated"  # noqa: S105
    slack_secret: str = "simulated-slack-signing-secret"  # noqa: S105
    line_bot: str = "U" + "b07" * 10 + "b0"
    line_name: str = "市民協働推進センター"
    line_quota: int = 5000
    reply_token_seconds: float = 60.0
    line_timeout: float = 2.0
    redeliveries: tuple[float, ...] = (1, 2, 4, 8, 16, 32)
    slack_retries: tuple[float, ...] = (0.1, 2, 10)  # Slack's own: at once, 1 min, 5 min
    slack_timeout: float = 3.0
    trigger_seconds: float = 3.0
    post_burst: int = 10  # messages of the app at once in a channel, and then so many a second
    post_rate: float = 1.0  # 0: as many as one likes
    response_url_uses: int = 5
    response_url_seconds: float = 1800.0
    team: str = "T0CENTRE0"
    team_name: str = "centre"  # of the workspace, and of its address: https://centre.slack.com/
    app_id: str = "A0TSUNAGI"
    bot_user: str = "U0TSUNAGI"
    bot_id: str = "B0TSUNAGI"
    bot_name: str = "つなぎ"
    intake: str = "C0INTAKE0"
    intake_name: str = "相談受付"
    scopes: tuple[str, ...] = MANIFEST_SCOPES
    channels: tuple[str, ...] = ()  # names of more channels that the app is in
    citizens: tuple[Person, ...] = CITIZENS
    staff: tuple[Person, ...] = STAFF
    outsiders: tuple[str, ...] = ("U0GUEST00",)  # in the workspace, not in the intake channel
    commands: dict[str, str] = field(default_factory=lambda: dict(COMMANDS))
    shortcuts: dict[str, str] = field(default_factory=lambda: dict(SHORTCUTS))  # of messages
    made_up: bool = False  # whether the secrets are worth nothing elsewhere, so that a copied command may hold them
    rasa: str = ""  # where Rasa really is, when the hub reaches it through here

    @property
    def site(self) -> str:
        """The workspace's address, as in links to its messages."""
        return f"https://{self.team_name}.slack.com"
