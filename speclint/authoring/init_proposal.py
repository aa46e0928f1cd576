"""Propose a configuration for a repository from what was found in it: pure, values in, values and text out.

Paths are relative to the folder of the configuration, with `/` between their parts. A glob is proposed only
if all that it matches today is of one kind; documents that no such glob fits are left to detection.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, count
from shlex import quote
from typing import NamedTuple

from speclint.ruleset.globs import matches


class Page(NamedTuple):
    """A Markdown file, and its headings, folded, without the title.

    `rule_set` is what it was detected as: an id, the path of a file, or None. `template` means that it is
    there to be copied; `blank` that nothing in it is filled in, so that it may be a template as well;
    `derivable` that it shows a rule set.
    """

    path: str
    rule_set: str | None
    template: bool = False
    blank: bool = False
    headings: frozenset[str] = frozenset()
    derivable: bool = True


class RuleSetFile(NamedTuple):
    """A rule set of the repository; `template` is the path of its skeleton ("" for none)."""

    path: str
    id: str
    template: str = ""


class Derivation(NamedTuple):
    """A template that has no rule set, and the path for one.

    `glob` matches its documents, or future ones ("" for those of a pull request, which are no files);
    `documents` is how many look like it.
    """

    template: str
    output: str
    glob: str
    documents: int

    def command(self, folder: str = "") -> str:
        """Return the command that derives the rule set, where the configuration's folder is `folder`."""
        template, output = (quote(posixpath.join(folder, path)) for path in (self.template, self.output))
        return f"speclint derive {template} --output {output}"


class Proposal(NamedTuple):
    """The content of the configuration: `exclude` and `templates`; and what must be derived first."""

    exclude: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]
    derivations: tuple[Derivation, ...]


_ARCHIVES = frozenset(("archive", "archives", "archived", "attic"))

_TEMPLATES = re.compile(r"(?:^|[-_. ])templates?$", re.IGNORECASE)

_REQUEST = re.compile(r"(?:pull|merge)_request", re.IGNORECASE)

# A document looks like a template when it has this share of its headings, and these are some.
_SHARE = 0.6

_FEWEST = 3

# A folder is one for a template when this part of what is in it looks like the template.
_PART = 0.3


def propose(pages: Sequence[Page], rule_sets: Sequence[RuleSetFile]) -> Proposal:
    """Return what to configure for pages; templates in folders that are never searched are among them."""
    exclude = _excluded(pages)
    left = [page for page in pages if not any(matches(glob, page.path) for glob in exclude)]
    documents = [page for page in left if not page.template]
    templates: list[tuple[str, str]] = []
    own = {rule_set.path: rule_set for rule_set in rule_sets if _writable(rule_set.path)}
    for reference in [*own, *sorted({page.rule_set for page in documents if page.rule_set} - own.keys())]:
        mine = [page.path for page in documents if page.rule_set == reference]
        others = [page.path for page in documents if page.rule_set != reference]
        globs = list(_globs(mine, others))
        if not globs and reference in own:
            # Named once, it is recognised elsewhere as well.
            paths = [page.path for page in documents]
            globs = [*_beside(own[reference], mine, others)]
            globs = globs or [_literal(path) for path in mine if _writable(path) and _alone(path, others)][:1]
            globs = globs or [_place_of(own[reference], paths, [glob for glob, _ in templates])]
        templates += [(glob, reference) for glob in globs]
    return Proposal(tuple(exclude), tuple(templates), tuple(_derivations(pages, documents, rule_sets)))


