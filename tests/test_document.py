"""What a document is read as: its section tree, its metadata, its labels."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.markdown.blocks import List, Paragraph
from speclint.markdown.document import Document, Section, items, parse_document, walk
from speclint.markdown.visibility import is_blank


def parse(text: str) -> Document:
    return parse_document(dedent(text).lstrip("\n"))


def outline(section: Section) -> list[object]:
    """Titles of a section's children, each followed by the list of its own children if any."""
    found: list[object] = []
    for child in section.children:
        found.append(child.title)
        if child.children:
            found.append(outline(child))
    return found


def fields(text: str) -> list[tuple[str, str, str]]:
    """Name, value and place of the document's metadata."""
    return [(field.name, field.value, field.place) for field in parse(text).fields]


def labels(text: str, section: int = 1) -> list[tuple[str, str]]:
    """Name and value of the labels of a section, by default the first."""
    return [(label.name, label.value) for label in parse(text).sections[section].labels]


class TestSections:
    def test_the_tree_follows_the_levels(self) -> None:
        document = parse("""
            # Title
            ## One
            ### One a
            ## Two
            #### Two deep
            # Last
            """)
        assert outline(document.root) == ["Title", ["One", ["One a"], "Two", ["Two deep"]], "Last"]
        assert [section.number for section in document.sections] == list(range(7))

    def test_spans_reach_to_the_next_heading_of_the_same_level(self) -> None:
        document = parse("# T\n\n## A\n\ntext\n\n### B\n\nmore\n\n## C\n")
        title, a, b, c = document.sections[1:]
        slice_ = document.source.slice
        assert slice_(title.span) == document.source.text
        assert slice_(a.span) == "## A\n\ntext\n\n### B\n\nmore\n\n"
        assert slice_(a.body_span) == "\n\ntext\n\n"
        assert slice_(b.heading_span) == "B"
        assert slice_(c.span) == "## C\n"

    def test_headings_in_quotes_and_lists_open_no_section(self) -> None:
        assert outline(parse("# A\n\n> ## Quoted\n\n- ## Listed\n").root) == ["A"]

    def test_titles_are_plain_text(self) -> None:
        document = parse("# The **bold** `code_name` [link](url) ##\n")
        assert document.sections[1].title == "The bold code_name link"

    def test_text_above_a_lone_dash_opens_no_section(self) -> None:
        document = parse("## Metrics\n\n**Track:**\n-\n-\n\n## Next\n")
        assert outline(document.root) == ["Metrics", "Next"]
        assert [heading.text for heading in document.accidental_headings] == ["**Track:**"]
        (label,) = document.sections[1].labels
        assert label.name == "Track"
        assert isinstance(label.blocks[0], List)

    def test_an_empty_document_has_a_root(self) -> None:
        document = parse_document("")
        assert document.root.span == (0, 0)
        assert document.sections == (document.root,)

    def test_bold_lines_are_kept_as_what_they_may_stand_for(self) -> None:
        document = parse("""
            ## Testing

            **Unit Tests**

            One.

            - item

            **Integration Tests**
            Right below.
            """)
        testing = document.sections[1]
        assert [section.title for section in testing.bold_sections] == ["Unit Tests", "Integration Tests"]
        unit, integration = testing.bold_sections
        assert [type(block) for block in unit.body] == [Paragraph, List]
        assert document.source.slice(integration.body[0].span) == "Right below."
        assert document.sections[unit.number] == unit
        assert document.sections[integration.number] == integration

    def test_a_bold_label_ends_no_bold_section(self) -> None:
        document = parse("## T\n\n**Phase 1**\n\n**Tasks:**\n\n- a\n\n**Phase 2**\n\nb\n")
        first, tasks, second = document.sections[1].bold_sections
        assert [first.title, tasks.title, second.title] == ["Phase 1", "Tasks", "Phase 2"]
        assert len(first.body) == 2
        assert len(tasks.body) == 1


