"""Runs the command line over many documents, for outputs that must stay as they are, byte for byte.

Every case is one run of the command in a process of its own, called as users call it: nothing is asked of
speclint but its command line, so that its modules may move. `tests/data/golden.json` has a digest of each
case's output; `scripts/record_golden.py` writes it, and with `--write-outputs DIR` the outputs, for
`diff -r`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import yaml

from speclint.reporters.formats import FORMATS

from .forks import Forks

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
DIGESTS = ROOT / "tests" / "data" / "golden.json"

BUNDLED = tuple(sorted(path.stem for path in (ROOT / "rules").glob("*.yaml")))
TEMPLATES = tuple(
    sorted(path.stem for path in (ROOT / "tests" / "templates").glob("*.md") if ".filled" not in path.name)
)
# The corpus has no templates of its own; these lie beside it, one for each of its folders.
CORPORA = ("eip", "kep", "rust-rfc")
# Some of the families in another corpus, which has their templates and says which document is whose.
FAMILIES = ("madr", "spec-kit", "tep")

CHECK = ("check", "--no-cache", "--jobs", "1")
JSON = ("--output-format", "json")
NOON = "1767268800"  # of 2026-01-01: dates that documents name have passed or not, whenever this runs

Case = tuple[str, bytes]

# Set for outputs of all the shared documents, of which the digests have a few: a minute is what they may
# take.
thorough = False
# Which checkout's speclint is run. Documents are always those of this one.
tree = ROOT

COMMANDS = Forks()


class Workshop:
    """A folder to run the command in, with nothing around that says whose machine it is."""

    def __init__(self, folder: Path) -> None:
        self.top = folder
        self.folder = folder / "work"
        for made in (self.folder, folder / "home"):
            made.mkdir()

    def environment(self) -> dict[str, str]:
        """Gives all the variables that a process gets."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.top / "home"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            # `derive --learn` proposes what templates lack in the order of a set.
            "PYTHONHASHSEED": "0",
        }

    def run(self, *arguments: str, stdin: bytes = b"", files: Sequence[str] = (), **env: str) -> Outcome:
        """Runs the command; what is in `files` afterwards belongs to the outcome."""
        around = {
            **self.environment(),
            "PYTHONPATH": str(tree),
            "SPECLINT_CACHE_DIR": str(self.top / "cache"),
            "SOURCE_DATE_EPOCH": NOON,
            **env,
        }
        done = COMMANDS.run(arguments, self.folder, around, stdin)
        if b"Traceback (most recent call last)" in done.err:
            raise RuntimeError(f"speclint {' '.join(arguments)}:\n{done.err.decode(errors='replace')}")
        written = {name: self.folder / name for name in files}
        found = {name: path.read_bytes() for name, path in written.items() if path.is_file()}
        return Outcome(
            done.code,
            self.anywhere(done.out),
            self.anywhere(done.err),
            {name: self.anywhere(data) for name, data in found.items()},
        )

    def case(self, *arguments: str, stdin: bytes = b"", files: Sequence[str] = (), **env: str) -> bytes:
        """Gives all that a run of the command leaves behind."""
        return self.run(*arguments, stdin=stdin, files=files, **env).everything()

    def check(self, *arguments: str, files: Sequence[str] = ()) -> bytes:
        """Gives what `check` leaves behind."""
        return self.case(*CHECK, *arguments, files=files)

    def anywhere(self, data: bytes) -> bytes:
        """Takes the places of this machine out of an output, and what each version of Python words anew."""
        places = ((self.top, b"<top>"), (self.top.resolve(), b"<top>"), (tree, b"<root>"), (ROOT, b"<root>"))
        for place, name in places:
            data = data.replace(str(place).encode(), name)
        return re.sub(rb'(this Python does not parse: )[^"\n]*', rb"\1<error>", data)

    def git(self, *arguments: str) -> None:
        """Runs git, as the same author at the same time everywhere."""
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        dates = {"GIT_AUTHOR_DATE": f"{NOON} +0000", "GIT_COMMITTER_DATE": f"{NOON} +0000"}
        subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.folder,
            env={**self.environment(), **dates, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            check=True,
        )

    def write(self, name: str, data: str | bytes) -> None:
        """Writes a file, with its folders."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def copy(self, source: Path, name: str) -> None:
        """Copies a file, which may be read-only, to a place where it can be written."""
        self.write(name, source.read_bytes())

    def edit(self, name: str, pattern: str, new: str) -> None:
        """Puts a text in the place of the first match of a pattern, which must be there."""
        text = (self.folder / name).read_bytes().decode()
        changed, count = re.subn(pattern, lambda _: new, text, count=1)
        if not count:
            raise ValueError(f"{name}: nothing matches {pattern}")
        self.write(name, changed)

    def documents(self) -> None:
        """Brings what the project has: filled documents, skeletons, examples, and templates of all kinds."""
        for path in sorted((ROOT / "tests" / "documents").glob("*/*.md")):
            self.copy(path, f"documents/{path.parent.name}/{path.name}")
        for path in sorted((ROOT / "rules").glob("*.md")):
            self.copy(path, f"skeletons/{path.name}")
        for path in sorted((ROOT / "tests" / "templates").glob("*.md")):
            self.copy(path, f"templates/{path.name}")
        for path in sorted((ROOT / "examples").rglob("*")):
            if path.is_file():
                self.copy(path, path.relative_to(ROOT).as_posix())

    def names(self, pattern: str) -> list[str]:
        """Lists the files that match a glob, sorted."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern))


