"""Photos as phones make them."""

import io
from functools import cache

import pillow_heif
from PIL import Image

PLACE = b"YOKOHAMA-35.4437N"  # stands for where it was taken; GPS is in the same block


@cache
def heic(width: int = 64, height: int = 48, *, turned: bool = False) -> bytes:
    """Return a HEIC photo whose left half is red, with its place in Exif and XMP; `turned` as an upright phone does."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste((255, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 26.0, 37.0), 3: "E", 4: (139.0, 38.0, 17.0)})
    made = io.BytesIO()
    pillow_heif.from_pillow(picture).save(made, quality=80, exif=exif.tobytes(), xmp=b"<x>" + PLACE + b"</x>")
    return made.getvalue()
