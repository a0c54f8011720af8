"""The assistant slice registers itself."""

from parley.assistant.understanding.lexicon import Lexicon
from parley.assistant.understanding.reading import READER, UNDERSTANDER, build_reader
from parley.assistant.vocabulary import register_vocabulary
from parley.facts.conversations import MessageReceived
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def _register(runtime: Runtime) -> None:
    runtime.parts[UNDERSTANDER] = Lexicon()
    runtime.readers.subscribe(READER, build_reader(runtime), MessageReceived)
    register_vocabulary(runtime)


ASSISTANT = Slice("assistant", register=_register)