class TestFooter:
    def test_labels_behind_the_last_break_close_the_document(self) -> None:
        document = parse("""
            ## References

            - one

            ---

            **Approval:**
            - [x] Ann

            ---

            **Notes:**
            None.
            """)
        assert document.footer is not None
        assert [label.name for label in document.footer.labels] == ["Approval", "Notes"]
        assert document.source.slice(document.sections[1].span).endswith("- one\n\n")

    def test_a_section_is_blank_when_only_the_footer_follows(self) -> None:
        document = parse("## A\n\ntext\n\n## B\n\n---\n\n*Last updated: 2025-03-01*\n")
        assert is_blank(document.source, document.sections[2].body)
        assert [(field.name, field.value) for field in document.fields] == [("Last updated", "2025-03-01")]

    def test_plain_text_behind_a_break_stays_in_the_section(self) -> None:
        assert parse("## A\n\ntext\n\n---\n\nmore\n").footer is None

    def test_a_break_between_chapters_is_no_footer(self) -> None:
        assert parse("## A\n\n---\n\n**Bold:** x\n\n## B\n\ntext\n").footer is None


class TestFields:
    @pytest.mark.parametrize(
        ("line", "place"),
        [
            ("**Status:** Draft", "line"),
            ("**Status**: Draft", "line"),
            ("__Status:__ `Draft`", "line"),
            ("Status: Draft", "line"),
            ("*Status: Draft*", "footer"),
            ("- **Status:** Draft", "list"),
            ("* Status: Draft", "list"),
            ("> **Status:** Draft", "line"),
            ("| Status | Draft |\n| --- | --- |", "table"),
            ("**Status:** **Draft**  ", "line"),
            ("**Status:** Draft\\", "line"),
            ("**Status:** Draft<br>", "line"),
            ("📌 **Status:** Draft", "line"),
        ],
    )
    def test_a_field_under_the_title(self, line: str, place: str) -> None:
        assert ("Status", "Draft", place) in fields(f"# T\n\n{line}\n\n## A\n")

    def test_lines_below_one_another(self) -> None:
        text = "# T\n\n**Author:** Ann Lee\n**Created:** 2025-01-02\n**Status:**\n\n## A\n"
        assert fields(text) == [
            ("Author", "Ann Lee", "line"),
            ("Created", "2025-01-02", "line"),
            ("Status", "", "line"),
        ]

    def test_several_in_a_line(self) -> None:
        text = "# T\n\n**Author:** Ann | **Status:** Draft · **Priority**: High\n"
        assert [name_value[:2] for name_value in fields(text)] == [
            ("Author", "Ann"),
            ("Status", "Draft"),
            ("Priority", "High"),
        ]

    def test_front_matter(self) -> None:
        text = """
            ---
            title: "A: b"   # not part
            status: Draft # remark
            tags:
              - one
              - two
            empty:
            ---
            # T
            """
        assert fields(text)[:4] == [
            ("title", "A: b", "front-matter"),
            ("status", "Draft", "front-matter"),
            ("tags", "one, two", "front-matter"),
            ("empty", "", "front-matter"),
        ]

    def test_a_table_of_two_columns(self) -> None:
        text = "# T\n\n| Field | Value |\n| --- | --- |\n| **Status** | `Draft` |\n| Author | Ann |\n"
        found = fields(text)
        assert ("Status", "Draft", "table") in found
        assert ("Author", "Ann", "table") in found

    def test_a_table_with_names_on_top(self) -> None:
        text = "# T\n\n| Status | Author | Due |\n| --- | --- | --- |\n| Draft | Ann | |\n"
        assert fields(text) == [
            ("Status", "Draft", "table"),
            ("Author", "Ann", "table"),
            ("Due", "", "table"),
        ]

    def test_the_suffix_of_a_heading(self) -> None:
        assert ("Current Status", "Testing", "heading") in fields("# T\n\n## Current Status: Testing\n\nok\n")

    def test_labels_of_other_sections_are_no_metadata(self) -> None:
        assert fields("# T\n\n## A\n\n**Status:** Draft\n") == []

    def test_a_chapter_for_metadata(self) -> None:
        assert fields("# T\n\n## Overview\n\ntext\n\n## Metadata\n\n- **Status:** Draft\n") == [
            ("Status", "Draft", "list")
        ]


