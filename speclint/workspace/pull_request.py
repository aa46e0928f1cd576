"""Read and lint the description of a pull request."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic, error_reason
from speclint.fixes.proposals import with_fixes
from speclint.linting.lint import chosen_checks, lint_binding
from speclint.linting.obligations import obligations, places_of
from speclint.linting.result import FileResult
from speclint.linting.settings import Settings
from speclint.markdown.document import parse_document
from speclint.markdown.source import BYTE_ORDER_MARK, Source
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexTimeout
from speclint.ruleset.skeleton import skeleton
from speclint.workspace import discovery, limits
from speclint.workspace.config import Configuration, is_for_requests
from speclint.workspace.files import ReadError, read_text
from speclint.workspace.linter import require_checks
from speclint.workspace.promotion import require_stage
from speclint.workspace.resolver import Resolver, WorkspaceError
from speclint.workspace.surroundings import Checkout
from speclint.workspace.workspace import Workspace

if TYPE_CHECKING:
    pass


NAME = "pull request"

EVENT = "GITHUB_EVENT_PATH"

DEFAULT = "feature-pr"

_DRAFT = "draft"

# Folders of a repository in which a template may lie, and what it is called there in any case.
_FOLDERS = ("", ".github", "docs")

_STEM = "pull_request_template"

_SUFFIXES = (".md", ".markdown")


class NoPullRequest(Exception):
    """No description can be read; the message is the reason."""


class PullRequest(NamedTuple):
    """The description of a pull request ("" for none), whether it is a draft, and its author if a bot."""

    body: str
    draft: bool = False
    bot: str = ""


def from_event(path: str) -> PullRequest:
    """Return the pull request in the payload of a GitHub event, a JSON file. Raise `NoPullRequest`."""
    import json

    try:
        text = read_text(path, limits.PULL_REQUEST_EVENT).text.removeprefix(BYTE_ORDER_MARK)
        event: Any = json.loads(text)
    except ReadError as error:
        raise NoPullRequest(error.at(path)) from None
    except json.JSONDecodeError as error:
        raise NoPullRequest(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (OSError, ValueError) as error:
        raise NoPullRequest(f"{path}: cannot be read: {error_reason(error)}") from None
    except RecursionError:
        raise NoPullRequest(f"{path}: nested too deeply") from None
    request = event.get("pull_request") if isinstance(event, dict) else None
    if not isinstance(request, dict):
        raise NoPullRequest(f"{path}: no event of a pull request; run on `pull_request`, or use --body")
    body = request.get("body")
    if body is not None and not isinstance(body, str):
        raise NoPullRequest(f"{path}: `pull_request.body` is no text")
    user = request.get("user")
    login = user.get("login") if isinstance(user, dict) else None
    login = login if isinstance(login, str) else ""
    bot = isinstance(user, dict) and (user.get("type") == "Bot" or login.endswith("[bot]"))
    # JSON can hold halves of characters, which no text does.
    text = (body or "").encode("utf-8", "replace").decode()
    return PullRequest(text, request.get("draft") is True, (login or "a bot") if bot else "")


def templates(root: str) -> Iterator[str]:
    """Yield the paths of a repository's pull request templates, in the places where GitHub looks for them."""
    for folder in _FOLDERS:
        try:
            names = sorted(os.listdir(os.path.join(root, folder)))
        except OSError:
            continue
        for name in names:
            path = os.path.join(root, folder, name)
            stem, suffix = os.path.splitext(name.lower())
            if stem == _STEM and suffix in _SUFFIXES and os.path.isfile(path):
                yield path
            elif stem == _STEM and os.path.isdir(path):
                inside = sorted(os.listdir(path))
                yield from (os.path.join(path, one) for one in inside if one.lower().endswith(_SUFFIXES))


def configured(configuration: Configuration, paths: Iterable[str]) -> str | None:
    """Return the rule set configured for a pull request template, by a glob that names such files; else None.

    A glob for all Markdown files does not count: it is about documents.
    """
    for path in (*paths, os.path.join(configuration.folder, ".github", "PULL_REQUEST_TEMPLATE.md")):
        glob = configuration.glob(path)
        if glob is not None and is_for_requests(glob):
            return configuration.template(path)
    return None