class Outcome(NamedTuple):
    """What a run of the command leaves behind."""

    code: int
    out: bytes
    err: bytes
    files: dict[str, bytes]

    def everything(self) -> bytes:
        """Gives it as one text, to be compared and read."""
        parts = [f"exit code {self.code}\n".encode(), b"--- stdout\n", self.out, b"--- stderr\n", self.err]
        for name, data in self.files.items():
            parts += [f"--- {name}\n".encode(), data]
        return b"".join(parts)


class Group(NamedTuple):
    """Cases that are made in one folder, one after the other, and what they need."""

    cases: Callable[[Workshop], Iterator[Case]]
    needs: tuple[str, ...]

    def lacking(self) -> list[str]:
        """Names what the group needs and this machine does not have."""
        return [need for need in self.needs if not _is_here(need)]


GROUPS: dict[str, Group] = {}


def _is_here(need: str) -> bool:
    if need == "git":
        return shutil.which("git") is not None
    if need.startswith("click"):
        return need == f"click {version('click')}"
    return (ROOT / need).is_dir()


def _group(
    name: str, *needs: str
) -> Callable[[Callable[[Workshop], Iterator[Case]]], Callable[[Workshop], Iterator[Case]]]:
    def add(cases: Callable[[Workshop], Iterator[Case]]) -> Callable[[Workshop], Iterator[Case]]:
        GROUPS[name] = Group(cases, needs)
        return cases

    return add


def _groups(
    prefix: str, members: Sequence[str], *needs: str
) -> Callable[[Callable[[Workshop, str], Iterator[Case]]], Callable[[Workshop, str], Iterator[Case]]]:
    def add(cases: Callable[[Workshop, str], Iterator[Case]]) -> Callable[[Workshop, str], Iterator[Case]]:
        for member in members:

            def of_one(shop: Workshop, member: str = member) -> Iterator[Case]:
                return cases(shop, member)

            GROUPS[f"{prefix}-{member}"] = Group(of_one, needs)
        return cases

    return add


def outputs(name: str, folder: Path) -> dict[str, bytes]:
    """Makes the outputs of a group in an empty folder: each case, as `group/case`, with its output."""
    return {f"{name}/{case}": output for case, output in GROUPS[name].cases(Workshop(folder))}


def digest(output: bytes) -> str:
    """Shortens an output to what tells it from any other one."""
    return hashlib.sha256(output).hexdigest()[:16]


def recorded() -> dict[str, str]:
    """Reads the digests that outputs must have."""
    digests: dict[str, str] = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return digests


def stages(rule_set: str) -> list[str]:
    """Lists the stages of a bundled rule set."""
    rules = yaml.safe_load((ROOT / "rules" / f"{rule_set}.yaml").read_text(encoding="utf-8"))
    order: list[str] = rules.get("stages", {}).get("order", [])
    return order


