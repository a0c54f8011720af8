"""What SCALE and BENCH may say."""

import pytest

from bench.__main__ import choose_parts, choose_scales


def test_parts_keep_their_order_and_none_means_all() -> None:
    assert choose_parts(" C,a ") == ["a", "c"]
    assert choose_parts("") == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
    with pytest.raises(ValueError, match="knows no z"):
        choose_parts("a,z")


def test_a_scale_brings_the_smaller_ones() -> None:
    assert choose_scales("10k") == ["10k"]
    assert choose_scales("1m") == ["10k", "100k", "1m"]
    with pytest.raises(ValueError, match="SCALE is 5"):
        choose_scales("5")
