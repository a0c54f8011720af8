"""The chat widget's side of the house: frames, visitors, the socket. The protocol is in docs/widget.md."""
