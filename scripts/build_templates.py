"""Build the workbooks that stand in the repository; run it in the environment that the project is installed in.

They are the specimen return (``templates``) and the control workbook (``workbook``).
"""

from pathlib import Path

from dapf_xl.hosts.control_workbook import FILE_NAME, build
from dapf_xl.returns.specimen import SPECIMEN, write_specimen

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
WORKBOOK = ROOT / "workbook"

if __name__ == "__main__":
    write_specimen(TEMPLATES / SPECIMEN)
    print(TEMPLATES / SPECIMEN)
    build(WORKBOOK / FILE_NAME)
    print(WORKBOOK / FILE_NAME)
