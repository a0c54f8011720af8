"""Policies as data: one versioned record that pages, answers, messages and the return engine all read."""
