"""Published figures held against each other, and a stated figure against what its parts can give."""

from dapf_xl.reconciliation.results import AGREES, DIFFERS, OPEN, Check, Reconciled
from dapf_xl.reconciliation.running import KINDS, check_all, reconcile

__all__ = ["AGREES", "DIFFERS", "KINDS", "OPEN", "Check", "Reconciled", "check_all", "reconcile"]
