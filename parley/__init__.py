"""Parley: a customer-service desk for online stores."""
