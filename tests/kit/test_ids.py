import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit import ids
from parley.kit.ids import hash_token, is_same_secret, make_token, uuid7, uuid7_time


@given(st.integers(0, 2**47))
def test_a_given_millisecond_is_kept_with_version_and_variant(ms: int) -> None:
    value = uuid7(ms)
    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert value.int >> 80 == ms


def test_the_layout_matches_the_example_of_the_rfc() -> None:
    example = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    assert uuid7_time(example) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert str(uuid7(0x017F22E279B0)).startswith("017f22e2-79b0-7")


def test_ids_increase_strictly_within_one_millisecond_and_over_many() -> None:
    values = [uuid7() for _ in range(20_000)]
    assert values == sorted(set(values))
    given_ms = [uuid7(5) for _ in range(2_000)]
    assert given_ms == sorted(set(given_ms))
    assert {v.int >> 80 for v in given_ms} == {5}


def test_a_wall_clock_that_steps_back_does_not_take_the_ids_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: (first.int >> 80) * 1_000_000 - 3_600 * 10**9)
    second, third = uuid7(), uuid7()
    assert first < second < third


def test_explicit_times_do_not_disturb_the_wall_clock_sequence() -> None:
    future = int((datetime.now(UTC) + timedelta(days=9)).timestamp() * 1000)
    uuid7(future)
    assert uuid7_time(uuid7()) < datetime.now(UTC) + timedelta(days=1)


def test_threads_get_distinct_ids() -> None:
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: [uuid7() for _ in range(2_000)], range(4)))
    assert len({v for batch in batches for v in batch}) == 8_000
    for batch in batches:
        assert batch == sorted(batch)


def test_a_full_tail_moves_on_to_the_next_millisecond() -> None:
    sequence = ids._Sequence(steps_back=True)
    first = sequence.next(7)
    sequence.tail = (1 << 74) - 1
    second = sequence.next(7)
    assert second > first
    assert second.int >> 80 == 8
    assert second.version == 7


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_does_not_repeat_its_parents_randomness() -> None:
    uuid7()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, uuid7(77).bytes)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert UUID(bytes=pipe.read()) != uuid7(77)


@pytest.mark.parametrize("ms", [-1, 1 << 48])
def test_times_out_of_range_are_refused(ms: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        uuid7(ms)


def test_only_version_seven_has_a_time() -> None:
    now = datetime.now(UTC)
    assert abs(uuid7_time(uuid7()) - now) < timedelta(minutes=1)
    with pytest.raises(ValueError, match="version 7"):
        uuid7_time(uuid4())


def test_tokens_carry_their_prefix_and_differ() -> None:
    tokens = {make_token("pat", 24) for _ in range(100)}
    assert len(tokens) == 100
    assert all(t.startswith("pat_") and len(t) == 4 + 32 for t in tokens)
    assert all(c.isalnum() or c in "-_" for t in tokens for c in t)
    with pytest.raises(ValueError, match="16"):
        make_token("pat", 8)


def test_hashes_and_comparison_of_secrets() -> None:
    assert hash_token("pat_a") == hash_token("pat_a") != hash_token("pat_b")
    assert len(hash_token("x")) == 32
    assert is_same_secret("geheim-ž", "geheim-ž")
    assert is_same_secret("abc", b"abc")
    assert not is_same_secret("abc", "abd")
    assert not is_same_secret("abc", "\ud800")
