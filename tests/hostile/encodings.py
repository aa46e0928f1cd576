"""Bytes that are text, are not, or are only partly: by name, what a file holds and whether it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TEXT = "# Größe 🚀\n\n**Owner:** Ada\n\n## Reason\n\n- [] eins\n- [x]zwei 日本\n"
MARK = "\ufeff"


class Bytes(NamedTuple):
    """What a file holds, and whether it is UTF-8."""

    data: bytes
    readable: bool = True


def line_ends() -> Iterator[tuple[str, Bytes]]:
    """Every kind of line end, alone, mixed, doubled, and none at the end."""
    ends = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
    for name, end in ends.items():
        yield name, Bytes(TEXT.replace("\n", end).encode())
        yield f"{name}, marked", Bytes((MARK + TEXT.replace("\n", end)).encode())
        yield f"{name}, none at the end", Bytes(TEXT.rstrip().replace("\n", end).encode())
        for other, second in ends.items():
            if other != name:
                mixed = "".join(
                    line + (end, second)[number % 2] for number, line in enumerate(TEXT.split("\n")[:-1])
                )
                yield f"{name} and {other} by turns", Bytes(mixed.encode())
        yield f"{name} only", Bytes((end * 5_000).encode())
    yield "CR CR LF", Bytes(TEXT.replace("\n", "\r\r\n").encode())
    yield "LF CR", Bytes(TEXT.replace("\n", "\n\r").encode())
    yield "a CR at the end", Bytes((TEXT + "\r").encode())
    for code in (0x0B, 0x0C, 0x1C, 0x85, 0x2028, 0x2029):
        yield f"U+{code:04X} for line ends", Bytes(TEXT.replace("\n", chr(code)).encode())


def marks() -> Iterator[tuple[str, Bytes]]:
    """Byte order marks, and characters that are there and not to be seen."""
    yield "a mark alone", Bytes(MARK.encode())
    yield "two marks", Bytes((MARK * 2 + TEXT).encode())
    yield "a mark in every line", Bytes(TEXT.replace("\n", f"\n{MARK}").encode())
    yield "a mark before front matter", Bytes(f"{MARK}---\ntemplate: note\n---\n{TEXT}".encode())
    yield "NUL", Bytes(TEXT.replace(" ", "\0").encode())
    yield "NUL only", Bytes(b"\0" * 10_000)
    yield "controls", Bytes((TEXT + "".join(map(chr, range(32)))).encode())
    yield "directions", Bytes(TEXT.replace(" ", " \u202e\u2066").encode())
    yield "zero width", Bytes(TEXT.replace("e", "e\u200b\u200d\u2060").encode())
    yield "combining", Bytes(("# e" + "\u0301" * 20_000 + "\n").encode())
    yield "no characters", Bytes((TEXT + "\ufffe\uffff\U0010ffff").encode())
    yield "wide blanks", Bytes(TEXT.replace(" ", "\u00a0\u3000\u2003").encode())
    yield "tags", Bytes((TEXT + "\U000e0041\U000e007f").encode())
    yield "four bytes each", Bytes(("# " + "🚀" * 20_000 + "\n").encode())
    yield "empty", Bytes(b"")
    yield "one byte", Bytes(b"#")


def broken() -> Iterator[tuple[str, Bytes]]:
    """What is in another encoding, cut off, or forbidden."""
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield encoding, Bytes(("# é " + TEXT).encode(encoding), readable=False)
    yield "UTF-16 without a mark that is ASCII", Bytes("# Title\n".encode("utf-16-le"))
    for encoding in ("latin-1", "cp1252"):
        yield encoding, Bytes("# Größe\n".encode(encoding), readable=False)
    for encoding, text in {
        "shift-jis": "日本",
        "gb18030": "规格",
        "koi8-r": "Проект",
        "euc-kr": "한국",
    }.items():
        yield encoding, Bytes(f"# {text}\n".encode(encoding), readable=False)
    yield "a surrogate", Bytes(b"# \xed\xa0\x80\n", readable=False)
    yield "a pair of surrogates", Bytes(b"# \xed\xa0\xbd\xed\xba\x80\n", readable=False)
    yield "longer than it must be", Bytes(b"# \xc0\xaf\xe0\x80\xaf\n", readable=False)
    yield "beyond Unicode", Bytes(b"# \xf4\x90\x80\x80\n", readable=False)
    yield "five bytes", Bytes(b"# \xf8\x88\x80\x80\x80\n", readable=False)
    yield "cut off", Bytes(TEXT.encode()[:-2] + b"\xf0\x9f\x9a", readable=False)
    yield "a byte too many", Bytes(TEXT.encode() + b"\x80", readable=False)
    yield "the last byte of 100 KB", Bytes(b"# a\n" * 25_000 + b"\xff", readable=False)
    yield "FF FE only", Bytes(b"\xff\xfe" * 500, readable=False)
    yield "random", Bytes(bytes((i * 167 + 13) % 256 for i in range(4_096)), readable=False)
    yield "GZIP", Bytes(b"\x1f\x8b\x08\x00" + bytes(range(256)), readable=False)


CASES: dict[str, Bytes] = dict([*line_ends(), *marks(), *broken()])
