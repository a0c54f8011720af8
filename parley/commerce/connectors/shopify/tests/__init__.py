"""Tests of the Shopify connector against a fake server of ours."""
