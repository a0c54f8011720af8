"""Mail as plain values: bytes in, frozen structs out, and back.

Pure code: no database, no network, no clock. `parse` reads a message, `quotes` and `forwards` find who wrote
what in it, `automatic` and `loops` say what must not be answered, `threading` which conversation it belongs
to, `compose` writes the answer. The channel that fetches, stores and sends mail is built on top of this.
"""
