"""Routing: who gets a conversation, who waits in the queue, and who takes over at the end of a shift.

`model` holds settings and what is known of agents, `choosing` decides (pure), `decider` reads and asks, `queue` keeps
who waits, `handing` hands over.
"""
