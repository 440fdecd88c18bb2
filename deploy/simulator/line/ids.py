"""Identifiers as LINE makes them."""

import itertools
import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_messages = itertools.count(secrets.randbelow(10**9) * 10**6)


def ulid(milliseconds: int) -> str:
    """A webhookEventId: 48 bits of time and 80 of chance, in Crockford's base 32."""
    number = milliseconds << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def message_id() -> str:
    """A message id: a string of digits that grows."""
    return str(500_000_000_000_000_000 + next(_messages))


def user_id() -> str:
    """A citizen's id: U and 32 hexadecimal digits."""
    return "U" + secrets.token_hex(16)


def token(length: int = 32) -> str:
    """A reply token and the like: hexadecimal."""
    return secrets.token_hex(length // 2)
