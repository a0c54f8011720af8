"""E-mail above the pure mail library: what is taken in becomes messages, what agents write becomes mail.

`reading`, `outgoing`, `smtp`, `oauth`, `providers` and `settings` know no database and serve the plug-ins;
`ingest`, `matching`, `addressing`, `copies` and the others join mail with the inbox.
"""