def toml(proposal: Proposal) -> str:
    """Return the text of the configuration."""
    parts = [
        "# Which documents speclint checks, and under which rule sets.\n"
        "# Those of bundled templates, and of rule sets named here, are also recognised by their headings.\n"
    ]
    if proposal.exclude:
        globs = "".join(f"  {_string(glob)},\n" for glob in proposal.exclude)
        parts.append(f"# Left out when a folder is checked.\nexclude = [\n{globs}]\n")
    else:
        parts.append('# Left out when a folder is checked:\n# exclude = ["docs/archive"]\n')
    if proposal.templates:
        lines = "".join(f"{_string(glob)} = {_string(name)}\n" for glob, name in proposal.templates)
        parts.append(f"# The first glob that matches decides.\n[templates]\n{lines}")
    else:
        parts.append(
            "# The first glob that matches decides; `speclint templates` lists the rule sets there are.\n"
            '# [templates]\n# "docs/specs/*.md" = "feature-spec"\n'
        )
    for derivation in proposal.derivations:
        output = derivation.output
        use = f"{_string(derivation.glob)} = {_string(output)}" if derivation.glob else ""
        then = "then add the line below it to [templates]" if use else "then check what is written with it"
        use = use or f"speclint --template {quote(output)} -"
        parts.append(
            f"# {_comment(derivation.template)} has no rule set. This makes one; {then}:\n"
            f"#   {_comment(derivation.command())}\n#   {_comment(use)}\n"
        )
    return "\n".join(parts)


# Globs


