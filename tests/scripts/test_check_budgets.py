"""The size budgets, on a small project made up for it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from scripts import check_budgets


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    frame, loader = tmp_path / "web/widget/frame", tmp_path / "web/widget/loader/dist/widget.js"
    (frame / "dist/.vite").mkdir(parents=True)
    loader.parent.mkdir(parents=True)
    loader.write_text("(function(){})();", encoding="utf-8")
    (frame / "dist/index.html").write_text("<!doctype html>", encoding="utf-8")
    (frame / "package.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(check_budgets, "ROOT", tmp_path)
    monkeypatch.setattr(check_budgets, "LOADER", loader)
    monkeypatch.setattr(check_budgets, "FRAME", frame)
    return tmp_path


def write_frame(chunks: dict[str, tuple[int, dict[str, Any]]]) -> None:
    """Chunks of so many incompressible bytes, with their lines in the manifest."""
    dist, manifest = check_budgets.FRAME / "dist", {}
    for key, (size, line) in chunks.items():
        name = key.replace("/", "_")
        (dist / name).write_bytes(random.Random(key).randbytes(size))
        manifest[key] = {"file": name, **line}
    (dist / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_long_files_are_named(project: Path) -> None:
    (project / "short.py").write_text("x = 1\n" * 400, encoding="utf-8")
    (project / "long.py").write_text("x = 1\n" * 401, encoding="utf-8")
    (project / "page.test.tsx").write_text("export {};\n" * 251, encoding="utf-8")
    (project / "node_modules").mkdir()
    (project / "node_modules/huge.ts").write_text("export {};\n" * 999, encoding="utf-8")
    assert check_budgets.check_lines() == [
        "long.py: 401 lines, at most 400 are allowed",
        "page.test.tsx: 251 lines, at most 250 are allowed",
    ]


def test_everything_that_loads_first_counts(project: Path) -> None:
    languages: dict[str, tuple[int, dict[str, Any]]] = {
        "locales/en.json": (900, {}),
        "locales/sl.json": (700, {}),
    }
    entry = {"isEntry": True, "imports": ["shared.js"], "dynamicImports": ["early.js", "late.js", *languages]}
    write_frame(
        {
            "main.tsx": (100, entry),
            "shared.js": (200, {}),
            "early.js": (300, {}),
            "late.js": (9_000, {}),
            **languages,
        }
    )
    settings = {"parley": {"late": ["late.js"]}}
    (check_budgets.FRAME / "package.json").write_text(json.dumps(settings), encoding="utf-8")
    names = {path.name for path in check_budgets.list_first_files()}
    assert names == {"index.html", "main.tsx", "shared.js", "early.js", "locales_en.json"}


def test_late_chunk_that_does_not_exist_is_refused(project: Path) -> None:
    write_frame({"main.tsx": (100, {"isEntry": True})})
    settings = {"parley": {"late": ["gone.js"]}}
    (check_budgets.FRAME / "package.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"gone\.js"):
        check_budgets.list_first_files()


def test_widget_that_grew_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_frame({"main.tsx": (30_000, {"isEntry": True})})
    assert check_budgets.main(["--browser"]) == 0
    write_frame({"main.tsx": (36_000, {"isEntry": True})})
    check_budgets.LOADER.write_bytes(random.Random(1).randbytes(3_100))
    assert check_budgets.main(["--browser"]) == 1
    said = capsys.readouterr().out
    assert "at most 3,072" in said
    assert "at most 35,840" in said


def test_loader_with_imports_is_refused(project: Path) -> None:
    write_frame({"main.tsx": (10, {"isEntry": True})})
    check_budgets.LOADER.write_text('import "./other.js";', encoding="utf-8")
    assert check_budgets.check_browser() == ["The loader must be one classic script without imports."]


def test_unbuilt_widget_is_told(project: Path) -> None:
    check_budgets.LOADER.unlink()
    assert check_budgets.check_browser() == ["The widget is not built; run `make install`."]
