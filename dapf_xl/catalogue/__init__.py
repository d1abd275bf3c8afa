"""The catalogue: what a framework measures, who is asked for it, what good looks like, what was published.

A catalogue is a folder of CSV files (what git holds) or an ``.xlsx`` workbook with a sheet a table
(what a performance lead edits); ``load`` reads either, ``export`` turns one into the other.
"""

from __future__ import annotations

from dapf_xl.catalogue.exporting import export
from dapf_xl.catalogue.framework import Asked, Framework
from dapf_xl.catalogue.loading import check, load, shipped

__all__ = ["Asked", "Framework", "check", "export", "load", "shipped"]
