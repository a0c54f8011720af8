"""What macros bring to the process: routes, the decider, acts and forms for rules."""

from parley.automation.macros.routes import ROUTES as WRITING
from parley.automation.macros.ruling import register_acts, register_forms
from parley.automation.macros.trial import MacrosTrial
from parley.automation.macros.using import build_take_back, count_sent
from parley.automation.macros.using_routes import ROUTES as USING
from parley.facts.automation import MacrosSent
from parley.facts.conversations import MessageStateChanged
from parley.kit.runtime import Runtime
from parley.kit.slices import permission

ROUTES = (*WRITING, *USING)
PERMISSIONS = (permission("macros:write", "agent"),)


def register_macros(runtime: Runtime, reader: str) -> None:
    """Adds readers, acts and the trial."""
    register_acts(runtime)
    runtime.readers.subscribe(reader, count_sent, MacrosSent)
    runtime.readers.subscribe(reader, build_take_back(runtime), MessageStateChanged)
    runtime.decisions.add_trial(MacrosTrial(runtime.catalogue))


def complete_macros(runtime: Runtime) -> None:
    """Adds the forms, when those of the other slices are there."""
    register_forms(runtime.catalogue)
