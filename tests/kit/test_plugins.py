"""Settings of plug-ins: what is refused, in which words, and what a form is told."""

from typing import Annotated, Any

import msgspec
import pytest

from parley.kit.errors import Invalid
from parley.kit.plugins import check_names, describe_settings, read_settings


class PigeonSettings(msgspec.Struct, kw_only=True):
    """Where pigeons fly."""

    loft: Annotated[
        str, msgspec.Meta(title="Loft", pattern="^[a-z]+$", extra={"shape": "a name in small letters"})
    ]
    flock: Annotated[int, msgspec.Meta(title="Pigeons", ge=1, le=9)] = 3
    names: Annotated[list[str], msgspec.Meta(title="Names")] = []
    through: Annotated[str, msgspec.Meta(title="Through", extra={"options_from": "channels:email"})] = ""


class PigeonManifest(msgspec.Struct):
    """A manifest."""

    slug: str = "pigeon"
    settings: type[msgspec.Struct] = PigeonSettings


MANIFEST = PigeonManifest()


def refusal(values: dict[str, Any]) -> tuple[str, str]:
    """Gives the field that was refused and the words."""
    with pytest.raises(Invalid) as raised:
        read_settings(MANIFEST, values)
    (error,) = raised.value.errors
    return error.field, error.message


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({}, "loft", "Loft: this must be filled in."),
        ({"loft": "UPPER"}, "loft", "Loft: this must be a name in small letters."),
        ({"loft": "a", "flock": 12}, "flock", "Pigeons: Expected `int` <= 9."),
        ({"loft": "a", "flock": "x"}, "flock", "Pigeons: Expected `int`, got `str`."),
        ({"loft": "a", "names": [1]}, "names", "Names: Expected `str`, got `int`."),
    ],
)
def test_a_wrong_setting_is_named_in_plain_words(values: dict[str, Any], field: str, words: str) -> None:
    assert refusal(values) == (field, words)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    check_names(MANIFEST, {"loft": "a", "flock": 1})
    with pytest.raises(Invalid) as raised:
        check_names(MANIFEST, {"lofts": "a", "zzz": 1})
    assert [error.field for error in raised.value.errors] == ["lofts", "zzz"]
    assert raised.value.detail == "There is no setting 'lofts'. Did you mean loft?"
    assert raised.value.errors[1].message.endswith("There are: loft, flock, names, through.")


def test_what_an_older_version_has_stored_is_still_read() -> None:
    assert read_settings(MANIFEST, {"loft": "a", "dropped": True}).loft == "a"


def test_a_field_that_names_a_channel_is_a_select() -> None:
    fields = {field.name: field for field in describe_settings(MANIFEST)}
    assert (fields["through"].type, fields["through"].options_from) == ("select", "channels:email")
    assert (fields["loft"].type, fields["loft"].options_from) == ("text", "")
