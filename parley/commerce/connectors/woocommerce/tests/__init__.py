"""Tests of the WooCommerce connector; those against the recordings of a real shop are in tests/contracts."""
