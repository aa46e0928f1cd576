"""The largest files that are read, in bytes: more than people write, and no more than memory has room for."""

from __future__ import annotations

from speclint.ruleset.model import MAX_BYTES

DOCUMENT = 10_000_000
RULE_SET = MAX_BYTES
CONFIGURATION = 1_000_000
IGNORE_FILE = 10_000_000
BASELINE = 50_000_000
PULL_REQUEST_EVENT = 30_000_000
