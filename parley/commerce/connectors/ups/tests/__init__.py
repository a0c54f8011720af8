"""Tests of the UPS connector."""
