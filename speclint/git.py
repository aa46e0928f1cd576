"""What the git repository around says, asked of the `git` command: the only module that runs a program.

It reads settings and nothing else: no hook, pager, monitor or prompt runs, whatever a repository configures.
"""

from __future__ import annotations

import os

_SECONDS = 5
# Longer ones are no names.
_LONGEST = 200


def user_name(folder: str) -> str | None:
    """The name that git would give the author of a commit in a folder.

    None where there is no git or no name, or where git refuses or takes too long.
    """
    # Where those of the repository cannot be had, the settings of the user still hold; git is asked for them
    # elsewhere, because it does not get past a broken repository.
    return _setting(folder, ()) or _setting(os.sep, ("--global",))


def _setting(folder: str, where: tuple[str, ...]) -> str | None:
    import shutil
    import subprocess

    program = shutil.which("git")
    if program is None or not os.path.isabs(program):  # what lies in the current folder is not trusted
        return None
    # Variables such as GIT_DIR, which hooks set, would lead to another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    command = (program, "-c", "core.fsmonitor=false", "config", *where, "--get", "user.name")
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        name = done.stdout.decode().strip()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return name if done.returncode == 0 and 0 < len(name) <= _LONGEST else None
