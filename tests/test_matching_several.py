"""None, one or several of something, without a tuple around one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digests.matching.several import each_of, of_these, with_another, without


@given(st.lists(st.integers()))
def test_an_entry_holds_what_was_put_into_it_in_its_order(items):
    entry = None
    for item in items:
        entry = with_another(entry, item)
    assert each_of(entry) == tuple(items)
    assert entry == of_these(items)


@given(st.lists(st.integers(0, 5)), st.integers(0, 5))
def test_without_forgets_every_one_that_is_equal(items, one):
    assert each_of(without(of_these(items), one)) == tuple(item for item in items if item != one)


def test_one_stands_there_without_a_tuple():
    assert of_these([7]) == 7
    assert without((7, 8), 8) == 7
    assert without(7, 7) is None
