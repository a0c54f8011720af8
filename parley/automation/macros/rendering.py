"""A macro filled in for one conversation."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro, choose_language
from parley.automation.macros.template import Value, parse_template, render_template
from parley.automation.macros.variables import VARIABLES, load_about, load_values
from parley.kit.ctx import Ctx


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a macro for a conversation; `language` is None when it has none."""

    language: str | None
    html: str
    text: str
    missing: list[str]
    used: dict[str, Value]


async def render_macro(
    ctx: Ctx,
    macro: Macro,
    conversation_id: UUID,
    *,
    language: str | None = None,
    order_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> Filled:
    """Fills a macro in: the language that is asked for, else the conversation's, the customer's, the workspace's, else
    its first. Without `agent_id` the agent is who has the conversation. Raises NotFound for conversation and order.
    """
    about = await load_about(ctx, conversation_id, agent_id)
    chosen = choose_language(macro, [language, *about.languages] if language else about.languages)
    if chosen is None:
        return Filled(language=None, html="", text="", missing=[], used={})
    template = parse_template(macro.texts[chosen], VARIABLES, f"texts.{chosen}")
    spelled = spell_values_in(chosen, about.languages)
    values = await load_values(ctx, about, template.names, spelled, order_id)
    made = render_template(template, values)
    return Filled(language=chosen, html=made.html, text=made.text, missing=made.missing, used=made.used)


def spell_values_in(chosen: str, wanted: Sequence[str]) -> str:
    """Gives the reader's own region for dates and money where he reads the text's language: pt-PT for a text in pt."""
    first = chosen.split("-", maxsplit=1)[0]
    return next((tag for tag in wanted if tag.split("-")[0] == first), chosen)
