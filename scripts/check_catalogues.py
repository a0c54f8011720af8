"""Checks every message catalogue: broken messages, missing keys and plural forms in promised languages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from parley.kit.i18n.catalogue import Catalogue, find_locale_folders, load_catalogue
from parley.kit.i18n.check import check_catalogue

ROOT = Path(__file__).resolve().parent.parent
CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
COMPLETE = frozenset({"en", "pt-BR"})
# What a shopper reads is complete in more languages than what an agent reads.
COMPLETE_FOR_SHOPPERS = COMPLETE | {"ko", "sl", "zh"}


def is_plural(stem: str, messages: Mapping[str, str]) -> bool:
    """Whether `stem.other` stands beside nothing but plural forms; beside other words it is a word itself."""
    ends = {key[len(stem) + 1 :] for key in messages if key.startswith(stem + ".")}
    return len(ends) > 0 and ends <= CATEGORIES


def fold_plurals(messages: Mapping[str, str]) -> dict[str, str]:
    """Turns `unread.one`, `unread.other` (the short form of the widget) into one plural message."""
    families: dict[str, dict[str, str]] = {}
    for key, text in messages.items():
        stem, _, category = key.rpartition(".")
        if category in CATEGORIES and f"{stem}.other" in messages and is_plural(stem, messages):
            families.setdefault(stem, {})[category] = text
    folded = {key: text for key, text in messages.items() if key.rpartition(".")[0] not in families}
    for stem, forms in families.items():
        branches = " ".join(f"{category} {{{text}}}" for category, text in forms.items())
        folded[stem] = f"{{n, plural, {branches}}}"
    return folded


def find_variants(wanted: str, languages: list[str]) -> frozenset[str]:
    """The languages that serve as `wanted`: itself, or any variant of a language named without a region."""
    return frozenset(tag for tag in languages if tag == wanted or tag.split("-")[0] == wanted)


def main() -> int:
    """Prints one line per mistake; returns 1 when there is any."""
    mistakes = 0
    folders = find_locale_folders(ROOT / "parley", ROOT / "web")
    for folder in folders:
        name = folder.relative_to(ROOT)
        complete = COMPLETE_FOR_SHOPPERS if "widget" in name.parts else COMPLETE
        try:
            sources = load_catalogue([folder]).sources
            catalogue = Catalogue(
                {language: fold_plurals(messages) for language, messages in sources.items()}
            )
        except ValueError as error:
            print(error)
            mistakes += 1
            continue
        present = {wanted: find_variants(wanted, catalogue.languages()) for wanted in complete}
        for wanted in sorted(wanted for wanted, variants in present.items() if not variants):
            print(f"{name}: no catalogue for {wanted}")
            mistakes += 1
        for problem in check_catalogue(catalogue, complete=frozenset().union(*present.values())):
            print(f"{name}: {problem.language}: {problem.key}: {problem.kind}: {problem.detail}")
            mistakes += 1
    print(f"{len(folders)} catalogues, {mistakes} mistakes")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
