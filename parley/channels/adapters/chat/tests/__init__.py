"""What the contract suite of channels needs to try this plug-in."""
