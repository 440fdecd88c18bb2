"""What the hub needs from outside: Rasa, LINE and Slack, asked once with the settings given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.settings import Settings

SCOPES = {
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "metadata.message:read",
    "users:read",
}  # fmt: skip  as in deploy/slack-manifest.json
PATIENCE = 10.0  # seconds for one answer
CLOCK_OFF = timedelta(seconds=30)
COPY = {
    "SLACK_BOT_TOKEN": "copy the Bot User OAuth Token again (Slack app → OAuth & Permissions) into SLACK_BOT_TOKEN",
    "LINE_CHANNEL_ACCESS_TOKEN": "issue a channel access token again (LINE Developers → Messaging API) and put it into "
    "LINE_CHANNEL_ACCESS_TOKEN",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    told: str


def good(what: str, told: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(what, True, told)


def bad(what: str, told: str) -> Finding:
    """Return a finding with what to do."""
    return Finding(what, False, told)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Rasa, LINE and Slack in turn."""
    yield await rasa(settings)
    async for finding in line(settings):
        yield finding
    async for finding in slack(settings):
        yield finding


async def rasa(settings: Settings) -> Finding:
    """Tell whether Rasa answers with our token and has a model."""
    import aiohttp

    url = f"{settings.rasa_url.rstrip('/')}/status"
    query = {"token": settings.rasa_token.get_secret_value()}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
            session.get(url, params=query) as response,
        ):
            if response.status == 401:
                return bad("Rasa", "it refused RASA_TOKEN: start Rasa with the same --auth-token as the hub has")
            if response.status != 200:
                return bad("Rasa", f"it answered {response.status} at {settings.rasa_url}: look into its log")
            status = await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return bad("Rasa", f"it does not answer at {settings.rasa_url} ({type(error).__name__}): start it "
                   "(`tsunagi up` does), or put RASA_URL right. Messages wait meanwhile; none is lost")  # fmt: skip
    if not status.get("model_file"):
        return bad("Rasa", "it runs without a model: start it with `--model`, or let `tsunagi up` train one")
    return good("Rasa", f"answers with the model {str(status['model_file']).rsplit('/', 1)[-1][:12]}…")


async def line(settings: Settings) -> AsyncIterator[Finding]:
    """Tell whether LINE accepts the token and, on an https PUBLIC_URL, reaches our webhook."""
    from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration
    from linebot.v3.messaging import TestWebhookEndpointRequest as Try

    named = {"host": settings.line_api_url.rstrip("/")} if settings.line_api_url else {}
    token = settings.line_channel_access_token.get_secret_value()
    async with AsyncApiClient(Configuration(access_token=token, **named)) as client:
        api = AsyncMessagingApi(client)
        finding, _ = await _ask_line("LINE token", api.get_bot_info(_request_timeout=PATIENCE))
        yield finding
        if not finding.good or not settings.public_url.startswith("https://"):
            return
        endpoint = f"{settings.public_url.rstrip('/')}/line/webhook"
        request = Try(endpoint=endpoint)
        finding, result = await _ask_line("LINE webhook", api.test_webhook_endpoint(request, _request_timeout=30))
        if result is not None and not result.success:
            finding = bad("LINE webhook", f"LINE could not reach {endpoint} ({result.reason}: {result.detail}): check "
                          "HTTPS, the reverse proxy and LINE_CHANNEL_SECRET")  # fmt: skip
        yield finding


async def _ask_line(what: str, asked: Any) -> tuple[Finding, Any]:
    import aiohttp
    from linebot.v3.messaging.exceptions import ApiException

    try:
        answer = await asked
    except ApiException as error:
        if error.status in (401, 403):
            return bad(what, f"LINE refused the token ({error.status}): {COPY['LINE_CHANNEL_ACCESS_TOKEN']}"), None
        return bad(what, f"LINE answered {error.status}: try again later, see https://status.line.biz"), None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return bad(what, f"LINE does not answer ({type(error).__name__}): check the network and LINE_API_URL"), None
    name = getattr(answer, "display_name", None)
    return good(what, f"accepted, bot “{name}”" if name else "reached"), answer


async def slack(settings: Settings) -> AsyncIterator[Finding]:
    """Tell whether Slack accepts the token, with the scopes of the manifest, in the intake channel."""
    from slack_sdk.web.async_client import AsyncWebClient

    named: dict[str, Any] = {"base_url": settings.slack_api_url} if settings.slack_api_url else {}
    client = AsyncWebClient(token=settings.slack_bot_token.get_secret_value(), timeout=int(PATIENCE), **named)
    answer, problem = await _ask_slack(client.auth_test())
    if answer is None:
        yield bad("Slack token", _slack_refusal(problem))
        return
    yield good("Slack token", f"accepted, {answer.get('user')} in {answer.get('team')}")
    yield _scopes(answer.headers)
    yield _clock(answer.headers)
    yield await _channel(client, settings.slack_intake_channel)


async def _channel(client: Any, channel: str) -> Finding:
    answer, problem = await _ask_slack(client.conversations_info(channel=channel))
    if answer is None:
        return bad("Slack channel", f"Slack does not show {channel} ({problem}): SLACK_INTAKE_CHANNEL must be the "
                   "channel's id (C…), and a private channel needs the bot as a member")  # fmt: skip
    found = answer["channel"]
    if not found.get("is_member"):
        return bad("Slack channel", f"the bot is not in #{found.get('name')}: type /invite @つなぎ there")
    return good("Slack channel", f"the bot is in #{found.get('name')}")


def _scopes(headers: Any) -> Finding:
    has = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    missing = sorted(SCOPES - {scope.strip() for scope in has.split(",")})
    if missing:
        return bad("Slack scopes", f"{', '.join(missing)} missing: take deploy/slack-manifest.json over into the app "
                   "and press “Reinstall to Workspace”")  # fmt: skip
    return good("Slack scopes", "as in the manifest")


def _clock(headers: Any) -> Finding:
    stamp = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        off = datetime.now(UTC) - parsedate_to_datetime(stamp)
    except ValueError:
        return good("clock", "Slack didn't say what time it is")
    return clock(off, "Slack's")


def clock(off: timedelta, whose: str) -> Finding:
    """Judge how far this machine's clock is from another's; Slack and LINE themselves allow five minutes."""
    seconds = abs(off).total_seconds()
    if abs(off) > CLOCK_OFF:
        how = "ahead of" if off > timedelta() else "behind"
        return bad("clock", f"this machine's is {seconds:.0f} s {how} {whose}: signatures are refused and reminders "
                   "come at the wrong time; switch on time synchronisation (NTP) on both")  # fmt: skip
    return good("clock", f"agrees with {whose} to {CLOCK_OFF.total_seconds():.0f} s")


async def _ask_slack(asked: Any) -> tuple[Any, str]:
    import aiohttp
    from slack_sdk.errors import SlackApiError

    try:
        return await asked, ""
    except SlackApiError as error:
        return None, str(error.response.get("error", "unknown"))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return None, type(error).__name__


def _slack_refusal(problem: str) -> str:
    if problem[:1].islower():  # one of Slack's own words
        return f"Slack refused the bot token ({problem}): {COPY['SLACK_BOT_TOKEN']}"
    return f"Slack does not answer ({problem}): check the network and SLACK_API_URL"
