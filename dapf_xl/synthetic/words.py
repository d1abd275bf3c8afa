"""What made-up returns say in words: harmless sentences that nobody can be known by (pure)."""

from __future__ import annotations

OVERVIEWS = (
    "Referrals followed the season, and waiting times were kept. Two posts that had been vacant were filled.",
    "It was a steady quarter. A new pathway was agreed with partners and starts in the next one.",
    "Demand was above plan in the second half of the quarter; an extra evening clinic met most of it.",
    "The move to a new case system took time, and some cases were closed late. The backlog is cleared.",
    "A campaign brought more people who asked for help themselves, as was hoped.",
    "Partners met twice, and training on routine enquiry reached most teams.",
)
HEADLINES = (
    "Reviewed by the service, no change needed",
    "Two improvements agreed with partners",
    "Sample of ten cases read, good practice found in most",
    "Report accepted by the partnership group",
    "Feedback gathered and shared with teams",
)
HELD = ("Partnership office, shared drive", "Service's case files", "Contract file", "Minutes of the steering group")
ACTIONS = (
    "Repeat the sample in the next half year",
    "Brief all teams on the findings",
    "Agree a shared form with partners",
    "Bring the training plan up to date",
)
OWNERS = ("Service manager", "Partnership lead", "Practice development officer")
COMMENTS = (
    "Taken from the weekly sheets.",
    "Includes cases that are still being assessed.",
    "Counted by victim, not by incident.",
    "Checked with the team manager.",
)
RISEN = (
    "Higher than in the last quarter: a campaign ran in its first weeks.",
    "Higher than in the last quarter: cases that waited were worked through.",
)
FALLEN = (
    "Lower than in the last quarter: one worker's post was vacant.",
    "Lower than in the last quarter, as every year at this time.",
)
EXPLAINED = "Some of these were counted with an earlier quarter."
PROVISIONAL = "Two teams had not closed their books yet."
RELEASED = "Released since."
FINAL = "Final."
LABELS = ("Example North", "Example South", "Example East", "Example West")
"""What is written in spare rows."""
EVERYTHING = (
    *OVERVIEWS, *HEADLINES, *HELD, *ACTIONS, *OWNERS, *COMMENTS, *RISEN, *FALLEN,
    EXPLAINED, PROVISIONAL, RELEASED, FINAL, *LABELS,
)  # fmt: skip
