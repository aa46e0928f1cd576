"""Named tuples as `typing` makes them, without what it does for annotations that are no strings.

There are a hundred of them; what typing takes to look at their annotations was a tenth of a cold start.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):  # where annotations are looked at when they are asked for
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    # Set by `namedtuple` itself.
    _MADE = frozenset(("__module__", "__qualname__", "__annotations__"))

    class _Maker(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__annotations__ = fields
            for attribute, value in body.items():
                if attribute not in fields and attribute not in _MADE:
                    setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """The base of a tuple with named fields: those that its body annotates, with their defaults."""
