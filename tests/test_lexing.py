"""Comments and strings of common languages are told from the code around them."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.checks.reading.lexer import without_comments, without_comments_and_strings

from .amount import some
from .work import outweighs

# By language: code, and what is left of it when comments and strings are gone; blanks count once.
CASES = [
    ("ts", "let a: any; // any", "let a: any;"),
    ("tsx", "/* any\n any */ let a = 'any';", "let a = ;"),
    ("js", "a = `any ${b ? `x ${any}` : {any}} any`", "a = b ? any : {any}"),
    ("js", "a = `any \\` \\${any} $any`; any", "a = ; any"),
    ("js", 'a = /["\'`]any/.test("any"); any', "a = .test( ); any"),
    ("js", "a = b / any / c; // '", "a = b / any / c;"),
    ("js", "a = 'it\\'s any'; any", "a = ; any"),
    ("tsx", "<p>It's any</p>", "<p>It's any</p>"),
    ("tsx", "<p>\n  Owner's\n</p>; any // 'any'", "<p> Owner's </p>; any"),
    ("python", "any(x)  # any", "any(x)"),
    ("py", 'a = """any "any" \n any""" + \'any\'; any', "a = + ; any"),
    ("py", "a = '''any''' # it's\nany", "a = any"),
    ("py", '"""never closed any', ""),
    ("sql", "SELECT any -- any\nFROM t /* any */ WHERE a = 'it''s any'", "SELECT any FROM t WHERE a ="),
    ("postgresql", "a = 'any\nany' any", "a = any"),
    ("go", "a := `any \\` + \"any\" + 'a' // any", "a := + +"),
    ("golang", "x any", "x any"),
    ("rust", "fn f<'a>(x: &'a any) -> char { 'x' } // any", "fn f<'a>(x: &'a any) -> char { }"),
    ("java", 'a = """\n any "any"\n """; any', "a = ; any"),
    ("c", "any /* any", "any"),
    ("php", "any # any\n#[Any]\n$a = 'any'; // any", "any #[Any] $a = ;"),
    ("bash", "any \"any $x\" 'any' # any\necho ${#any} $#", "any echo ${#any} $#"),
    ("yaml", "any: 'any' # any\nurl: a#any\nit: owner's any", "any: url: a#any it: owner's any"),
    ("toml", 'any = "any" # any', "any ="),
    ("html", "<a any='any'><!-- any\nany -->any", "<a any='any'> any"),
    ("css", 'any { content: "any" } /* any */', "any { content: }"),
    ("lua", "any -- any\n--[[ any\nany ]] any", "any any"),
    ("json", '{"any": 1} // any', "{ : 1}"),
    ("klingon", "any // any 'any'", "any // any 'any'"),
    ("", "any # any", "any # any"),
]


@pytest.mark.parametrize(("language", "code", "left"), CASES)
def test_comments_and_strings(language: str, code: str, left: str) -> None:
    blanked = without_comments_and_strings(code, language)
    assert " ".join(blanked.split()) == left
    assert list(map(len, blanked.split("\n"))) == list(map(len, code.split("\n"))), "all keeps its place"


def test_comments_alone() -> None:
    assert without_comments("a = 'b // c'; // d", "ts").rstrip() == "a = 'b // c';"
    assert without_comments("a = 'b'; # d", "ts") == "a = 'b'; # d"


LANGUAGES = ["ts", "py", "sql", "go", "rust", "java", "php", "sh", "yaml", "html", "css", "lua"]
PIECES = st.lists(
    st.sampled_from([*"\"'`\\/*#-{}$[]()<>! \na=\u00e9", "${", '"""', "'''", "//", "/*", "*/", "--[["])
)


@given(PIECES, st.sampled_from(LANGUAGES))
def test_any_code_keeps_its_lines(pieces: list[str], language: str) -> None:
    code = "".join(pieces)
    blanked = without_comments_and_strings(code, language)
    assert len(blanked) == len(code)
    assert all(
        new in (old, " ") and (new == "\n") == (old == "\n") for new, old in zip(blanked, code, strict=True)
    )


SIZE = some(20_000, 100_000)

HOSTILE = [
    "'\\",
    "`${",
    "`",
    "'",
    '"',
    '"""',
    "'''",
    "/*",
    "=/[",
    "=/a\\",
    "\\'",
    "'\"",
    "--[[",
    "#",
    "{`",
    "`${`",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_code_takes_no_longer_than_other_code(language: str) -> None:
    ordinary = partial(
        without_comments_and_strings, 'value = call(first, "text")  // note\n' * (SIZE // 37), language
    )
    for piece in HOSTILE:
        hostile = partial(without_comments_and_strings, piece * (SIZE // len(piece)), language)
        assert not outweighs(hostile, ordinary, 150), piece
