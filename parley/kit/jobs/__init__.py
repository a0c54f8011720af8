"""Jobs: slow or outside effects, deferred in the business transaction and carried out by pgqueuer.

pgqueuer's own NOTIFY trigger is off (it would cost most of the commit rate); the process that committed wakes the workers.
"""
