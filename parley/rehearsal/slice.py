"""The rehearsal slice registers itself."""

from parley.kit.runtime import Runtime
from parley.kit.slices import Slice, permission
from parley.rehearsal.actions import JOB, run_rehearsal
from parley.rehearsal.routes import ROUTES


def _register(runtime: Runtime) -> None:
    runtime.jobs.add(JOB, run_rehearsal, max_attempts=3)


REHEARSAL = Slice(
    "rehearsal",
    routes=ROUTES,
    permissions=(permission("rehearsals:write", "lead"),),
    register=_register,
)
