"""Commands of `parley` beside those that run it."""

from parley.app.commands.describe import map_command, openapi
from parley.app.commands.tokens import token

COMMANDS = (token, openapi, map_command)
