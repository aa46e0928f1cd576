"""Feeds the parser and the checks bytes that reach ever more of their code, where atheris is installed.

    python benchmarks/fuzz.py [SECONDS]

Every text is read, linted under a bundled rule set and fixed; what is promised of all documents must hold.
A text for which it does not is made as small as it goes and written to `build/fuzz-<digest>.md`. What
reached new code is kept in `build/fuzz`, where the next run begins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SEEDS = ROOT / "tests" / "documents"
BUILD = ROOT / "build"
# What a change of single bytes would take long to come upon.
WORDS = (
    "# ", "## ", "\n\n", "```\n", "~~~", "> ", "- [ ] ", "- [x] ", "1. ", "---\n", "===\n", "| - |", "\t",
    "\r\n", "<!--", "-->", "<!-- speclint-disable", "**", "__", "](", "[^1]", "]: ", "<details>", "</",
    "&amp;", "\\", "TBD", "[Name]", "{name}", "<name>", "YYYY-MM-DD", "80%", "coverage", "Status:",
    "```json\n", "```yaml\n", "```python\n",
)  # fmt: skip


def smallest(data: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """What is left of bytes that fail when no part of them, of half their size down to one, can go."""
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data):
            shorter = data[:start] + data[start + size :]
            if fails(shorter):
                data = shorter
            else:
                start += size
        size //= 2
    return data


def main(seconds: int) -> int:
    """Fuzzes, and ends the process with the code of what was found; 0 without atheris."""
    if find_spec("atheris") is None:
        print("skipped: atheris is not installed (pip install atheris)")
        return 0
    atheris: Any = import_module("atheris")

    # What is imported later than this is not followed: checks are, at the first document.
    with atheris.instrument_imports(include=["speclint", "mistune"]):
        from speclint.binding.matcher import bind
        from speclint.checks.registry import CHECKS
        from speclint.fixes.fix import fix_binding
        from speclint.linting.lint import run_checks
        from speclint.markdown.document import parse_document
        from speclint.markdown.source import NotText, Source
        from speclint.ruleset.library import bundled_rule_set

        rules = bundled_rule_set("feature-doc")
        first = bind(parse_document(rules.skeleton), rules)
        assert len(run_checks(first)[0]) > 0
        fix_binding(first)
        for check in CHECKS:
            import_module(f"speclint.checks.{check.run.module}")  # type: ignore[attr-defined]
    from tests import promises

    def one(data: bytes) -> None:
        try:
            source = Source.decode(data)
        except NotText:
            return
        binding = bind(parse_document(source), rules)
        promises.linted(binding)
        promises.fixed(binding)

    def told(data: bytes) -> None:
        """Fuzzes with one input, and writes a failing one down before it ends the run."""
        try:
            one(data)
        except Exception as error:
            found = type(error)
            small = smallest(data, lambda shorter: kind(shorter) is found)
            path = BUILD / f"fuzz-{sha256(small).hexdigest()[:12]}.md"
            path.write_bytes(small)
            print(f"{path.relative_to(ROOT)}: {found.__name__}, {len(small)} bytes")
            raise

    def kind(data: bytes) -> type[Exception] | None:
        try:
            one(data)
        except Exception as error:
            return type(error)
        return None

    corpus = BUILD / "fuzz"
    corpus.mkdir(parents=True, exist_ok=True)
    words = BUILD / "fuzz.words"
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted))
    folders = [str(corpus), *(str(path) for path in sorted(SEEDS.iterdir()) if path.is_dir())]
    options = (
        f"-max_total_time={seconds}",
        "-max_len=1024",
        f"-dict={words}",
        f"-artifact_prefix={BUILD}/fuzz-",
    )
    atheris.Setup([sys.argv[0], *options, *folders], told)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
