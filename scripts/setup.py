"""Sets up everything that Parley needs on a machine with Python, git and make.

Run by the Makefile: `python3 -m scripts.setup install`, or `develop` for what tests and checks need as well.
Uses the standard library only, and works without a network when nothing has changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.steps import ROOT, STATE, Step, StepError, call, digest_files, list_files, run_steps, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
WEB = ROOT / "web"
NPM = ROOT / "scripts" / "npm.sh"
BUILT = ["desk/dist/index.html", "widget/frame/dist/index.html", "widget/loader/dist/widget.js"]
NOT_SOURCES = frozenset({"node_modules", "dist", ".vite", ".cache"})


def make_environment() -> None:
    """Creates .venv afresh."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        install_venv_module()
    shutil.rmtree(VENV, ignore_errors=True)
    call([sys.executable, "-m", "venv", VENV])


def install_venv_module() -> None:
    """Debian keeps pip's seed in a package of its own."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise StepError(f"This Python cannot create environments. Install {package} and run make again.")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update"], env=quiet)
    call(["apt-get", "install", "--yes", "--no-install-recommends", package], env=quiet)


def pip_install(*arguments: str | Path) -> None:
    """Runs the environment's pip."""
    call([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *arguments])


def install_locked(*names: str) -> None:
    """Installs exactly what the lock files say, every file checked against its digest."""
    pip_install("--require-hashes", *[part for name in names for part in ("-r", ROOT / name)])


def install_parley() -> None:
    """Puts the `parley` command into the environment; the source tree stays where it is."""
    pip_install("--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)


def find_node() -> str | None:
    """Which Node serves, in words; None when there is none."""
    asked = subprocess.run([NPM, "--which"], capture_output=True, text=True, check=False, cwd=ROOT)
    return asked.stdout.strip() if asked.returncode == 0 else None


def provide_node() -> None:
    """Takes the machine's Node or installs the wheel."""
    node = find_node()
    if node is None:
        install_locked("requirements-node.txt")
        node = find_node()
    if node is None:
        raise StepError("No usable Node, and the wheel brought none.")
    say(f"    {node}")


def runs(program: Path) -> bool:
    """Whether the program starts at all; an environment breaks when its Python is removed."""
    try:
        done = subprocess.run([program, "-c", ""], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def digest_web(*, sources: bool) -> str:
    """A digest of the browser parts' locks, with `sources` of all they are built from."""
    files = list(list_files(WEB, skip=NOT_SOURCES))
    if not sources:
        files = [path for path in files if path.name in ("package.json", "package-lock.json", ".npmrc")]
    return digest_files(files, find_node() or "")


def find_closed_folder(program: Path) -> Path | None:
    """Gives the first folder on the way to a program that other users may not enter, None when there is none."""
    ways = [program.resolve(), *program.resolve().parents]
    return next((way for way in reversed(ways) if not way.stat().st_mode & 0o001), None)


def warn_of_closed_python() -> None:
    """Tells root when nobody else will be able to run what he has installed."""
    closed = find_closed_folder(PYTHON) if os.geteuid() == 0 and PYTHON.exists() else None
    if closed is not None:
        say(
            f"\nNote: only root can run .venv/bin/parley, because its Python lies in {closed}, which is closed to others."
            "\n      For other users install a Python of the system (Debian: apt install python3-venv), remove .venv"
            "\n      and run make again, or name one: make install PYTHON=/usr/bin/python3"
        )


def list_install_steps() -> list[Step]:
    """The steps of `make install`."""
    locks = [ROOT / "requirements.txt", ROOT / "requirements-build.txt"]
    environment = f"{sys.version_info[:2]} {VENV}"
    package = [ROOT / name for name in ("pyproject.toml", "requirements.in", "parley/__init__.py")]
    package.append(ROOT / "scripts" / "hatch_hooks.py")
    return [
        Step(
            "environment",
            "Python environment",
            make_environment,
            lambda: digest_files([], environment),
            lambda: runs(PYTHON),
        ),
        Step(
            "libraries",
            "Python libraries",
            lambda: install_locked(*(lock.name for lock in locks)),
            lambda: digest_files(locks, stamp_of("environment")),
        ),
        Step(
            "node",
            "Node.js",
            provide_node,
            lambda: digest_files(
                [ROOT / "requirements-node.txt"], stamp_of("environment"), find_node() or "wheel"
            ),
            lambda: find_node() is not None,
        ),
        Step(
            "npm",
            "Browser libraries",
            lambda: call([NPM, "ci", "--no-audit", "--no-fund"]),
            lambda: digest_web(sources=False),
            (WEB / "node_modules" / ".package-lock.json").is_file,
        ),
        Step(
            "browser",
            "Desk and widget",
            lambda: call([NPM, "run", "build"]),
            lambda: digest_web(sources=True),
            lambda: all((WEB / part).is_file() for part in BUILT),
        ),
        Step(
            "parley",
            "The parley command",
            install_parley,
            lambda: digest_files(package, stamp_of("environment")),
            (VENV / "bin" / "parley").is_file,
        ),
    ]


def list_develop_steps() -> list[Step]:
    """What tests and checks need beyond `make install`."""
    return [
        Step(
            "tools",
            "Libraries for tests and checks",
            lambda: install_locked("requirements-dev.txt"),
            lambda: digest_files([ROOT / "requirements-dev.txt"], stamp_of("environment")),
        )
    ]


def stamp_of(key: str) -> str:
    """The digest of a step that others build upon; it changes when that step ran on other inputs."""
    path = STATE / f"{key}.stamp"
    return path.read_text(encoding="ascii") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    """Runs the steps of the goal and returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs make may have an older one
        say(f"Parley needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
        return 2
    steps = list_install_steps()
    if arguments == ["develop"]:
        steps += list_develop_steps()
    elif arguments != ["install"]:
        say("usage: python3 -m scripts.setup install|develop")
        return 2
    try:
        run_steps(steps)
    except StepError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped; run make again to go on.")
        return 130
    warn_of_closed_python()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