class TestLabels:
    def test_a_value_goes_on_in_the_next_line(self) -> None:
        assert labels("# A\n\n**Description:** it\ngoes on\n**Impact:** big\n") == [
            ("Description", "it goes on"),
            ("Impact", "big"),
        ]

    def test_a_value_in_the_list_below(self) -> None:
        document = parse("# A\n\n**Tasks:**\n- [ ] one\n- [x] two\n\n**Next:** x\n")
        tasks, following = document.sections[1].labels
        assert [item.checkbox for item in items(tasks.blocks)] == [" ", "x"]
        assert following.blocks == ()

    def test_labels_of_list_items_and_of_lists_below(self) -> None:
        assert labels("# A\n\n1. **Cache** (`a.py`)\n   - Purpose: fast\n   - Needs: a disk\n") == [
            ("Cache", "(`a.py`)"),
            ("Purpose", "fast"),
            ("Needs", "a disk"),
        ]

    def test_a_bold_start_without_colon_counts_before_a_value(self) -> None:
        assert labels("# A\n\n**As a** clerk\n**I want** order\n") == [("As a", "clerk"), ("I want", "order")]

    def test_a_bold_line_alone_is_no_label(self) -> None:
        assert labels("# A\n\n**Unit Tests**\n\ntext\n") == []

    def test_prose_is_no_label(self) -> None:
        assert labels("# A\n\nIt was seen that\nThe result: it works, and\nthis: too.\n") == []

    def test_checkbox_items(self) -> None:
        assert labels("# A\n\n- [ ] **Question 1:** why? - **Owner:** Ann - **Due:** 2025-01-02\n") == [
            ("Question 1", "why?"),
            ("Owner", "Ann"),
            ("Due", "2025-01-02"),
        ]

    def test_spans_are_true(self) -> None:
        document = parse("# A\n\n> - **Owner:** Ann\n>   Lee\n")
        (label,) = document.sections[1].labels
        source = document.source
        assert source.slice(label.name_span) == "Owner:"
        assert source.slice(label.value_span) == "Ann\n>   Lee"


TRAPS = st.sampled_from(
    (
        *("# A\n", "## B: c\n", "---\n", "-\n", "\n", "text\r\n", "> q\n", "```\n"),
        *("**K:** v\n", "**Bold**\n", "- x\n", "  - **L**: y\n", "*d: e*\n", "Name: w\\\n"),
        *("| a | b |\n| - | - |\n| c | d |\n", "<!-- c -->\n", "[a]: b\n"),
    )
)


@given(st.lists(TRAPS, max_size=25).map("".join))
def test_spans_nest_and_numbers_are_places(text: str) -> None:
    document = parse_document(text)
    for number, section in enumerate(document.sections):
        assert section.number == number
        assert section.span.encloses(section.body_span)
        for child in section.children:
            assert section.span.encloses(child.span)
        for label in section.labels:
            assert section.span.encloses(label.span)
            assert label.span.encloses(label.name_span)
            assert label.value_span.start <= label.value_span.end
    for block in walk(document.blocks):
        assert 0 <= block.span.start <= block.span.end <= len(text)


def test_a_heading_in_a_footnote_opens_no_section_and_a_footnote_ends_a_table() -> None:
    document = parse_document("# A\n\n[^1]: # B\n\n    ## C\n\n    ---\n\n| a |\n| - |\n[^2]: d\n")
    assert [section.title for section in document.sections] == ["", "A"]
    kinds = [type(block).__name__ for block in document.blocks]
    note = ["LinkDefinition", "Paragraph"]
    assert kinds == ["Heading", *note, "Paragraph", "Table", *note]
