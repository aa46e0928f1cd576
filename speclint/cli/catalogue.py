"""`speclint explain` and `templates`: what there is."""

from __future__ import annotations

import os

from speclint.checks.registry import CHECKS
from speclint.cli.check import configuration_at
from speclint.cli.console import UsageFault, complain, say, unknown
from speclint.reporters.escape import escape_controls
from speclint.ruleset.bundled import bundled
from speclint.workspace import config
from speclint.workspace.config import Configuration
from speclint.workspace.run import Options, Run


def explain(id: str | None) -> int:
    """Prints the documentation of a check, or the list of all checks."""
    if id is not None:
        import inspect

        found = next((check for check in CHECKS if check.id == id), None)
        if found is None:
            raise UsageFault(unknown("check", id, [check.id for check in CHECKS]))
        severity = found.severity.label if found.severity else "off unless turned on"
        say(f"{id} ({found.family}, {severity})\n\n{inspect.cleandoc(found.documentation)}\n")
        return 0
    width = max(len(check.id) for check in CHECKS)
    families = dict.fromkeys(check.family for check in CHECKS)
    parts = []
    for family in families:
        lines = [f"{family}\n"]
        for check in CHECKS:
            if check.family == family:
                severity = check.severity.label if check.severity else "off"
                sentence = " ".join(check.documentation.strip().partition("\n\n")[0].split())
                lines.append(f"  {check.id:{width}}  {severity:7}  {sentence}\n")
        parts.append("".join(lines))
    say("\n".join(parts))
    return 0


def templates(config_path: str | None) -> int:
    """Prints the bundled rule sets, and those of the configuration that holds in this folder."""
    path = config_path or config.find(os.curdir)
    configuration = configuration_at(path) if path else Configuration()
    if configuration is None:
        return 2
    run = Run(Options(None, None, (), (), None, configuration), complain)
    own = (configuration.reference(template) for _, template in configuration.templates)
    for reference in dict.fromkeys((*bundled(), *own)):
        rules = run.rules(reference)
        if rules is not None:
            lines = [f"{rules.id}: {rules.name}"]
            lines += [f"  {rules.summary}"] if rules.summary else []
            lines += [f"  stages: {' < '.join(rules.stages.order)}"] if rules.stages else []
            lines += [f"  from: {os.path.relpath(reference)}"] if reference not in bundled() else []
            say("".join(f"{escape_controls(line)}\n" for line in lines))
    return 2 if run.failed else 0
