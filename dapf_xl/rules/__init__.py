"""Checking returns: batches of checks in a fixed order, findings with cells, observations from what is good."""

from __future__ import annotations

from dapf_xl.rules.checking import BATCHES, Checked, CheckedReturn, Status, check_returns
from dapf_xl.rules.context import AmendedFigure, Context, IssuedRecord

__all__ = ["BATCHES", "AmendedFigure", "Checked", "CheckedReturn", "Context", "IssuedRecord", "Status", "check_returns"]
