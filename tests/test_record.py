"""Named tuples are those of `typing` in everything but the time that making them takes."""

from __future__ import annotations

import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from speclint import record


class Made(record.NamedTuple):
    """A place."""

    x: int
    y: int = 2
    label: str | None = None

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def moved(self, by: int) -> Made:
        """Somewhere else."""
        return self._replace(x=self.x + by)


class Typed(typing.NamedTuple):
    """A place."""

    x: int
    y: int = 2
    label: str | None = None


def test_they_are_alike() -> None:
    for name in ("_fields", "_field_defaults", "__doc__", "__match_args__", "__module__", "__slots__"):
        assert getattr(Made, name, None) == getattr(Typed, name, None), name
    assert list(Made.__annotations__) == list(Typed.__annotations__)
    assert tuple(Made(1)) == tuple(Typed(1)) == (1, 2, None)
    assert repr(Made(1, label="a")) == "Made(x=1, y=2, label='a')"
    assert issubclass(Made, tuple)
    assert not hasattr(Made(1), "__dict__")


def outcome(call: Callable[[], object]) -> str:
    try:
        return str(call()).replace("Typed", "Made")
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}".replace("Typed", "Made")


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(1, 2, "a"),
        lambda kind: kind(y=3, x=4),
        lambda kind: kind(),
        lambda kind: kind(1, 2, "a", 4),
        lambda kind: kind(1, x=1),
        lambda kind: kind(1, z=1),
        lambda kind: kind._make([1, 2, "a"]),
        lambda kind: kind._make([1]),
        lambda kind: kind(1)._replace(y=5),
        lambda kind: kind(1)._replace(z=5),
        lambda kind: kind(1)._asdict(),
    ],
)
def test_calls_give_what_those_of_typing_give(call: Callable[[Any], object]) -> None:
    assert outcome(lambda: call(Made)) == outcome(lambda: call(Typed))


def test_fields_methods_and_properties() -> None:
    place = Made(1, label="a")
    assert (place.x, place.y, place.label, place.sum) == (1, 2, "a", 3)
    assert place.moved(2) == Made(3, 2, "a")
    assert place._asdict() == {"x": 1, "y": 2, "label": "a"}
    match place:
        case Made(x, label=label):
            assert (x, label) == (1, "a")


def test_they_are_frozen_and_travel() -> None:
    place = Made(1)
    with pytest.raises(AttributeError):
        place.x = 2  # type: ignore[misc]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Made()  # type: ignore[call-arg]
    again = pickle.loads(pickle.dumps(place))
    assert again == place
    assert type(again) is Made
