"""Bodies of `POST /api/v1/channels` ready to be copied: shown by the description of the API and docs/channels.md."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "chat": {
        "plugin": "chat",
        "name": "Shop chat",
        "settings": {"colour": "#2f6f5e", "allowed_domains": ["shop.example"]},
    },
    "email_imap": {
        "plugin": "email_imap",
        "name": "Help mailbox",
        "settings": {
            "address": "help@shop.example",
            "provider": "other",
            "user": "help@shop.example",
            "password": "secret",
            "imap_host": "imap.shop.example",
            "imap_port": 993,
            "imap_security": "tls",
            "smtp_host": "smtp.shop.example",
            "smtp_port": 587,
            "smtp_security": "starttls",
        },
    },
    "email_listener": {
        "plugin": "email_listener",
        "name": "Sales mailbox",
        "settings": {
            "address": "sales@shop.example",
            "more_addresses": ["wholesale@shop.example"],
            "smtp_host": "smtp.shop.example",
        },
    },
    "email_webhook": {
        "plugin": "email_webhook",
        "name": "Returns mailbox",
        "settings": {
            "address": "returns@shop.example",
            "secret": "a long random text",
            "smtp_host": "smtp.shop.example",
            "smtp_user": "returns",
            "smtp_password": "secret",
        },
    },
    "contact_form": {
        "plugin": "contact_form",
        "name": "Contact form",
        "settings": {"fields": ["Order number"], "allowed_domains": ["shop.example"]},
    },
}
