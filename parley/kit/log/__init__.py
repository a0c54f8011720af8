"""The append-only log: facts in, readers with cursors out.

The order is (epoch, transaction id, sequence); readers stay below the oldest running transaction, so that
nothing is skipped when commits overtake each other. A restore into another server starts a new epoch.
"""
