"""Goes on with what the tests begin, for as long as asked: with fresh documents, all defects, and kills.

Documents are made by chance, or real ones mangled or with a defect, or hostile; tests that do a part of what
they could do all of it. Prints what was done and how many, one line a kind. At the first failure it writes
the seed and a small file that shows it into `build/soak`, and exits with 1.

    python benchmarks/soak.py [MINUTES]
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from speclint.binding.matcher import bind  # noqa: E402
from speclint.markdown.document import parse_document  # noqa: E402
from speclint.markdown.source import NotText, Source  # noqa: E402
from speclint.ruleset.bundled import bundled  # noqa: E402
from speclint.ruleset.library import bundled_rule_set, parse_rule_set  # noqa: E402
from tests import promises  # noqa: E402
from tests.hostile import markdown  # noqa: E402
from tests.strategies import Trial, trials  # noqa: E402
from tests.test_documents import DOCUMENTS, missed, planted  # noqa: E402
from tests.test_killed import kill, whole  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
FAILURES = ROOT / "build" / "soak"
# How many documents, trials and kills make one turn of each kind.
TURN, KILLS = 25, 50
# Larger ones are few, and take the time of many.
LARGEST = 60_000


class Failure(Exception):
    """Something that must never be; `text` shows it, as small as could be made."""

    def __init__(self, text: str, rules: str, why: str) -> None:
        super().__init__(why)
        self.text, self.rules, self.why = text, rules, why


class Subject(NamedTuple):
    """A document and the id of a bundled rule set."""

    text: str
    rules: str


def holds(subject: Subject) -> bool:
    """Whether all promises hold of a document."""
    try:
        promises.kept(bind(parse_document(Source(subject.text)), bundled_rule_set(subject.rules)))
    except Exception:
        return False
    return True


def checked(subject: Subject) -> None:
    """Raises `Failure` where a promise does not hold of a document."""
    try:
        promises.kept(bind(parse_document(Source(subject.text)), bundled_rule_set(subject.rules)))
    except Exception:
        why = traceback.format_exc()
        raise Failure(shrunk(subject, time.monotonic() + 60).text, subject.rules, why) from None


def shrunk(subject: Subject, deadline: float) -> Subject:
    """A failing document without the lines that it fails without."""
    lines = subject.text.splitlines(keepends=True)
    size = len(lines) // 2
    while size:
        start = 0
        while start < len(lines) and time.monotonic() < deadline:
            fewer = subject._replace(text="".join(lines[:start] + lines[start + size :]))
            if holds(fewer):
                start += size
            else:
                lines = lines[:start] + lines[start + size :]
        size //= 2
    return subject._replace(text="".join(lines))


# Kinds


def by_chance(number: int, count: Counter[str]) -> None:
    """Documents under rule sets, both by chance."""

    @seed(number)
    @settings(
        max_examples=TURN,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(trials)
    def run(trial: Trial) -> None:
        last[0] = trial
        promises.kept(trial.binding())
        count["documents under rule sets, both by chance"] += 1

    last: list[Trial | None] = [None]
    try:
        run()
    except Exception:
        trial = last[0]
        assert trial is not None
        # The last one tried is the smallest that was found.
        rules = json.dumps({"stage": trial.stage, **trial.data}, indent=1, ensure_ascii=False)
        raise Failure(trial.text, rules, traceback.format_exc()) from None


def real_ones() -> list[Path]:
    """Documents that people have written, or that are like theirs."""
    folders = (CORPUS, ROOT / "tests" / "documents", ROOT / "examples", ROOT / "docs", ROOT / "rules")
    found = [path for folder in folders if folder.is_dir() for path in folder.rglob("*.md")]
    return sorted(path for path in found if path.stat().st_size <= LARGEST)


def mangled(text: str, chance: random.Random) -> str:
    """A text with parts cut out, doubled, moved or broken, and perhaps other line ends."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.choice([0, 1, 2, 5, 20])):
        if not lines:
            break
        start = chance.randrange(len(lines))
        part = lines[start : start + chance.choice([1, 2, 5, 20])]
        where = chance.randrange(len(lines) + 1)
        match chance.randrange(5):
            case 0:
                del lines[start : start + len(part)]
            case 1:
                lines[where:where] = part
            case 2:
                del lines[start : start + len(part)]
                lines[where:where] = part
            case 3:
                lines[start] = chance.choice(["> ", "  ", "\t", "- ", "#", "```", "<!-- ", ""]) + lines[start]
            case _:
                cut = chance.randrange(len(lines[start]) + 1)
                lines[start] = lines[start][cut:]
    mangled = "".join(lines)
    return mangled.replace("\n", chance.choice(["\n", "\n", "\r\n", "\r"]))


