"""Build the workbooks of the folder ``templates``; run it in the environment that the project is installed in."""

from pathlib import Path

from dapf_xl.returns.specimen import SPECIMEN, write_specimen

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

if __name__ == "__main__":
    write_specimen(TEMPLATES / SPECIMEN)
    print(TEMPLATES / SPECIMEN)
