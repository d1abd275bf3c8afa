"""Published figures from a CSV file: each row judged, then recorded as an observation or as a comparator."""

from __future__ import annotations

from dapf_xl.importing.recording import IMPORTED_FILES, Imported, import_figures, imported_figures

__all__ = ["IMPORTED_FILES", "Imported", "import_figures", "imported_figures"]
