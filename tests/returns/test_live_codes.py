"""That the list of what a return shows by itself is whole, and says what the checks say."""

from __future__ import annotations

import pytest

from dapf_xl.findings import Batch, Code
from dapf_xl.returns.live_codes import LIVE, NOT_LIVE

OF_A_RETURN = (
    Batch.TYPE, Batch.PRESENCE, Batch.RULES, Batch.HISTORY, Batch.ACROSS_RETURNS, Batch.TEXT, Batch.SIGN_OFF
)  # fmt: skip


def test_every_finding_of_what_was_typed_is_shown_or_said_why_not() -> None:
    wanted = {code for code in Code if code.batch in OF_A_RETURN}
    assert wanted <= {*LIVE, *NOT_LIVE}
    assert not LIVE.keys() & NOT_LIVE.keys()


@pytest.mark.parametrize("code", LIVE, ids=lambda code: code.name)
def test_what_is_shown_begins_as_the_count_expects(code: Code) -> None:
    assert LIVE[code].says.startswith(("Correct", "Explain in the comment", "To do", "OK"))
