"""Report which documents a change holds to other rules than before: it may have weakened them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from speclint.workspace import config
from speclint.workspace.changed import ChangedSince
from speclint.workspace.git import GitError
from speclint.workspace.resolver import Resolver
from speclint.workspace.rule_sets import sources
from speclint.workspace.run_result import RunResult

# So many documents are named.
_MOST = 5


def edited_rules(changed: ChangedSince, resolver: Resolver, run: RunResult) -> Iterator[str]:
    """Yield for each configuration and rule set that the change edits a line with the documents under it.

    Raise `WorkspaceError`.
    """
    by_id = {rules.id: reference for reference, rules in resolver.loaded_rule_sets()}
    sources_of: dict[str, tuple[str, ...]] = {}
    edited: dict[str, bool] = {}
    under: dict[str, list[str]] = {}
    for result in run.files:
        if result.status in ("failed", "skipped"):
            continue
        configuration = resolver.configuration(result.path)
        reference = resolver.options.template or configuration.template(result.path)
        reference = reference or by_id.get(result.template, "")
        if reference not in sources_of:
            sources_of[reference] = sources(reference) if config.is_path(reference) else ()
        base = changed.revision(os.path.realpath(result.path))
        for path in dict.fromkeys((configuration.path, *sources_of[reference])):
            try:
                if path not in edited:
                    edited[path] = base.has_changed(path)
            except GitError as error:
                raise changed.refusal(error) from None
            if edited[path]:
                under.setdefault(os.path.relpath(path), []).append(result.path)
    for path, names in under.items():
        shown = ", ".join(names[:_MOST])
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        yield f"{path}: changed since {changed.base}, so less may be asked than before of {shown}{more}"