def same_text(one: str, other: str) -> bool:
    """Return whether two texts differ in nothing but whitespace."""
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    return text.removeprefix(BYTE_ORDER_MARK).split()


def lint_description(workspace: Workspace, name: str, request: PullRequest) -> FileResult:
    """Lint the description of a pull request of the repository around the current folder.

    An empty description, or an untouched template, gives a single diagnostic. Raise `WorkspaceError`.
    """
    root, whole = discovery.root_of(os.curdir)
    files = Checkout(root)
    resolver = workspace.resolver
    configuration = resolver.configuration(os.path.join(root, "any.md"))
    paths = list(templates(root))
    relative = (os.path.relpath(path, root).replace(os.sep, "/") for path in paths)
    originals = [text for path in relative if (text := files.read(path)) is not None]
    rules = _rule_set(resolver, configuration, paths, originals)
    settings = resolver.settings(configuration)
    settings = settings._replace(select=configuration.select, ignore=configuration.ignore, coverage=None)
    # What it refers to lies where the top of the repository is.
    location = DocumentLocation(files, NAME, whole)
    stage = _stage(rules, resolver.options.stage, request.draft)
    source = Source(request.body)
    try:
        binding = bind(parse_document(source), rules, stage, location)
        require_checks(binding, settings)
        diagnostics = _at_a_glance(binding, (*originals, skeleton(rules)), settings)
        owed = obligations(binding, places_of(diagnostics or ()))
        if diagnostics is None:
            result = lint_binding(binding, settings)
            diagnostics, owed = with_fixes(binding, result.diagnostics), result.obligations
        else:
            # What stands there is not the author's: nothing of it is met.
            owed = tuple(one._replace(met=False) for one in owed)
    except RegexTimeout as error:
        raise WorkspaceError([f"{name}: {error} (rule set `{rules.id}`)"]) from None
    met = sum(obligation.met for obligation in owed)
    return FileResult(
        name, "linted", rules.id, (), binding.stage, met, len(owed), diagnostics, source,
        fail_on=configuration.fail_on,
    )  # fmt: skip


def _rule_set(
    resolver: Resolver, configuration: Configuration, paths: list[str], originals: list[str]
) -> RuleSet:
    """Return the rule set of the description. Raise `WorkspaceError`."""
    template = resolver.options.template or configured(configuration, paths)
    if template is not None:
        return resolver.rule_set(template)
    known = resolver.known_rule_sets(configuration)
    return rule_set_of(originals, known.values()) or known[DEFAULT]


def _stage(rules: RuleSet, wanted: str | None, draft: bool) -> str | None:
    """Return the stage that was asked for, or that of drafts for a draft; None if the text decides.

    Raise `WorkspaceError` if the rule set lacks the stage that was asked for.
    """
    if wanted is not None:
        require_stage(rules, wanted)
        return wanted
    order = rules.stages.order if rules.stages else ()
    return _DRAFT if draft and _DRAFT in order else None


def _at_a_glance(
    binding: Binding, originals: Iterable[str], settings: Settings
) -> tuple[Diagnostic, ...] | None:
    """Return the single diagnostic of a description that is empty or an untouched template, else None."""
    document = binding.document
    if all(is_blank(document.source, section.body) and not section.title for section in document.sections):
        count = _count(binding.rules.sections)
        check, message = "missing-section", f"the description is empty; the template has {count} sections"
    elif any(same_text(document.source.text, original) for original in originals):
        check, message = "unedited-template", "the description is the untouched template; fill it in"
    else:
        return None
    checks = chosen_checks(binding, settings)
    severity = next((severity for one, severity in checks if one.id == check), None)
    if severity is None:
        return None
    return (Diagnostic(check, severity, document.source.line_span(1), message),)


def _count(rules: Iterable[SectionRule]) -> int:
    return sum(1 + _count(rule.sections) for rule in rules if rule.required)


def rule_set_of(texts: Iterable[str], rules: Iterable[RuleSet]) -> RuleSet | None:
    """Return the first rule set whose skeleton is one of the templates of a repository, None if none is."""
    written = list(texts)
    with_skeleton = (one for one in rules if one.skeleton)
    return next((one for one in with_skeleton if any(same_text(one.skeleton, it) for it in written)), None)
