"""Live updates: one hub per process reads the log once for all its sockets and hands on what is new.

Between processes only a hint travels ("workspace W has facts up to here"), by LISTEN/NOTIFY on a connection of
its own after the commit; what is new is always read from the log, so a lost hint costs a moment and never a message.
"""
