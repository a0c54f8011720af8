"""The fictional people of the shop: customers, the agents who answer them, and their teams."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

HERE = Path(__file__).parent


class Address(Struct, frozen=True):
    """A postal address without name, city and country."""

    line1: str
    postcode: str
    region: str = ""


class Customer(Struct, frozen=True):
    """Somebody who buys; `since_days` says how long ago the first visit was."""

    key: str
    name: str
    email: str
    language: str
    country: str
    city: str
    time_zone: str
    address: Address
    since_days: int
    vip: bool = False


class Agent(Struct, frozen=True):
    """Somebody who answers; `avatar` is the background colour of the initials."""

    key: str
    name: str
    title: str
    role: Literal["owner", "agent"]
    teams: list[str]
    languages: list[str]
    avatar: str
    email: str


class Team(Struct, frozen=True):
    """A group of agents."""

    key: str
    name: str
    about: str


class Tag(Struct, frozen=True):
    """A label on conversations with its colour."""

    key: str
    name: str
    colour: str


class People(Struct, frozen=True):
    """The shape of `people.json`."""

    customers: list[Customer]
    agents: list[Agent]
    teams: list[Team]
    tags: list[Tag]


@cache
def load_people() -> People:
    """Read `people.json` once; raises msgspec.ValidationError when it is malformed."""
    return msgspec.json.decode((HERE / "people.json").read_bytes(), type=People)


@cache
def load_customers() -> dict[str, Customer]:
    """The customers by key."""
    return {customer.key: customer for customer in load_people().customers}