def sampled(names: Iterable[str], every: int) -> list[str]:
    """Takes every so many of the names, the same ones each time; all of them where `thorough` says so."""
    return sorted(names)[:: 1 if thorough else every]


@_group("formats")
def _formats(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    for name in FORMATS:
        yield name, shop.check("--output-format", name, "examples")
    yield from _in_formats(shop, "all", FORMATS, *CHECK, ".")
    yield "color", shop.check("--color", "always", "examples")


def _in_formats(shop: Workshop, case: str, formats: Sequence[str], *arguments: str) -> Iterator[Case]:
    """Makes a case for each of some formats in one run: most of the time goes into what they report."""
    (shop.folder / "out").mkdir(exist_ok=True)
    into = [word for name in formats[1:] for word in ("--output-format", f"{name}=out/{case}.{name}")]
    files = [f"out/{case}.{name}" for name in formats[1:]]
    outcome = shop.run(*arguments, "--output-format", formats[0], *into, files=files)
    yield f"{case}-{formats[0]}", outcome._replace(files={}).everything()
    for name, path in zip(formats[1:], files, strict=True):
        yield f"{case}-{name}", outcome.files.get(path, b"not written\n")


@_group("options")
def _options(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    yield "no-command", shop.case("--no-cache", "--jobs", "1", "examples")
    shop.write("few/a.md", (ROOT / "rules" / "feature-pr.md").read_bytes())
    two = ("--jobs", "2", "--output-format", "concise")
    yield "two-jobs", shop.case("check", "--no-cache", *two, "skeletons", "examples", "templates")
    yield "stage", shop.check("--stage", "production", *JSON, "examples", "skeletons/feature-spec.md")
    yield "stage-unknown", shop.check("--stage", "nonsense", "examples")
    some = "missing-section,placeholder,unchecked-item"
    yield "select", shop.check("--select", some, *JSON, "examples", "few")
    yield "select-off-by-default", shop.check("--select", "unknown-section", "templates", "examples")
    yield "select-unknown", shop.check("--select", "no-such-check", "examples")
    yield "ignore", shop.check("--ignore", some, *JSON, "examples", "few")
    yield "select-and-ignore", shop.check("--select", some, "--ignore", "placeholder", "examples")
    shop.write(
        "speclint.toml", '[checks]\nplaceholder = "info"\nmissing-section = "off"\nempty-code = "warning"\n'
    )
    for severity in ("error", "warning", "info"):
        name = f"fail-on-{severity}"
        yield name, shop.check("--fail-on", severity, "--select", "placeholder,missing-section", "few")
    yield "severities", shop.check("--output-format", "concise", "few", "examples")
    shop.write("speclint.toml", 'exclude = ["templates"]\n[templates]\n"few/*.md" = "feature-doc"\n')
    yield "configured", shop.check("--output-format", "concise", "few", "templates")
    yield "configured-by-option", shop.check("--config", "examples/speclint.toml", "examples")
    yield "force-exclude", shop.check("--force-exclude", "templates/feature-kit.filled.md", "few")


@_groups("forced", BUNDLED)
def _forced(shop: Workshop, rule_set: str) -> Iterator[Case]:
    shop.documents()
    forced = ("--template", rule_set)
    # Fixing takes longer than finding, and filled documents of a kind are much alike.
    places = ["skeletons", *shop.names("templates/*.md")[1::8], *shop.names("documents/*/*.md")[1::14]]
    yield "json", shop.check(*forced, *JSON, *places)
    yield "diff", shop.check(*forced, "--diff", *places)
    yield "diff-unsafe", shop.check(*forced, "--diff", "--unsafe-fixes", *places)
    own = (f"skeletons/{rule_set}.md", shop.names(f"documents/{rule_set}/*.md")[0], "examples/services")
    for stage in stages(rule_set)[1::2]:
        yield f"stage-{stage}", shop.check(*forced, "--stage", stage, *JSON, *own)


@_group("fix")
def _fix(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    text = (ROOT / "tests" / "documents" / "go-feature" / "quota-limiter.md").read_bytes()
    broken = re.sub(rb"(?m)^### .*\n", b"", text)
    for name, data in {"lines": broken, "windows": broken.replace(b"\n", b"\r\n")}.items():
        arguments = ("-", "--stdin-filename", "documents/a.md", "--template", "go-feature")
        yield f"stdin-{name}", shop.case(*CHECK, "--fix", *arguments, stdin=data)
    yield "stdin-check", shop.case(*CHECK, "-", "--template", "go-feature", *JSON, stdin=broken)
    yield "safe", shop.check("--fix", "examples", files=shop.names("examples/**/*.md"))
    for name in ("unsafe", "unsafe-again"):
        yield name, shop.check("--fix", "--unsafe-fixes", "skeletons", files=shop.names("skeletons/*.md"))


@_group("derive-templates")
def _derive_templates(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    filled = {name: [f"templates/{name}.filled.md"] for name in TEMPLATES}
    sources = [Source(f"templates/{name}.md", filled[name], filled[name]) for name in TEMPLATES]
    yield from _derived(shop, sources)
    # Under one that they were not made from, documents lack nearly everything.
    yield "forced", shop.check("--template", "adr.plain.yaml", *JSON, *shop.names("templates/*.filled.md"))
    source = (ROOT / "tests" / "templates" / "adr.md").read_bytes()
    yield "stdin", shop.case("derive", "-", "--id", "from-stdin", stdin=source)
    yield "output", shop.case("derive", "templates/adr.md", "--output", "x.yaml", files=["x.yaml"])
    yield "output-again", shop.case("derive", "templates/adr.md", "--output", "x.yaml", files=["x.yaml"])


@_group("derive-skeletons")
def _derive_skeletons(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    sources = []
    for name in BUNDLED:
        documents = shop.names(f"documents/{name}/*.md")
        sources.append(Source(f"skeletons/{name}.md", documents, documents[:1]))
    yield from _derived(shop, sources)


class Source(NamedTuple):
    """A template, documents to learn from, and documents to hold against what is derived."""

    template: str
    learned: Sequence[str]
    checked: Sequence[str]


def _derived(shop: Workshop, sources: Sequence[Source]) -> Iterator[Case]:
    """Derives rule sets, plain and learned, and holds documents against both.

    The documents are checked in one run, under a configuration: a process for each takes longer than what
    it does.
    """
    globs = []
    for template, learned, checked in sources:
        name = Path(template).stem
        for kind, options in (("plain", ()), ("learned", ("--learn", *learned))):
            if options == ("--learn",):
                continue
            outcome = shop.run("derive", template, *options)
            yield f"{name}-{kind}", outcome.everything()
            shop.write(f"{name}.{kind}.yaml", outcome.out)
            globs.append(f'"{kind}/{name}/**" = "{name}.{kind}.yaml"\n')
            for document in checked:
                # Hidden folders, where some families have theirs, are left out of a run.
                shop.copy(shop.folder / document, f"{kind}/{name}/{document.replace('/.', '/')}")
    shop.write("derived.toml", "[templates]\n" + "".join(globs))
    places = [place for place in ("plain", "learned") if (shop.folder / place).is_dir()]
    yield "json", shop.check("--config", "derived.toml", *JSON, *places)
    yield "diff-unsafe", shop.check("--config", "derived.toml", "--diff", "--unsafe-fixes", *places)


@_group("promote")
def _promote(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    for rule_set in BUNDLED:
        for stage in stages(rule_set):
            yield f"{rule_set}-{stage}", shop.case("promote", f"skeletons/{rule_set}.md", "--to", stage)
    for document in shop.names("documents/feature-spec/*.md")[::2]:
        for stage in stages("feature-spec")[1:]:
            yield f"{Path(document).stem}-{stage}", shop.case("promote", document, "--to", stage)
    for document in ("skeletons/feature-spec.md", shop.names("documents/feature-spec/*.md")[0]):
        for stage in stages("feature-spec"):
            name = f"json-{Path(document).stem}-{stage}"
            yield name, shop.case("promote", document, "--to", stage, "--json")
    yield "no-such-stage", shop.case("promote", "skeletons/feature-spec.md", "--to", "nonsense")
    yield "no-stages", shop.case("promote", "skeletons/feature-doc.md", "--to", "draft")
    yield "forced", shop.case("promote", "templates/adr.md", "--to", "staging", "--template", "feature-spec")


@_group("pull-requests")
def _pull_requests(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    skeleton = (ROOT / "rules" / "feature-pr.md").read_text(encoding="utf-8")
    for path in (
        "skeletons/feature-pr.md",
        "examples/pull-request.md",
        *shop.names("documents/*-pr/*.md")[:2],
    ):
        body = (shop.folder / path).read_text(encoding="utf-8")
        cut = re.sub(r"(?ms)^## Testing.*?(?=^## )", "", body).replace("[x]", "[ ]")
        yield f"body-{Path(path).stem}", shop.case("pr", "--body", path)
        yield f"event-{Path(path).stem}", _event(shop, cut, *JSON)
    body = (ROOT / "examples" / "pull-request.md").read_text(encoding="utf-8")
    yield from _in_formats(shop, "format", FORMATS, "pr", "--body", "examples/pull-request.md")
    yield "stdin", shop.case("pr", "--body", "-", "--quiet", stdin=skeleton.replace("\n", "\r\n").encode())
    yield "stage", shop.case("pr", "--body", "examples/pull-request.md", "--stage", "deployed")
    yield "template", shop.case("pr", "--body", "examples/pull-request.md", "--template", "feature-doc")
    yield "draft", _event(shop, body, draft=True)
    yield "draft-counted", _event(shop, body, "--drafts", draft=True)
    yield "bot", _event(shop, body, user={"login": "mender[bot]", "type": "Bot"})
    yield "empty", _event(shop, None)
    yield "no-event", shop.case("pr")
    shop.write("event.json", '{"action": "opened", "issue": {}}')
    yield "other-event", shop.case("pr", GITHUB_EVENT_PATH="event.json")
    shop.write(
        ".github/PULL_REQUEST_TEMPLATE.md", "## What\n\n<!-- What changes -->\n\n## Tests\n\n- [ ] Added\n"
    )
    shop.write("change.yaml", "id: change\nsections: [What, {title: Tests, checklist: {}}]\n")
    shop.write("speclint.toml", '[templates]\n".github/PULL_REQUEST_TEMPLATE.md" = "change.yaml"\n')
    yield "own-template", _event(shop, "## What\n\nIt [logs](docs/log.md).\n\n## Tests\n\n- [ ] Added\n")
    yield (
        "own-template-as-it-came",
        _event(shop, "## What\n\n<!-- What changes -->\n\n## Tests\n\n- [ ] Added\n"),
    )


def _event(shop: Workshop, body: str | None, *options: str, **rest: object) -> bytes:
    shop.write("event.json", json.dumps({"action": "opened", "pull_request": {"body": body, **rest}}))
    return shop.case("pr", *options, GITHUB_EVENT_PATH="event.json")


@_group("since", "git")
def _since(shop: Workshop) -> Iterator[Case]:
    documents, skeletons = ROOT / "tests" / "documents", ROOT / "rules"
    for name, source in {
        "raised": documents / "feature-spec" / "saved-search-alerts.md",
        "cut": documents / "feature-spec" / "shift-swap.md",
        "renamed": documents / "feature-spec" / "todo-list-sharing.md",
        "open": skeletons / "feature-spec.md",
        "half-open": skeletons / "go-feature.md",
        "gone": skeletons / "feature-doc.md",
        "moved": documents / "feature-doc" / "receipt-ocr.md",
        "untouched": skeletons / "django-feature.md",
    }.items():
        shop.copy(source, f"docs/{name}.md")
    shop.write("docs/linked.md", "# Linked\n")
    shop.git("init", "--quiet")
    shop.git("symbolic-ref", "HEAD", "refs/heads/main")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "Base")
    shop.git("checkout", "--quiet", "-b", "change")
    yield "nothing", shop.check("--since", "main", *JSON, ".")

    shop.copy(documents / "go-feature" / "webhook-dispatcher.md", "docs/new-good.md")
    shop.copy(skeletons / "feature-spec.md", "docs/new-open.md")
    shop.edit("docs/raised.md", r"In Development", "Production")
    shop.edit("docs/cut.md", r"(?ms)^## 12\. .*?(?=^## 13\. )", "")
    shop.git("mv", "docs/renamed.md", "docs/renamed-and-edited.md")
    shop.edit("docs/renamed-and-edited.md", r"\+ \[x\] All unit", "+ [ ] All unit")
    shop.edit(
        "docs/open.md", r"### Feature Description\n", "### Feature Description\n\nSee [it](gone.md) first.\n"
    )
    shop.edit("docs/moved.md", r"(?ms)^## .*?(?=^## )", "")
    shop.git("rm", "--quiet", "docs/gone.md")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "Change")
    yield "committed-json", shop.check("--since", "main", *JSON, ".")

    shop.edit("docs/half-open.md", r"(?m)^## .*\n", "## Something else\n\n[TODO]\n")
    shop.git("add", "--all")
    shop.edit("docs/open.md", r"(?ms)^## Rollback Procedure.*?(?=^## )", "")
    shop.copy(skeletons / "feature-pr.md", "docs/unknown-to-git.md")
    formats = ("text", "json", "sarif", "markdown")
    yield from _in_formats(shop, "uncommitted", formats, *CHECK, "--since", "main", ".")
    yield "quiet", shop.check("--since", "main", "--quiet", "docs/open.md", "docs/half-open.md")
    yield "a-commit", shop.check("--since", "HEAD", *JSON, ".")
    yield "no-such-base", shop.check("--since", "nonsense", ".")
    yield "one-path", shop.check("--since", "main", "docs/open.md", "docs/untouched.md")
    yield "a-stage", shop.check("--since", "main", "--stage", "production", "docs/open.md", "docs/cut.md")
    yield "a-diff", shop.check("--since", "main", "--diff", "docs/cut.md", "docs/renamed-and-edited.md")

    (shop.folder / "docs" / "linked.md").unlink()
    shop.write("speclint.toml", '[templates]\n"docs/*.md" = "feature-spec"\n')
    yield "configured", shop.check("--since", "main", "--output-format", "concise", "docs/half-open.md")


@_group("since-rules", "git")
def _since_rules(shop: Workshop) -> Iterator[Case]:
    for path in (
        "speclint.toml",
        "service.yaml",
        *(f"services/{name}.md" for name in ("refunds", "rate-limits")),
    ):
        shop.copy(ROOT / "examples" / path, path)
    shop.git("init", "--quiet")
    shop.git("symbolic-ref", "HEAD", "refs/heads/main")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "Base")
    shop.edit("service.yaml", r"(?m)^  - title: Rollback\n", "  - title: Alarms\n  - title: Rollback\n")
    yield "alone", shop.check("--since", "main", ".")
    shop.edit("services/refunds.md", r"63 %", "66 %")
    yield from _in_formats(shop, "with-a-document", ("text", "json"), *CHECK, "--since", "main", ".")


@_group("authoring")
def _authoring(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    fixed = ("--title", "Night *mode*", "--author", "Ada Lovelace", "--date", "2026-03-02")
    for rule_set in BUNDLED:
        # What a skeleton has no place for is refused. Without a place for the date, today's is not put in.
        dated = shop.run("new", rule_set, "--date", "2026-03-02")
        yield f"new-{rule_set}", dated.everything()
        if dated.code:
            yield f"new-{rule_set}-undated", shop.case("new", rule_set, "--title", "Night *mode*")
        else:
            yield f"new-{rule_set}-titled", shop.case("new", rule_set, *fixed[:2], *fixed[4:])
    yield "new-filled", shop.case("new", "feature-spec", *fixed)
    yield "new-without-a-place", shop.case("new", "go-feature", *fixed)
    extra = ("--set", "Priority=High")
    yield "new-set", shop.case("new", "feature-spec", "docs.md", *fixed, *extra, files=["docs.md"])
    yield "new-again", shop.case("new", "feature-spec", "docs.md", *fixed, files=["docs.md"])
    yield "new-refused", shop.case("new", "feature-spec", "a.md", *fixed, "--set", "Priority=Urgent")
    made = shop.case(
        "new", "examples/service.yaml", "examples/services/a.md", *fixed[4:], files=["examples/services/a.md"]
    )
    yield "new-without-skeleton", made
    yield "templates", shop.case("templates")
    yield "templates-configured", shop.case("templates", "--config", "examples/speclint.toml")
    yield "init-dry-run", shop.case("init", "--dry-run", files=["speclint.toml"])
    yield "init", shop.case("init", files=["speclint.toml"])
    yield "init-again", shop.case("init", "--dry-run")


@_group("explain")
def _explain(shop: Workshop) -> Iterator[Case]:
    listed = shop.run("explain")
    yield "list", listed.everything()
    for check in re.findall(r"(?m)^  ([a-z-]+) ", listed.out.decode()):
        yield check, shop.case("explain", check)
    yield "unknown", shop.case("explain", "missing-sektion")


@_group("baseline")
def _baseline(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    written = ["base.json"]
    yield "write", shop.check("--write-baseline", "base.json", "skeletons", "examples", files=written)
    against = (*CHECK, "--baseline", "base.json", "skeletons", "examples")
    yield from _in_formats(shop, "same", ("text", "json", "sarif", "gitlab"), *against)
    shop.edit("skeletons/feature-spec.md", r"(?ms)^## Rollback Procedure.*?(?=^## )", "")
    shop.edit("skeletons/feature-doc.md", r"(?m)^## .*\n", "## Another\n\n[TODO]\n")
    shop.edit("skeletons/go-feature.md", r"\[[^\]\n]{4,}\]", "Written")
    (shop.folder / "skeletons" / "django-feature.md").unlink()
    yield from _in_formats(shop, "changed", ("text", "json", "sarif"), *against)
    yield "prune", shop.case("baseline", "prune", "base.json", "skeletons", "examples", files=written)
    yield "prune-again", shop.case("baseline", "prune", "base.json", "skeletons", files=written)
    yield "absent", shop.check("--baseline", "absent.json", "skeletons")


LCOV = """\
SF:src/auth/a.c
DA:1,1
DA:2,1
DA:3,1
DA:4,0
end_of_record
SF:src/b.c
DA:1,1
DA:2,0
end_of_record
"""
ISTANBUL = {"total": {name: {"total": 200, "covered": 142, "pct": 71} for name in ("lines", "statements")}}
COBERTURA = """\
<?xml version="1.0" ?>
<coverage line-rate="0.5" branch-rate="0" lines-covered="1" lines-valid="2" version="1">
<packages><package name="src"><classes><class name="a" filename="src/a.py"><lines>
<line number="1" hits="1"/><line number="2" hits="0"/>
</lines></class></classes></package></packages></coverage>
"""
CLAIMS = """\
# Coverage

**Status:** Staging

## Tests

Measured coverage: 92 %. Target: at least 80 %.

- [x] Unit tests of src/auth (≥80% coverage)
- [ ] Unit tests of src/b.c (≥80% coverage)

| Part | Coverage |
| --- | --- |
| src/auth/ | 75 % |
| src/b.c | 75 % measured |
"""
THRESHOLDS = """\
id: covered
stages: {order: [draft, staging], field: Status, values: {Draft: draft, Staging: staging}}
sections: [{title: Tests, coverage: true}]
coverage: {thresholds: {draft: 20, staging: 85}}
"""


@_group("coverage")
def _coverage(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    reports = {
        "lcov.info": LCOV,
        "coverage-summary.json": json.dumps(ISTANBUL),
        "coverage.xml": COBERTURA,
        "cover.out": "mode: set\nexample.com/pay/pay.go:3.1,5.2 3 1\nexample.com/pay/pay.go:7.1,9.2 2 0\n",
        "broken.xml": "<coverage",
    }
    for name, text in reports.items():
        shop.write(name, text)
    shop.write("claims.md", CLAIMS)
    shop.write("covered.yaml", THRESHOLDS)
    for name in reports:
        forced = ("--template", "covered.yaml", *JSON)
        yield f"{name}-claims", shop.check("--coverage", name, *forced, "claims.md")
    yield "documents", shop.check("--coverage", "lcov.info", "documents/feature-pr")
    several = ("--coverage", "lcov.info", "--coverage", "coverage.xml")
    yield "several", shop.check(*several, "--template", "covered.yaml", "claims.md")
    yield "absent", shop.check("--coverage", "absent.xml", "documents")
    shop.write(
        "speclint.toml", 'coverage = ["lcov.info", "absent.xml"]\n[templates]\n"claims.md" = "covered.yaml"\n'
    )
    yield "configured", shop.check("claims.md", "examples")


@_group("faults")
def _faults(shop: Workshop) -> Iterator[Case]:
    shop.documents()
    shop.write("bad.yaml", "id: bad\nsections:\n  - {title: A, requird: true}\nstages: {order: [a, a]}\n")
    shop.write("torn.yaml", "id: [torn\n")
    shop.write("bytes.md", b"# A\n\n\xff\xfe\n")
    yield "no-such-file", shop.check("absent.md", "examples/pull-request.md", *JSON)
    yield "no-such-template", shop.check("--template", "feature-spek", "examples")
    yield "bad-rules", shop.check("--template", "bad.yaml", "examples")
    yield "torn-rules", shop.check("--template", "torn.yaml", "examples")
    yield "not-text", shop.check("--template", "feature-doc", "bytes.md", "skeletons/feature-doc.md")
    yield "not-text-junit", shop.check("--template", "feature-doc", "--output-format", "junit", "bytes.md")
    yield "diff-and-format", shop.check("--diff", *JSON, "examples")
    yield "unsafe-alone", shop.check("--unsafe-fixes", "examples")
    yield "nothing-strict", shop.check("--strict", "templates/adr.md")
    shop.write("speclint.toml", '[templates]\n"docs/*.md" = "feature-spek"\nfail_on = 3\nexlude = []\n')
    yield "bad-configuration", shop.check(".")


# Other versions of click lay out the help, and word their complaints, in other ways.
_CLICK = re.search(r"(?m)^click==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"))


@_group("help", f"click {_CLICK[1] if _CLICK else 'in constraints.txt'}")
def _help(shop: Workshop) -> Iterator[Case]:
    yield "speclint", shop.case("--help")
    for command in ("baseline", "check", "derive", "explain", "init", "new", "pr", "promote", "templates"):
        yield command, shop.case(command, "--help")
    yield "baseline-prune", shop.case("baseline", "prune", "--help")
    yield "version", shop.case("--version")
    yield "no-such-option", shop.case("check", "--no-such-option")
    yield "no-such-format", shop.case("check", "--output-format", "yaml")
    yield "no-stage", shop.case("promote", "a.md")


@_groups("corpus-forced", BUNDLED, "../shared/corpus")
def _corpus_forced(shop: Workshop, rule_set: str) -> Iterator[Case]:
    for folder in CORPORA:
        for name in sampled(os.listdir(SHARED / "corpus" / folder), 120):
            shop.copy(SHARED / "corpus" / folder / name, f"{folder}/{name}")
    yield "json", shop.check("--template", rule_set, *JSON, ".")
    yield "diff-unsafe", shop.check("--template", rule_set, "--diff", "--unsafe-fixes", ".")


@_group("corpus-derived", "../shared/corpus", "../shared/templates")
def _corpus_derived(shop: Workshop) -> Iterator[Case]:
    sources = []
    for folder in CORPORA:
        shop.copy(SHARED / "templates" / f"{folder}.md", f"{folder}.md")
        for name in sampled(os.listdir(SHARED / "corpus" / folder), 48):
            shop.copy(SHARED / "corpus" / folder / name, f"from/{folder}/{name}")
        documents = shop.names(f"from/{folder}/*.md")
        sources.append(Source(f"{folder}.md", documents[::2], documents[1::2]))
    yield from _derived(shop, sources)


@_group("corpus2-derived", "../shared/corpus2")
def _corpus2_derived(shop: Workshop) -> Iterator[Case]:
    listed = (SHARED / "corpus2" / "documents.tsv").read_text(encoding="utf-8").splitlines()
    head, *rows = (line.split("\t") for line in listed)
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in rows:
        values = dict(zip(head, row, strict=True))
        if values["family"] in FAMILIES:
            roles = found.setdefault((values["family"], values["template"]), {"learn": [], "test": []})
            roles[values["role"]].append(f"{values['family']}/{values['document']}")
    sources = []
    for (family, template), roles in sorted(found.items()):
        name = f"{family}-{template}".replace("-TEMPLATE", "")
        learned, checked = sampled(roles["learn"], 4), sampled(roles["test"], 24)
        shop.copy(SHARED / "corpus2" / family / template, name)
        for document in (*learned, *checked):
            shop.copy(SHARED / "corpus2" / document, document)
        sources.append(Source(name, learned, checked))
    yield from _derived(shop, sources)
