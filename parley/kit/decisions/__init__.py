"""Facts → decisions → acts.

A decider is a pure function of (fact, snapshot, config, now). Its decision is stored first, once per fact and decider;
then the executor carries out the acts, each under the idempotency key fact id + decider + position.
"""
