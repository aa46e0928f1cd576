"""A git repository for tests, with nothing that git says of whoever runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .test_cli import Result, run

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A repository in a folder, on a branch `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "--quiet")
        self.git("symbolic-ref", "HEAD", "refs/heads/main")

    def git(self, *arguments: str) -> str:
        """What git prints."""
        environment = {"HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, env=environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def write(self, files: dict[str, str]) -> None:
        """Writes texts to files, with their folders."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def edit(self, name: str, old: str, new: str) -> None:
        """Puts a text in the place of another one, which must be there."""
        text = (self.folder / name).read_bytes().decode()
        assert old in text
        self.write({name: text.replace(old, new)})

    def commit(self, files: dict[str, str] | None = None) -> None:
        """Commits everything, after writing files."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    def lint(self, *arguments: str, **env: str) -> Result:
        """The command, called at the top of the repository."""
        return run(*arguments, cwd=self.folder, env=env)

    def since(self, *arguments: str) -> Result:
        """What the command says of the changes since `main`, one a line."""
        return self.lint("--since", "main", "--output-format", "concise", *arguments)
