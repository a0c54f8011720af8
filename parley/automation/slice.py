"""The automation slice registers itself: its deciders read the log, the kit's executor acts."""

from parley.automation.alerts.decider import FURIOUS
from parley.automation.alerts.registering import register_alerts
from parley.automation.alerts.routes import ROUTES as ALERT_ROUTES
from parley.automation.deciders.automatic_merge import AUTOMATIC_MERGE
from parley.automation.deciders.leave_message import LEAVE_MESSAGE
from parley.automation.deciders.merge_trial import AutomaticMergeTrial
from parley.automation.joined import register_joined
from parley.automation.macros.registering import PERMISSIONS as MACRO_PERMISSIONS
from parley.automation.macros.registering import ROUTES as MACRO_ROUTES
from parley.automation.macros.registering import complete_macros, register_macros
from parley.automation.macros.using import build_macro_decider
from parley.automation.promises.routes import ROUTES as PROMISE_ROUTES
from parley.automation.promises.setup import build_promise_deciders, register_promises
from parley.automation.routes import ROUTES
from parley.automation.routing.joining import DECIDERS as ROUTING_DECIDERS
from parley.automation.routing.joining import register_routing
from parley.automation.routing.routes import ROUTES as ROUTING_ROUTES
from parley.automation.rules.book import Books
from parley.automation.rules.decider import build_rules_decider
from parley.automation.rules.routes import ROUTES as RULE_ROUTES
from parley.automation.rules.trial import RulesTrial
from parley.automation.vocabulary import register_vocabulary
from parley.automation.waiting import register_waiting
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import decide_and_act
from parley.kit.decisions.registry import Decider
from parley.kit.log.fact import Fact, Recorded
from parley.kit.log.readers import Handler
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice, permission

READER = "automation"


def _register(runtime: Runtime) -> None:
    register_vocabulary(runtime)
    register_waiting(runtime, READER)
    register_promises(runtime)
    register_alerts(runtime, READER)
    register_routing(runtime)
    register_macros(runtime, READER)
    register_joined(runtime, READER)
    _listen(runtime, LEAVE_MESSAGE)
    _listen(runtime, AUTOMATIC_MERGE)
    _listen(runtime, FURIOUS)


def _complete(runtime: Runtime) -> None:
    complete_macros(runtime)
    _listen(runtime, build_macro_decider(runtime.catalogue))
    _listen(runtime, build_rules_decider(runtime.catalogue, Books(runtime.catalogue)))
    for decider in build_promise_deciders(runtime):
        _listen(runtime, decider)
    runtime.decisions.add_trial(RulesTrial(runtime.catalogue))
    runtime.decisions.add_trial(AutomaticMergeTrial())
    # Rules come first: they choose the team in which an agent is looked for.
    for decider in ROUTING_DECIDERS:
        _listen(runtime, decider)


def _listen(runtime: Runtime, decider: Decider) -> None:
    runtime.decisions.add_decider(decider)
    runtime.readers.subscribe(READER, _ask(runtime, decider), *decider.kinds)


def _ask(runtime: Runtime, decider: Decider) -> Handler:
    async def handle(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        await decide_and_act(runtime.decisions, ctx, decider, fact, recorded)

    return handle


AUTOMATION = Slice(
    "automation",
    routes=(*ROUTES, *ALERT_ROUTES, *RULE_ROUTES, *ROUTING_ROUTES, *PROMISE_ROUTES, *MACRO_ROUTES),
    permissions=(
        permission("automation:read", "agent"),
        permission("automation:write", "lead"),
        *MACRO_PERMISSIONS,
    ),
    register=_register,
    complete=_complete,
)
