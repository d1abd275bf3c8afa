"""Quarterly domestic abuse performance returns in Excel: issued, checked, consolidated and rated."""

from __future__ import annotations

__version__ = "0.1.0"
