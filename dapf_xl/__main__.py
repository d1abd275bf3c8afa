"""Lets ``python -m dapf_xl`` stand in for ``dapf``, where scripts are not on the path."""

from __future__ import annotations

import sys

from dapf_xl.cli import main

if __name__ == "__main__":
    sys.exit(main())
