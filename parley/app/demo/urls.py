"""The addresses of the shop's pages."""

from msgspec import Struct

from parley.app.demo.words import Lang

PREFIX: dict[Lang, str] = {"en": "", "pt-BR": "/pt-br"}


class Urls(Struct, frozen=True):
    """Builds addresses under a mount path in one language; `version` marks files that never change."""

    base: str
    lang: Lang
    version: str

    def page(self, path: str) -> str:
        """The address of a page by its path without mount path and language ("/cart")."""
        return f"{self.base}{PREFIX[self.lang]}{path}"

    @property
    def home(self) -> str:
        """The front page."""
        return self.page("/")

    @property
    def cart(self) -> str:
        """The cart; also takes the forms that change it."""
        return self.page("/cart")

    @property
    def checkout(self) -> str:
        """The checkout."""
        return self.page("/checkout")

    @property
    def confirmation(self) -> str:
        """The page after an order was placed."""
        return self.page("/checkout/done")

    @property
    def orders(self) -> str:
        """The form that asks for an order."""
        return self.page("/orders")

    @property
    def help(self) -> str:
        """The help page."""
        return self.page("/help")

    @property
    def contact(self) -> str:
        """The contact page."""
        return self.page("/contact")

    def collection(self, handle: str) -> str:
        """A collection, or all products for "all"."""
        return self.page(f"/collections/{handle}")

    def product(self, handle: str, colour: str | None = None) -> str:
        """A product, in a colour if given."""
        return self.page(f"/products/{handle}") + (f"?colour={colour}" if colour else "")

    def order(self, number: str) -> str:
        """The state of an order."""
        return self.page(f"/orders/{number}")

    def asset(self, name: str) -> str:
        """A file of the shop's own ("shop.css")."""
        return f"{self.base}/assets/{name}?v={self.version}"

    def picture(self, handle: str, colour: str) -> str:
        """The drawing of a product in a colour."""
        return f"{self.base}/art/{handle}.{colour}.svg?v={self.version}"

    def scene(self, mode: str) -> str:
        """The mountain lake by "day" or "night"."""
        return f"{self.base}/art/scene-{mode}.svg?v={self.version}"
