"""Rules: WHEN an event IF a condition THEN acts. Data with a published schema, compiled and found by an index.

`model` reads them, `engine` decides (pure), `book` keeps the compiled set of a workspace, `catalogue` says what the
inbox brings to the vocabulary; other slices register their own fields, events and acts.
"""
