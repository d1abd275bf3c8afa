"""Run the whole cycle on published figures: ``python3 scripts/demo.py [arguments of dapf demo]``.

Needs nothing but Python with venv and pip. The paths of the master workbooks come last, one a line.
"""

import sys

import bootstrap

if __name__ == "__main__":
    bootstrap.prepare()
    sys.exit(bootstrap.run("dapf", "demo", *sys.argv[1:]))
