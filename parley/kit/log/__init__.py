"""The append-only log: facts in, readers with cursors out.

The order is (epoch, xid, sequence), where xid is the server's counter of transactions when the fact was written;
readers stay below the oldest running transaction, so that nothing is skipped when commits overtake each other.
A restore into another server starts a new epoch.
"""