def _globs(mine: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """Yield globs that each match at least two of the paths and none of the others, the best first."""
    left = set(mine)
    found = {glob: frozenset(path for path in mine if matches(glob, path)) for glob in _candidates(mine)}
    good = {
        glob: paths
        for glob, paths in found.items()
        if len(paths) > 1 and not any(matches(glob, path) for path in others)
    }
    while True:
        ranked = sorted(good, key=lambda glob: (-len(good[glob] & left), glob.count("*"), glob))
        best = next((glob for glob in ranked if len(good[glob] & left) > 1), None)
        if best is None:
            return
        yield best
        left -= good[best]


def _beside(rule_set: RuleSetFile, mine: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """Yield the glob for the folder of a template, if a first document and nothing else is beside it."""
    folder = rule_set.template.rpartition("/")[0]
    glob = _literal(f"{folder}/*.md")
    matched = folder and _writable(folder) and any(matches(glob, path) for path in mine)
    if matched and not any(matches(glob, path) for path in others):
        yield glob


def _candidates(paths: Sequence[str]) -> list[str]:
    """Return globs that paths suggest: all of a folder, all below it, the same place in several folders."""
    names = Counter(path.rpartition("/")[2] for path in paths)
    globs: dict[str, None] = {}
    for path in filter(_writable, paths):
        *folders, name = path.split("/")
        ending = f"*{name[name.rindex('.') :]}"
        globs[_literal("/".join((*folders, ending)))] = None
        for depth in range(len(folders)):
            # At least one folder is named: `*/*.md` would say nothing of what is meant.
            if len(folders) > 1:
                apart = (*folders[:depth], "*", *folders[depth + 1 :])
                globs[_literal("/".join((*apart, ending)))] = None
                if names[name] > 1:
                    globs[_literal("/".join((*apart, name)))] = None
            globs[_literal("/".join((*folders[: depth + 1], "**", ending)))] = None
    return list(globs)


def _literal(path: str) -> str:
    """Return a path as a glob that matches only there."""
    if "/" not in path:
        return f"/{path}"
    return f"./{path}" if path.startswith("!") else path


def _alone(path: str, others: Iterable[str]) -> bool:
    """Return whether a path, as a glob, matches none of the others: names may have a `*` in them."""
    return not any(matches(_literal(path), other) for other in others)


def _writable(path: str) -> bool:
    """Return whether a path can be written in a text: names that are not UTF-8 cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def _place_of(rule_set: RuleSetFile, documents: Collection[str], taken: Collection[str] = ()) -> str:
    """Return a glob for a rule set without documents: one that matches no other document."""
    folder = rule_set.template.rpartition("/")[0]
    above, _, last = folder.rpartition("/")
    base = f"{above}/" if above and _TEMPLATES.search(last) and not above.startswith(".") else "docs/"
    beside = () if _TEMPLATES.search(last) or folder == rule_set.path.rpartition("/")[0] else (folder,)
    names = (f"{base}{rule_set.id}{ending}" for ending in chain(("", "s"), (f"-{n}" for n in count(2))))
    globs = (_literal(f"{place}/*.md") for place in chain(beside, names) if _writable(place))
    return next(
        glob for glob in globs if glob not in taken and not any(matches(glob, path) for path in documents)
    )


# What is left out


def _excluded(pages: Sequence[Page]) -> list[str]:
    """Return globs for templates, a whole folder if it holds nothing else, and for archived documents."""
    found: dict[str, None] = {}
    seen = [page for page in pages if not page.path.startswith(".") and _writable(page.path)]
    documents = [page.path for page in pages if not page.template]
    for page in seen:
        folder = page.path.rpartition("/")[0]
        archive = _archive(page.path)
        if page.template:
            others = documents
            place = folder if folder and _alone(folder, others) else page.path
        elif archive and page.rule_set:
            others = [path for path in documents if not path.startswith(f"{archive}/")]
            place = archive
        else:
            continue
        if _alone(place, others):
            found[_literal(place)] = None
    return sorted(found)


def _archive(path: str) -> str:
    """Return the outermost archive folder around a file, "" for none."""
    folders = path.split("/")[:-1]
    depth = next((depth for depth, name in enumerate(folders, 1) if name.lower() in _ARCHIVES), 0)
    return "/".join(folders[:depth])


# Templates without a rule set


def _derivations(
    pages: Sequence[Page], documents: Sequence[Page], rule_sets: Sequence[RuleSetFile]
) -> Iterator[Derivation]:
    taken = {rule_set.path for rule_set in rule_sets}
    for page in pages:
        is_template = (page.template or page.blank) and page.derivable
        if not is_template or page.rule_set or not _writable(page.path):
            continue
        name = _name_of(page.path)
        outputs = (
            f"rules/{name}{suffix}.yaml" for suffix in ("", *(f"-{n}" for n in range(2, len(pages) + 2)))
        )
        output = next(output for output in outputs if output not in taken)
        taken.add(output)
        strangers = [other for other in documents if other.rule_set is None and other is not page]
        alike = [other.path for other in strangers if _alike(page, other)]
        yield Derivation(page.path, output, _where(page.path, output, alike, documents), len(alike))


def _where(template: str, output: str, alike: Sequence[str], documents: Sequence[Page]) -> str:
    """Return the glob for documents that look like a template, or for future ones.

    "" for the template of a pull request.
    """
    if _REQUEST.search(template):
        return ""
    folders = Counter(path.rpartition("/")[0] for path in alike)
    everywhere = Counter(page.path.rpartition("/")[0] for page in documents)
    folder, most = max(folders.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if most > 1 and most >= _PART * everywhere[folder] and _writable(folder):
        return _literal(f"{folder}/*.md" if folder else "*.md")
    name = output.rpartition("/")[2].removesuffix(".yaml")
    return _place_of(RuleSetFile(output, name, template), [page.path for page in documents])


def _alike(template: Page, page: Page) -> bool:
    shared = len(template.headings & page.headings)
    return shared >= _FEWEST and shared >= _SHARE * len(template.headings)


def _name_of(template: str) -> str:
    """Return a name for the rule set of a template: its own, or else that of the folder it is for."""
    for part in reversed(template.split("/")):
        words = re.findall(r"[a-z0-9]+", part.lower().removesuffix(".md").removesuffix(".markdown"))
        words = [
            word for word in words if not re.fullmatch(r"templates?|n+|0+|x+|readme|docs|github|gitlab", word)
        ]
        if words:
            name = "-".join(words)
            # A folder of many is called after all of them.
            return name.removesuffix("s") if len(name) > 3 and not part.lower().endswith(".md") else name
    return "document"


# TOML


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Return a text that is safe in a comment: on one line, without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)


def listed(paths: Iterable[str], most: int = 3) -> list[str]:
    """Return the first few paths, and a line with the number of the rest."""
    paths = list(paths)
    rest = len(paths) - most
    return paths if rest <= 1 else [*paths[:most], f"and {rest} more"]
