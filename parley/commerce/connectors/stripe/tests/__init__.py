"""Tests of the Stripe connector; those against the official description are in tests/contracts."""
