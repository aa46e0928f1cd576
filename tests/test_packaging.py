"""What users install: the wheel, an editable install and the pre-commit hook, each used from elsewhere.

These tests fetch the dependencies and skip, with the reason, where that is not possible.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BAD = (ROOT / "rules" / "feature-doc.md").read_text(encoding="utf-8")
# It refers to no file, so that it is good wherever it lies.
GOOD = (ROOT / "tests" / "documents" / "go-feature" / "quota-limiter.md").read_text(encoding="utf-8")
# Under a rule set of its own, a document with a fault that a fix takes away.
CONFIGURATION = '[templates]\n"worn.md" = "note.yaml"\n'
NOTE = "sections: [{title: Steps, checklist: true}]\n"
MENDED = "# Note\n\n## Steps\n\n- [ ] Begin\n"
WORN = MENDED.replace("[ ] ", "[ ]")
TIMEOUT = 300
KEPT = ROOT / "build" / "wheels"

# What pip says when it cannot reach the index.
OFFLINE = (
    "No matching distribution",
    "Could not find a version",
    "ConnectionError",
    "Network is unreachable",
    "Temporary failure in name resolution",
    "Max retries exceeded",
)


def command(*arguments: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A process without the Python path and colors of this one."""
    dropped = ("PYTHONPATH", "NO_COLOR", "FORCE_COLOR", "VIRTUAL_ENV", "GIT_DIR", "GIT_INDEX_FILE")
    clean = {key: value for key, value in os.environ.items() if key not in dropped}
    return subprocess.run(
        list(map(str, arguments)),
        cwd=cwd,
        # Of what is installed only little runs: compiling all of it takes longer than running that.
        env={**clean, "PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )


def needs_network(done: subprocess.CompletedProcess[str]) -> None:
    """Fails when a process did, but skips when the reason is that there is no network."""
    said = done.stdout + done.stderr
    if done.returncode and any(sign in said for sign in OFFLINE):
        pytest.skip(f"cannot be installed here, no network: {said[-300:]}")
    assert done.returncode == 0, said[-3000:]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, so that building leaves no traces in it."""
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "documents", "cases")
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "speclint", ignore=ignored))


@pytest.fixture(scope="module")
def wheels(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, those of all that it declares to need, and those of what builds it.

    They are fetched once for all of these tests, and kept for the next time.
    """
    folder = tmp_path_factory.mktemp("wheels")
    wanted = (sys.executable, "-m", "pip", "wheel", "--wheel-dir", folder, source, "hatchling", "editables")
    if command(*wanted, cwd=folder, **only_from(KEPT)).returncode == 0:
        return folder
    needs_network(command(*wanted, cwd=folder))
    KEPT.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if not path.name.startswith("speclint-"):
            # Who runs the same tests at the same time finds all of a wheel or nothing.
            shutil.copy(path, KEPT / f"{path.name}.{os.getpid()}")
            os.replace(KEPT / f"{path.name}.{os.getpid()}", KEPT / path.name)
    return folder


def only_from(folder: Path) -> dict[str, str]:
    """The variables with which pip takes nothing but what is in a folder."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


def environment(folder: Path, wheels: Path, *what: str | Path) -> Path:
    """The scripts folder of a new virtual environment with something installed."""
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python")
    for arguments in (
        (sys.executable, "-m", "venv", "--without-pip", folder),
        (*pip, "install", "--quiet", *what),
    ):
        done = command(*arguments, cwd=folder.parent, **only_from(wheels))
        assert done.returncode == 0, done.stdout + done.stderr
    return scripts


def use(scripts: Path, folder: Path) -> None:
    """Runs the installed command on a bad and a good document in a folder."""
    (folder / "bad.md").write_text(BAD, encoding="utf-8")
    (folder / "good.md").write_text(GOOD, encoding="utf-8")
    bad = command(scripts / "speclint", "bad.md", cwd=folder)
    assert bad.returncode == 1, bad.stderr
    assert "bad.md:1:12: error placeholder" in bad.stdout
    good = command(scripts / "speclint", "good.md", cwd=folder)
    assert (good.returncode, good.stderr) == (0, "")
    own = folder / "own.yaml"
    own.write_text("extends: feature-doc\nid: own\nsections:\n  - Cost\n", encoding="utf-8")
    extended = command(scripts / "speclint", "--template", "own.yaml", "good.md", cwd=folder)
    assert extended.returncode == 1, extended.stderr
    assert "Cost" in extended.stdout
    listed = command(scripts / "speclint", "templates", cwd=folder)
    assert listed.stdout.count("feature") >= 5
    module = command(scripts / "python", "-m", "speclint", "--version", cwd=folder)
    assert module.stdout.startswith("speclint ")


def test_wheel(wheels: Path, tmp_path: Path) -> None:
    [wheel] = wheels.glob("speclint-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for path in (*(ROOT / "rules").iterdir(), *(ROOT / "schemas").iterdir()):
        assert f"speclint/{path.parent.name}/{path.name}" in names
    assert "speclint/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "examples", "scripts"))]

    scripts = environment(tmp_path / "venv", wheels, wheel)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    use(scripts, elsewhere)
    where = command(scripts / "python", "-c", "import speclint; print(speclint.__file__)", cwd=elsewhere)
    assert str(tmp_path / "venv") in where.stdout


def test_editable(source: Path, wheels: Path, tmp_path: Path) -> None:
    """The wheel shows that what is declared is all that it needs; here what it needs is borrowed."""
    scripts = environment(tmp_path / "venv", wheels, "--no-deps", "--editable", source)
    site = "import sysconfig; print(sysconfig.get_path('purelib'))"
    its, ours = (
        command(python, "-c", site, cwd=tmp_path).stdout.strip()
        for python in (scripts / "python", sys.executable)
    )
    Path(its, "borrowed.pth").write_text(f"{ours}\n", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    use(scripts, elsewhere)
    where = command(scripts / "python", "-c", "import speclint; print(speclint.__file__)", cwd=elsewhere)
    assert str(source) in where.stdout


def test_pre_commit_hooks(source: Path, wheels: Path, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    if command(sys.executable, "-m", "pre_commit", "--version", cwd=tmp_path).returncode:
        pytest.skip("there is no pre-commit")
    hook = tmp_path / "hook"
    shutil.copytree(source, hook)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hook)
    project = tmp_path / "project"
    project.mkdir()
    (project / "bad.md").write_text(BAD, encoding="utf-8")
    (project / "good.md").write_text(GOOD, encoding="utf-8")
    for name, text in {"speclint.toml": CONFIGURATION, "note.yaml": NOTE, "worn.md": WORN}.items():
        (project / name).write_text(text, encoding="utf-8")
    (project / "README.md").write_text("# A project\n", encoding="utf-8")
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for folder in (hook, project):
        for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "All"]):
            done = command("git", *arguments, cwd=folder)
            assert done.returncode == 0, done.stderr
    revision = command("git", "rev-parse", "HEAD", cwd=hook).stdout.strip()
    hooks = [{"id": "speclint"}, {"id": "speclint-fix"}]
    used = {"repos": [{"repo": str(hook), "rev": revision, "hooks": hooks}]}
    # JSON is YAML. `try-repo` would install the hooks anew each time.
    (project / ".pre-commit-config.yaml").write_text(json.dumps(used), encoding="utf-8")
    command("git", "add", "-A", cwd=project)

    def hooked(id: str, *files: str) -> subprocess.CompletedProcess[str]:
        return command(
            sys.executable, "-m", "pre_commit", "run", id, "--files", *files,
            cwd=project, PRE_COMMIT_HOME=str(tmp_path / "cache"), **only_from(wheels),
        )  # fmt: skip

    failing = hooked("speclint", "bad.md", "README.md")
    said = failing.stdout + failing.stderr
    assert failing.returncode == 1, said
    assert "bad.md:1:12: error placeholder" in said
    passing = hooked("speclint", "good.md", "README.md")
    assert passing.returncode == 0, passing.stdout + passing.stderr
    assert "Passed" in passing.stdout

    fixing = hooked("speclint-fix", "worn.md", "README.md")
    assert fixing.returncode == 1, "a commit waits until its author has seen what was changed"
    assert "files were modified by this hook" in fixing.stdout
    assert (project / "worn.md").read_text(encoding="utf-8") == MENDED
    assert (project / "README.md").read_text(encoding="utf-8") == "# A project\n"
    fixed = hooked("speclint-fix", "worn.md", "README.md")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert "Passed" in fixed.stdout
