"""The assistant slice registers itself."""

from parley.assistant.routes import ROUTES
from parley.assistant.understanding.joined import MOVED, follow_messages
from parley.assistant.understanding.lexicon import Lexicon
from parley.assistant.understanding.reading import READER, UNDERSTANDER, build_reader, forget_entities
from parley.assistant.vocabulary import register_vocabulary
from parley.facts.conversations import MessageReceived, MessageRedacted
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    runtime.parts[UNDERSTANDER] = Lexicon()
    runtime.readers.subscribe(READER, build_reader(runtime), MessageReceived)
    runtime.readers.subscribe(READER, forget_entities, MessageRedacted)
    runtime.readers.subscribe(READER, follow_messages, *MOVED)
    register_vocabulary(runtime)


ASSISTANT = Slice("assistant", routes=ROUTES, register=_register)
