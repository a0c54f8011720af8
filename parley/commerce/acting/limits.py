"""Who may move how much: the limits of an installation that has set none, and what a limit says to an act. Pure."""

from parley.commerce.acting.plan import Asker, Limit, Line

NEVER = Limit(allowed=False)
FREE = Limit()
# Acts that move or promise money; all others are free for whoever may act at all.
MONEY = ("refund", "cancel", "duplicate", "draft", "discount", "return", "label", "edit")
DEFAULTS: dict[str, dict[str, Limit]] = {
    "owner": {},
    "admin": {},
    "lead": {"refund": Limit(alone=50_000), "duplicate": Limit(alone=50_000), "cancel": Limit(alone=100_000)},
    "agent": {
        "refund": Limit(largest=50_000, alone=10_000, daily=100_000),
        "cancel": Limit(largest=100_000, alone=25_000),
        "duplicate": Limit(largest=50_000, alone=10_000, daily=100_000),
        "discount": Limit(largest=10_000),
        "label": Limit(largest=5_000),
    },
    "token": {"refund": Limit(largest=50_000, daily=500_000)},
    # The policy decides what a shopper may have without a person; this is the wall behind it.
    "customer": {
        "return": Limit(largest=100_000), "refund": Limit(largest=30_000), "label": Limit(largest=5_000),
    },
}  # fmt: skip
NOBODY = ("collaborator",)
MACHINES = ("rule", "assistant", "customer", "system")
# Whose limits a workspace may set, and for which acts. Of a shopper only a return and what follows from it.
SETTABLE = ("agent", "lead", "admin", "owner", "token", "rule", "assistant", "customer")
ACTS_OF = dict.fromkeys(SETTABLE, MONEY) | {"customer": ("return", "refund", "label")}
# Whose limits only an owner may set: nobody lifts a limit that he is under himself.
OWNERS_ONLY = ("owner", "admin")


def role_of(kind: str, role: str) -> str:
    """Gives the role under which an actor is limited: what decides by itself is a machine, whatever role it names."""
    return "rule" if kind == "decider" and role not in MACHINES else role


def list_mistakes(role: str, act: str, limit: Limit) -> list[tuple[str, str]]:
    """Gives what is wrong with a limit that somebody wants to set: fields with a sentence each."""
    found = []
    if role not in SETTABLE:
        found.append(("role", f"There is no such role; there are {', '.join(SETTABLE)}."))
    elif act not in ACTS_OF[role]:
        found.append(("act", f"Limits of this role are set for {', '.join(ACTS_OF[role])}."))
    if role == "customer" and limit.daily is not None:
        found.append(("daily", "What customers do is not counted by day."))
    if limit.largest is not None and limit.alone is not None and limit.alone > limit.largest:
        found.append(("alone", "This is above what may be done at all."))
    return found


def default_limit(role: str, act: str) -> Limit:
    """Gives the limit of a role that nobody has set: machines may do nothing that moves money."""
    if role in NOBODY:
        return NEVER
    known = DEFAULTS.get(role, {})
    if act in known:
        return known[act]
    if role in MACHINES and act in MONEY:
        return NEVER
    return FREE


def check_limit(
    limit: Limit, asker: Asker, act: str, amount: int, currency: str
) -> tuple[list[Line], list[Line]]:
    """Gives the refusals and the reasons for a second person; the daily limit counts what has been moved already."""
    size = abs(amount)
    if not limit.allowed:
        return [Line("limit.not_allowed", {"act": act, "role": asker.role})], []
    refusals = []
    if limit.largest is not None and size > limit.largest:
        refusals.append(Line("limit.largest", {"amount": limit.largest, "currency": currency}))
    if limit.daily is not None and asker.moved + size > limit.daily:
        args = {"amount": limit.daily, "moved": asker.moved, "currency": currency}
        refusals.append(Line("limit.daily", args))
    second = []
    if limit.alone is not None and size > limit.alone:
        second.append(Line("limit.alone", {"amount": limit.alone, "currency": currency}))
    return refusals, second
