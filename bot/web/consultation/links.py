"""Addresses and codes that only their receiver knows. They are made with the centre's key and kept nowhere."""

import base64
import hashlib
import hmac
import re
import unicodedata
from datetime import date, datetime

MARK = 26  # base32 letters of an address: 130 bits
CODE = 12  # letters of a code that people copy by hand: 60 bits, and few tries
_FILE = re.compile(r"([0-9]{1,15})-(F[A-Z0-9]{2,30})-([0-9]{8})-([A-Z2-7]{26})")
_LOOKS_LIKE = str.maketrans("018", "OIB")  # what people read into letters that base32 doesn't have


class Links:
    """Makes and reads them; with another key, every address given out before leads nowhere."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def address(self, proposal_id: int) -> str:
        """Return the part of the address at which somebody goes on with a form and later follows the case."""
        return f"{proposal_id}-{self._mark(f'form:{proposal_id}', MARK)}"

    def read(self, part: str) -> int | None:
        """Return the proposal an address belongs to, or None when nobody was given it."""
        number, _, mark = part.partition("-")
        if not re.fullmatch(r"[0-9]{1,15}", number):
            return None
        return int(number) if hmac.compare_digest(mark.encode(), self._mark(f"form:{number}", MARK).encode()) else None

    def file(self, key: str, last: date) -> str:
        """Return the part of the address under which a reply's file can be opened until the end of that day."""
        _, event, file = key.split(":")
        return f"{event}-{file}-{last:%Y%m%d}-{self._mark(f'file:{key}:{last:%Y%m%d}', MARK)}"

    def read_file(self, part: str) -> tuple[str, date] | None:
        """Return the file an address belongs to and its last day, or None when nobody was given it."""
        found = _FILE.fullmatch(part)
        if found is None:
            return None
        event, file, last, mark = found.groups()
        key = f"reply:{event}:{file}"
        if not hmac.compare_digest(mark.encode(), self._mark(f"file:{key}:{last}", MARK).encode()):
            return None
        return key, datetime.strptime(last, "%Y%m%d").date()  # noqa: DTZ007  a day of the calendar

    def code(self, number: str) -> str:
        """Return the secret that belongs to a receipt number, as people copy it: ABCD-EFGH-IJKL."""
        mark = self._mark(f"status:{number}", CODE)
        return "-".join(mark[at : at + 4] for at in range(0, CODE, 4))

    def fits(self, number: str, code: str) -> bool:
        """Tell whether a code, however it was typed, belongs to the number."""
        typed = re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", code).upper()).translate(_LOOKS_LIKE)
        return hmac.compare_digest(typed.encode(), self._mark(f"status:{number}", CODE).encode())

    def _mark(self, what: str, length: int) -> str:
        made = hmac.new(self._key, what.encode(), hashlib.sha256).digest()
        return base64.b32encode(made).decode()[:length]
