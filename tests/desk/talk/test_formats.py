"""What a file is, and what becomes of a phone's photo."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.desk.talk import formats
from tests.photos import PLACE, heic


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF89a", "image/gif"),
        (b"GIF87a", "image/gif"), (b"%PDF-1.4", "application/pdf"), (b"RIFF0000WEBP", "image/webp"),
        (b"\0\0\0\x1cftypheic", "image/heic"), (b"\0\0\0\x1cftypmif1", "image/heic"), (b"\0\0\0\x1cftypmp42", None),
        (b"<svg", None), (b"MZ", None), (b"", None), (b" %PDF-", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: str | None) -> None:
    assert formats.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "becomes"), [("IMG_1.HEIC", "IMG_1.jpg"), ("a.b.heif", "a.b.jpg"), ("写真", "写真.jpg")]
)
async def test_a_phone_s_photo_becomes_a_picture_everybody_can_see(name: str, becomes: str) -> None:
    named, kind, made = await formats.shown(name, heic())

    picture = Image.open(io.BytesIO(made))
    assert (named, kind, formats.kind_of(made)) == (becomes, "image/jpeg", "image/jpeg")
    assert (picture.format, picture.size) == ("JPEG", (64, 48))
    red, blue = picture.getpixel((5, 20)), picture.getpixel((60, 20))
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


async def test_a_jpeg_that_kept_its_old_name_gets_one_that_says_what_it_is() -> None:
    jpeg = b"\xff\xd8\xff\xe0"

    assert await formats.shown("IMG.HEIC", jpeg) == ("IMG.jpg", "image/jpeg", jpeg)
    assert await formats.shown("IMG.JPG", jpeg) == ("IMG.JPG", "image/jpeg", jpeg)
    assert await formats.shown("a.heic", b"MZ") == ("a.heic", None, b"MZ")


async def test_where_and_when_it_was_taken_is_not_handed_on() -> None:
    assert PLACE in heic()

    _, _, made = await formats.shown("a.heic", heic())

    assert PLACE not in made
    assert dict(Image.open(io.BytesIO(made)).getexif()) == {}


async def test_a_photo_of_an_upright_phone_stands_upright() -> None:
    _, _, made = await formats.shown("a.heic", heic(turned=True))

    picture = Image.open(io.BytesIO(made))
    assert picture.size == (48, 64)
    assert picture.getpixel((20, 5))[0] > 200  # what was left is above


async def test_a_large_photo_becomes_one_that_can_be_sent() -> None:
    _, _, made = await formats.shown("a.heic", heic(8_000, 64))

    assert Image.open(io.BytesIO(made)).size == (4_096, 33)


async def test_what_would_fill_the_memory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_DOTS", 64 * 48 - 1)

    with pytest.raises(formats.Unreadable):
        await formats.shown("a.heic", heic())


@given(st.integers(12, 2_000), st.binary(max_size=60), st.booleans())
@example(18, b"\0\0\0", False)  # no brand that is known
@example(499, b"\0", False)  # no picture in it
@example(274, b"\0", False)  # a file of no picture at all
@settings(max_examples=60, deadline=None)
async def test_a_damaged_photo_is_unreadable_or_a_picture_and_never_a_fault(at: int, bytes_: bytes, cut: bool) -> None:
    whole = heic()
    at = min(at, len(whole))
    damaged = whole[:at] + bytes_ + (b"" if cut else whole[at + len(bytes_) :])
    try:
        _, _, made = await formats.shown("a.heic", damaged)
    except formats.Unreadable:
        return
    assert formats.kind_of(made) == formats.JPEG
