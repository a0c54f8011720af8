"""E-mail addresses of agents: their spelling and the key under which two spellings are the same."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from parley.kit.errors import FieldError, Invalid


def parse_email(text: str, field: str = "email") -> tuple[str, str]:
    """Gives the tidy address and its key; raises Invalid. Names of private networks are admitted."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as failure:
        raise Invalid(
            "bad_email", "This is not an e-mail address.", FieldError(field, str(failure))
        ) from failure
    return found.normalized, email_key(found.normalized)


def email_key(text: str) -> str:
    """Gives the key of an address without checking it."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()[:320]
