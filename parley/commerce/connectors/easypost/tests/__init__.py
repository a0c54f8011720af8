"""Tests of the EasyPost connector."""
