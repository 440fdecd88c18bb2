"""What a file is by its first bytes, and a phone's photo as a picture that browsers, Slack and LINE can show."""

import asyncio
import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pillow_heif

JPEG, HEIC = "image/jpeg", "image/heic"
_BEGINNING = {
    JPEG: (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
}
# Brands of ISO/IEC 23008-12 (HEIF) with pictures in HEVC, as phones write them.
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_ENDING = re.compile(r"\.hei[cf]$", re.IGNORECASE)
_TURNS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")  # UAX 9
LONGEST_NAME = 120
LONGEST_SIDE = 4_096  # dots of a picture we make: enough to print a page, and far below 10 MB
MOST_DOTS = 64_000_000  # of a photo that is read: phones make 50 million, and each takes three bytes of memory
_DAMAGED = (ValueError, RuntimeError, OSError, EOFError, SyntaxError, LookupError)  # how libheif's Python says it
_ONE_AT_A_TIME = ThreadPoolExecutor(1, "photos")  # a large photo takes 200 MB while it is read


class Unreadable(ValueError):
    """The photo is damaged, or larger than we read."""


def kind_of(content: bytes) -> str | None:
    """Return what a file is by its first bytes, whatever its name says; None for what no door takes."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return HEIC
    return next((kind for kind, begins in _BEGINNING.items() if content.startswith(begins)), None)


async def shown(name: str, content: bytes) -> tuple[str, str | None, bytes]:
    """Return a file as everybody can see it: its plain name, its kind, its bytes. Raises Unreadable.

    A HEIC photo becomes a JPEG, upright and without place and time. Some programs make the JPEG but keep the name.
    """
    kind, name = kind_of(content), plain(name)
    if kind != HEIC:
        return (_ENDING.sub(".jpg", name) if kind == JPEG else name), kind, content
    made = await asyncio.get_running_loop().run_in_executor(_ONE_AT_A_TIME, _jpeg, content)
    return f"{_ENDING.sub('', name)}.jpg", JPEG, made


def plain(name: str) -> str:
    """Return a file's name as it is shown: without its folders, in one form of each sign, its end whole.

    Macs write が as two signs. A sign that turns the direction of writing could make gnp.exe look like exe.png.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return _TURNS.sub("", last)[-LONGEST_NAME:]


def _jpeg(content: bytes) -> bytes:
    try:
        photo = pillow_heif.open_heif(io.BytesIO(content))
        if photo.size[0] * photo.size[1] > MOST_DOTS:
            raise Unreadable("too many dots")
        picture = photo.to_pillow().convert("RGB")
    except _DAMAGED as damaged:
        raise Unreadable(type(damaged).__name__) from damaged
    colours = picture.info.get("icc_profile")
    picture.info = {}  # Exif and XMP say where and when it was taken, and with what
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=88, icc_profile=colours)
    return made.getvalue()
