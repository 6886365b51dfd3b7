"""From how many audits on a share is told as one, and what the quarter before is called."""

SMALL = 10  # fewer than this are counted only
BEFORE = "the quarter before"
