"""Returns and exchanges: asked for by shoppers or agents, decided by the policy, followed to the refund."""
