"""How a return is known again: the digest of what went out, and the seal over its identity (pure)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from dapf_xl.returns.layout import IDENTITY_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping


def seal_of(key: bytes, identity: Mapping[str, str]) -> str:
    """Return the HMAC over a return's identity, every field but the seal itself."""
    words = "\n".join(identity[name] for name in IDENTITY_FIELDS if name != "seal")
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


def digest_of(locked: Mapping[str, Mapping[str, object]]) -> str:
    """Return the digest of the locked values; numbers count at 15 significant digits."""
    plain = {
        sheet: {cell: f"{value:.15g}" if isinstance(value, float) else str(value) for cell, value in cells.items()}
        for sheet, cells in locked.items()
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
