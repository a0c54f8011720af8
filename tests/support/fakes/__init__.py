"""Vendors' servers as fakes: state in memory, answers in the vendor's shapes, and faults on demand."""
