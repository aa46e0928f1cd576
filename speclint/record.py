"""Named tuples like those of `typing`, made in a tenth of the time.

There are a hundred of them. What `typing` takes to look at their annotations, and `collections` to write and
compile a constructor for each, was a fifth of a cold start. Here all share their methods, and those with as
many fields the code of their constructor.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING or sys.version_info >= (3, 14):  # where annotations are looked at when they are asked for
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter, namedtuple
    from functools import cache
    from types import CodeType, FunctionType

    _UNEXPECTED = TypeError if sys.version_info >= (3, 13) else ValueError

    class _Record(tuple):
        """What named tuples have in common."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise _UNEXPECTED(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    @cache
    def _constructor(count: int) -> CodeType:
        """The code of the constructor of any named tuple with so many fields."""
        return namedtuple("_", [f"f{number}" for number in range(count)]).__new__.__code__

    # What that code refers to.
    _GLOBALS = {"_tuple_new": tuple.__new__, "__builtins__": {}}

    class _Maker(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body["__annotations__"])
            defaults = {field: body[field] for field in fields if field in body}
            code = _constructor(len(fields)).replace(co_varnames=("_cls", *fields))
            new = FunctionType(code, _GLOBALS, "__new__", tuple(defaults.values()))
            new.__qualname__ = f"{name}.__new__"
            body.setdefault("__doc__", f"{name}({', '.join(fields)})")
            body.update(
                __slots__=(), __new__=new, __match_args__=fields, _fields=fields, _field_defaults=defaults
            )
            for number, field in enumerate(fields):
                body[field] = _tuplegetter(number, None)
            return type(name, (_Record,), body)

    class NamedTuple(metaclass=_Maker):
        """The base of a tuple with named fields: those that its body annotates, with their defaults."""
