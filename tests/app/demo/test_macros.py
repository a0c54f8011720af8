"""The demo store's macros: in four languages, of what there is, and filled in."""

import pytest

from parley.app.demo.macros import DemoMacro, load_macros
from parley.app.demo.people import load_people
from parley.automation.macros.markup import clean_template
from parley.automation.macros.template import parse_template, render_template
from parley.automation.macros.variables import FLAGS, NUMBERS, VARIABLES

MACROS = load_macros()
PEOPLE = load_people()


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.shortcut)
def test_each_is_whole(macro: DemoMacro) -> None:
    assert macro.texts.keys() in ({"en", "pt-BR", "es", "de"}, set())
    assert macro.tag in {None, *(tag.key for tag in PEOPLE.tags)}
    assert macro.team in {None, *(team.key for team in PEOPLE.teams)}
    values = {name: 3 if name in NUMBERS else True if name in FLAGS else f"<{name}>" for name in VARIABLES}
    for text in macro.texts.values():
        template = parse_template(clean_template(text), VARIABLES)
        assert render_template(template, values).missing == []
        # Who has not ordered anything is not told of it without being asked which.
        bare = render_template(template, {"policy.return_days": 30, "policy.exchange_days": 30})
        assert set(bare.missing) <= template.names


def test_names_and_shortcuts_are_their_own() -> None:
    assert len({macro.name for macro in MACROS}) == len(MACROS) >= 12
    assert len({macro.shortcut for macro in MACROS}) == len(MACROS)
