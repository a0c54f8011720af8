"""Connector plug-ins, a folder each: stores, carriers and payment providers."""
