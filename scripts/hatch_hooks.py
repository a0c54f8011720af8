"""Build hooks: dependencies come from requirements.in, the built browser parts go into the wheel."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# Where the build of each browser part ends up inside the package.
BROWSER_PARTS = {
    "web/desk/dist": "parley/_web/desk",
    "web/widget/frame/dist": "parley/_web/frame",
    "web/widget/loader/dist": "parley/_web/loader",
}
# The design tokens, which pages made by the server read as well.
TOKENS = {"web/ui/src/tokens.css": "parley/_web/ui/tokens.css"}


def read_requirements(path: Path) -> list[str]:
    """The requirement lines of a pip requirements file, without comments."""
    lines = (line.split("#", 1)[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


class RequirementsHook(MetadataHookInterface):
    """Fills `dependencies` from requirements.in, so that they are written down once."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets the dependencies in `metadata`."""
        metadata["dependencies"] = read_requirements(Path(self.root) / "requirements.in")


class BrowserPartsHook(BuildHookInterface[Any]):
    """Puts the desk and the widget into the wheel; its users need no Node."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing and includes it; an editable install reads the source tree instead."""
        if version == "editable":
            return
        root = Path(self.root)
        if not all((root / part).is_dir() for part in BROWSER_PARTS):
            subprocess.run(["npm", "ci"], cwd=root / "web", check=True)
            subprocess.run(["npm", "run", "build"], cwd=root / "web", check=True)
        build_data["force_include"].update(
            {str(root / part): inside for part, inside in {**BROWSER_PARTS, **TOKENS}.items()}
        )
