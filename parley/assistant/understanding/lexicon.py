"""The model that is always there: phrases and word lists. What it does not know it calls neutral."""

from parley.assistant.understanding.model import Understanding


class Lexicon:
    """Understands by phrases."""

    name = "lexicon-1"

    def understand(self, text: str, language: str | None) -> Understanding:
        """Says what a text is about; `language` is what is known of the customer."""
        return Understanding(model=self.name, language=language if text else None)
