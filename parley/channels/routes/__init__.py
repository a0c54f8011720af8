"""Channels over HTTP: settings for the desk, the widget's pages and uploads."""
