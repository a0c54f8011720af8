"""Who we are: workspaces, agents, teams, brands, rights, sign-in, tokens, webhooks, notifications, audit.

Owns everything about the people and programs that act inside a workspace.
Knows nothing of customers or messages.
"""
