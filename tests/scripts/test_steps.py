"""Steps of the set-up: done once, done again when something changed, loud when they fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import steps
from scripts.steps import Step, StepError, call, digest_files, run_steps


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "STATE", tmp_path / ".make")


def test_step_runs_again_only_when_needed(tmp_path: Path) -> None:
    source, result, runs = tmp_path / "source", tmp_path / "result", []

    def build() -> None:
        runs.append(source.read_text(encoding="utf-8"))
        result.touch()

    step = Step("build", "Build", build, lambda: digest_files([source]), result.exists)
    for text, remove in (("a", False), ("a", False), ("b", False), ("b", True), ("b", False)):
        source.write_text(text, encoding="utf-8")
        if remove:
            result.unlink()
        run_steps([step])
    assert runs == ["a", "b", "b"]


def test_failed_step_is_not_taken_for_done(tmp_path: Path) -> None:
    runs = []

    def fail() -> None:
        runs.append(1)
        raise StepError("no")

    step = Step("fail", "Fail", fail, lambda: "same")
    for _ in range(2):
        with pytest.raises(StepError):
            run_steps([step])
    assert len(runs) == 2


def test_failing_command_shows_all_it_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".make").mkdir()
    talk = "import sys; [print('line', n) for n in range(500)]; print('why', file=sys.stderr); sys.exit(3)"
    with pytest.raises(StepError, match="status 3"):
        call([sys.executable, "-c", talk])
    said = capfd.readouterr().err
    assert "line 0\n" in said
    assert "line 499\n" in said
    assert "why" in said
    call([sys.executable, "-c", "print('quiet')"])
    assert "quiet" not in "".join(capfd.readouterr())
