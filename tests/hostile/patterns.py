"""Regular expressions that never come back, or take all memory: what a rule set may ask for."""

from __future__ import annotations

# On this they take longest.
TEXT = "a" * 60 + "!"

CASES: dict[str, str] = {
    "plus in plus": r"(a+)+$",
    "star in star": r"(a*)*b",
    "alternatives that overlap": r"(a|aa)+$",
    "alternatives that are equal": r"(a|a|a)*b",
    "a class in a star": r"([a-z]+)*\d",
    "optional, many times": "a?" * 200 + "a" * 61,
    "references back": r"(a*)(a*)(a*)(a*)\1\2\3\4b",
    "a reference back in a star": r"((a+)\2)+b",
    "looking ahead in a star": r"((?=(a+)+!)a)*b",
    "looking back": r"(?<=a)(a+)+b",
    "dots": r"(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b",
    "words": r"^(\w+\s?)*$",
    "counted": r"(a{1,90}){1,90}b",
    "counted too often": r"((a{1,99}){1,99}){1,99}",
    "counted beyond": r"a{99999999999}",
    "lazy": r"(a+?)+?b",
    "deep": "(" * 400 + "a" + ")" * 400,
    "alternatives without end": "a|" * 499 + "b",
    "case without end": r"(?i)(ſ|s|a|A)+(k|K|a)+b",
    "no pattern": "(a",
}
