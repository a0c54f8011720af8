"""Carries messages in and out: channels, their plug-ins, the chat widget, e-mail, the contact form.

Verifies and stores what arrives before anything looks at it; sends what the inbox wants sent, once, in order.
"""
