"""Rich text: the one format of formatted text, sanitised HTML of a small vocabulary in normal form."""

from parley.kit.richtext.reader import Images
from parley.kit.richtext.sanitise import Sanitised, sanitise, sanitise_html
from parley.kit.richtext.text import excerpt, html_from_text, text_from_html

__all__ = ["Images", "Sanitised", "excerpt", "html_from_text", "sanitise", "sanitise_html", "text_from_html"]
