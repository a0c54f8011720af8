"""Commands of `parley` beside those that run it."""

from parley.app.commands.backup import backup, restore
from parley.app.commands.describe import map_command, openapi
from parley.app.commands.doctor import doctor
from parley.app.commands.rehearse import rehearse
from parley.app.commands.stores import backfill, reconcile
from parley.app.commands.tokens import token

COMMANDS = (token, backup, restore, doctor, backfill, reconcile, rehearse, openapi, map_command)
