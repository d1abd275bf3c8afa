"""The ledger's tables, and how they are asked."""

from __future__ import annotations

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE issued (
    issue_id TEXT PRIMARY KEY, agency TEXT NOT NULL, period TEXT NOT NULL, catalogue_version TEXT NOT NULL,
    digest TEXT NOT NULL, file TEXT NOT NULL, issued_at TEXT NOT NULL, positions TEXT NOT NULL, seal TEXT NOT NULL,
    locked BLOB NOT NULL
);
CREATE TABLE received (
    id INTEGER PRIMARY KEY, round TEXT NOT NULL, place TEXT NOT NULL, sha256 TEXT NOT NULL, file TEXT NOT NULL,
    agency TEXT NOT NULL, period TEXT NOT NULL, saved TEXT NOT NULL, received_at TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL, asked INTEGER NOT NULL, given INTEGER NOT NULL, claims TEXT NOT NULL, said TEXT NOT NULL,
    kept TEXT NOT NULL, result TEXT NOT NULL
);
CREATE INDEX received_file ON received (round, place, sha256);
CREATE TABLE observed (
    id INTEGER PRIMARY KEY, received INTEGER REFERENCES received (id), given INTEGER REFERENCES given (id),
    item TEXT NOT NULL, category TEXT NOT NULL, supplier TEXT NOT NULL, period TEXT NOT NULL, basis TEXT NOT NULL,
    value TEXT, replacement TEXT NOT NULL, reason TEXT NOT NULL, lower TEXT, upper TEXT, markers TEXT NOT NULL,
    text TEXT NOT NULL, comment TEXT NOT NULL, status TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL,
    cell TEXT NOT NULL, sha256 TEXT NOT NULL, received_at TEXT NOT NULL, words TEXT NOT NULL,
    source TEXT NOT NULL, released TEXT NOT NULL, label TEXT NOT NULL,
    CHECK ((received IS NULL) <> (given IS NULL))
);
CREATE INDEX observed_received ON observed (received);
CREATE INDEX observed_given ON observed (given);
CREATE INDEX observed_period ON observed (period);
CREATE TABLE given (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, round TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    at TEXT NOT NULL, received INTEGER NOT NULL
);
CREATE TABLE compared (
    id INTEGER PRIMARY KEY, given INTEGER NOT NULL REFERENCES given (id), item TEXT NOT NULL, category TEXT NOT NULL,
    geography TEXT NOT NULL, period TEXT NOT NULL, basis TEXT NOT NULL, value TEXT, replacement TEXT NOT NULL,
    markers TEXT NOT NULL, source TEXT NOT NULL, released TEXT NOT NULL, note TEXT NOT NULL, file TEXT NOT NULL,
    cell TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE TABLE found (
    id INTEGER PRIMARY KEY, received INTEGER NOT NULL REFERENCES received (id), code TEXT NOT NULL,
    severity TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, item TEXT NOT NULL,
    category TEXT NOT NULL, found TEXT NOT NULL, message TEXT NOT NULL, remedy TEXT NOT NULL, agency TEXT NOT NULL,
    about TEXT NOT NULL, status TEXT NOT NULL, mark TEXT NOT NULL
);
CREATE INDEX found_received ON found (received);
CREATE INDEX found_waived ON found (received) WHERE status = 'waived';
CREATE TABLE untaken (
    received INTEGER NOT NULL REFERENCES received (id), item TEXT NOT NULL, category TEXT NOT NULL,
    supplier TEXT NOT NULL, period TEXT NOT NULL
);
CREATE INDEX untaken_received ON untaken (received);
CREATE TABLE waived (
    id INTEGER PRIMARY KEY, round TEXT NOT NULL, code TEXT NOT NULL, item TEXT NOT NULL, category TEXT NOT NULL,
    agency TEXT NOT NULL, about TEXT NOT NULL, found TEXT NOT NULL, mark TEXT NOT NULL, message TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, until TEXT, at TEXT NOT NULL
);
CREATE TABLE ruled (
    id INTEGER PRIMARY KEY, round TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, file TEXT NOT NULL,
    other TEXT NOT NULL, other_file TEXT NOT NULL, agency TEXT NOT NULL, withdrawn INTEGER NOT NULL, who TEXT NOT NULL,
    why TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE handed (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, recipient TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    new_key INTEGER NOT NULL
);
CREATE TABLE amended (
    id INTEGER PRIMARY KEY, given INTEGER NOT NULL REFERENCES given (id), item TEXT NOT NULL,
    category TEXT NOT NULL, supplier TEXT NOT NULL, period TEXT NOT NULL, old TEXT, new TEXT,
    who TEXT NOT NULL, how TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE consolidated (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, at TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    received INTEGER NOT NULL, given INTEGER NOT NULL, decided INTEGER NOT NULL
);
CREATE TABLE sent (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, at TEXT NOT NULL, how TEXT NOT NULL, recipients TEXT NOT NULL,
    file TEXT NOT NULL, sha256 TEXT NOT NULL, edition TEXT NOT NULL
);
"""
"""What is not plain from the names:

- ``given`` has a row for each time that figures came without a return; its ``received`` is the last record of a file
  that there was then, and so is that of ``consolidated``, whose ``given`` is the last such row.
- ``amended`` has a row for each figure that was amended: ``old`` and ``new`` in words. Where ``new`` is NULL, what was
  amended before in that round was withdrawn.
- ``waived`` has a row for each finding that was let pass, never for a cell: ``mark`` holds the other figures that it
  rests on, or of personal data a keyed digest of the text. Where ``until`` is NULL, what was waived before for the same
  finding is withdrawn. The last row of each finding counts.
- ``ruled`` has a row for each decision about a file: it is ``taken`` as an agency's although nothing proves that, or it
  ``replaces`` another. The last row of each file, or of each two, counts.
- ``handed`` has a row for each time that the workspace passed to somebody else, or its key was replaced.
- ``received`` keeps in ``said`` a digest of what was typed, which does not change when a file is only saved anew; in
  ``claims`` whose return it says it is where nothing proves that; in ``kept`` where the copy of the file lies.
- ``decided`` of ``consolidated`` is how many rows of ``waived`` and ``ruled`` the round had then.
"""

OBSERVED = (
    "item", "category", "supplier", "period", "basis", "value", "replacement", "reason", "lower", "upper", "markers",
    "text", "comment", "status", "file", "sheet", "cell", "sha256", "received_at", "words", "source", "released",
    "label",
)  # fmt: skip
"""The columns of an observation, in the order of its fields."""
ISSUED = "issue_id, agency, period, catalogue_version, digest, file, issued_at, positions, seal"
RECEIVED = (
    "id", "sha256", "file", "agency", "period", "saved", "received_at", "status", "reason", "asked", "given", "place",
    "claims", "said", "kept",
)  # fmt: skip
FOUND = (
    "code", "severity", "file", "sheet", "cell", "item", "category", "found", "message", "remedy", "agency", "about",
    "status", "mark",
)  # fmt: skip

STANDING = "SELECT max(id) FROM received GROUP BY round, place, sha256"
"""The records that stand: of each file, the last."""
IN_PLACE = "SELECT max(id) FROM received GROUP BY round, place"
"""The records of the files that were last seen in each place, not those that were overwritten."""
