"""Channel plug-ins: a folder each, seeing only `parley.channels.ports`."""
