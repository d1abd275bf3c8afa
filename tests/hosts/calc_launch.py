"""Runs in the Python that the control workbook starts from Calc, in place of ``python -c`` from Excel.

Arguments are those of Excel's: the code, ``--wb=NAME``, ``--from_xl=1``.
"""

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.hosts import calc_engine  # noqa: E402

if __name__ == "__main__":
    calc_engine.register(calc_engine.Engine(os.environ[calc_engine.CALC_URL]))
    exec(sys.argv[1], {})  # noqa: S102  (what the button says, as Python -c runs it)