def round_trips(number: int, count: Counter[str]) -> None:
    """Real documents, as they are and mangled: linted, fixed and reported."""
    chance = random.Random(number)
    for path in chance.choices(REAL, k=TURN):
        try:
            text = Source.decode(path.read_bytes()).text
        except NotText:
            continue
        near = path.parent.name if path.parent.name in bundled() else chance.choice(bundled())
        checked(Subject(mangled(text, chance), chance.choice([near, chance.choice(bundled())])))
        count["fix round trips over real documents, mangled"] += 1


def hostile_ones(number: int, count: Counter[str]) -> None:
    """Hostile documents, in every size."""
    chance = random.Random(number)
    rules = parse_rule_set(markdown.RULES)
    for _ in range(TURN):
        name, make = chance.choice(list(markdown.CASES.items()))
        text = make(chance.choice([50, 500, 3_000]))
        try:
            promises.kept(bind(parse_document(Source(text)), rules))
        except Exception:
            raise Failure(text, markdown.RULES, f"{name}\n{traceback.format_exc()}") from None
        count["hostile documents through every format and its reader"] += 1


def planted_ones(number: int, count: Counter[str]) -> None:
    """Defects in good documents, which the tests try a part of."""
    chance = random.Random(number)
    path = chance.choice(DOCUMENTS)
    defects = planted(path)
    for defect in chance.sample(defects, min(TURN, len(defects))):
        if why := missed(defect, path.parent.name):
            raise Failure(defect.text, path.parent.name, why)
        count["planted defects, found where they are"] += 1


def kills(number: int, count: Counter[str]) -> None:
    """Runs that fix, killed with -9 at some moment."""
    with tempfile.TemporaryDirectory() as folder:
        result = kill(Path(folder), "random", str(KILLS), str(number))
        try:
            whole(result, Path(folder))
        except AssertionError:
            raise Failure("", "", json.dumps(result)) from None
    count["kills with -9"] += result["killed"]


def longer_ones(number: int, count: Counter[str]) -> None:
    """A file of tests that do only a part of what they could: now all of it, by a seed of its own."""
    path = random.Random(number).choice(LONGER)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", f"--hypothesis-seed={number}", str(path)],
        cwd=ROOT,
        env={**os.environ, "SPECLINT_SOAK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure("", path.name, done.stdout + done.stderr)
    count["files of tests at their full length"] += 1


KINDS: tuple[Callable[[int, Counter[str]], None], ...] = (
    by_chance,
    round_trips,
    hostile_ones,
    planted_ones,
    longer_ones,
    kills,
)
# Those that take long are every tenth turn's.
RARE = (longer_ones, kills)
REAL = real_ones()
LONGER = sorted(
    path
    for path in (ROOT / "tests").glob("test_*.py")
    if "amount import some" in path.read_text(encoding="utf-8")
)


def turns(minutes: float) -> Iterator[int]:
    """The seeds of turns, fresh each time, until the time is up."""
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        yield random.SystemRandom().randrange(2**32)


def main(minutes: float) -> int:
    """Soaks, prints what was done, and gives the exit code."""
    count: Counter[str] = Counter()
    print(f"{len(REAL)} real documents, {minutes:g} minutes", flush=True)
    kind, number = KINDS[0], 0
    try:
        for turn, number in enumerate(turns(minutes)):
            for kind in KINDS:
                if turn % 10 == 0 or kind not in RARE:
                    kind(number, count)
    except Failure as failure:
        FAILURES.mkdir(parents=True, exist_ok=True)
        place = FAILURES / f"{kind.__name__}-{number}"
        place.with_suffix(".md").write_bytes(failure.text.encode("utf-8", "surrogatepass"))
        place.with_suffix(".txt").write_text(
            f"seed {number}\n\n{failure.rules}\n\n{failure.why}", encoding="utf-8"
        )
        print(failure.why)
        print(f"failed: {kind.__name__}, seed {number}; see {place.relative_to(ROOT)}.md and .txt")
        return 1
    finally:
        for name, done in count.items():
            print(f"{done:8,}  {name}", flush=True)
    print("nothing failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1))
