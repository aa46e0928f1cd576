"""Set the sizes, in bytes, of the largest files that are read: more than people write, but bounded."""

from __future__ import annotations

from speclint.ruleset.model import MAX_BYTES

# A hostile text takes some 250 times its size in memory, and fixing reads it twice: below 1 GB.
DOCUMENT = 2_000_000
RULE_SET = MAX_BYTES
CONFIGURATION = 1_000_000
IGNORE_FILE = 10_000_000
BASELINE = 50_000_000
PULL_REQUEST_EVENT = 30_000_000
