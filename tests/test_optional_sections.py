"""Sections that a template lets authors leave out, or leave empty, in the words of many templates."""

from __future__ import annotations

import pytest

from speclint.authoring.derive import derive
from speclint.authoring.optional_sections import delta_titles, is_left_to_do, is_of_format
from speclint.authoring.ruleset_draft import SectionDraft, write


def section_of(text: str, heading: str = "Moving") -> SectionDraft:
    """The rule for a section with a text, beside one that asks for something."""
    draft = derive(f"# [Name]\n\n## Summary\n\n[In short]\n\n## {heading}\n\n{text}\n\n[Text]\n", "t.md")
    return draft.sections[1]


LEFT_OUT = [
    "Delete this section for a room that is there.",
    "Say what is moved.\n\n[Text]\n\nDelete this section if nothing is.",
    "<!-- New rooms only: what it is for. -->",
    "> **Fill ONLY if a rule of the house is broken**",
    "Complete only when books are moved.",
    "Skip this section entirely for small rooms.",
    "Skip this\nsection when no bike is moved.",
    "[Text]\n\n> Omit this section only when a single room is meant.",
    "Omit if nothing moves.",
    "Say what is moved. Remove if not applicable.",
    "If applicable, the costs.",
    "(If applicable)",
    "Only required for rooms on the street.",
    "Mandatory for rooms with a kitchen. Say where the stove is.",
    "This section is only required for new rooms.",
    "Use this section when books are moved by hand.",
    "Create this section only when the list is long.",
    "**When to include**: when something is moved",
    "May be left out for one room.",
    "It can be skipped for one room.",
    "Leave this section out for a single room.",
    "Large rooms only: how they are heated.",
    "Two-storey houses only: where the stairs are.",
    "Conditional: what is moved.",
    "Applies to new rooms only.",
    "To be filled only if something moves.",
    "If nothing moves, leave it empty.",
    "Leave empty if nothing moves.",
    "Nur ausfüllen, wenn etwas umzieht.",
    "Sage, was umzieht. Diesen Abschnitt weglassen, wenn nichts umzieht.",
    "Facultatif. Décrire le déménagement.",
    "Supprimez cette section si rien ne change.",
    "Opcional: lo que se mueve.",
    "Elimine esta sección si no se mueve nada.",
    "Se aplicável, o que muda.",
    "Удалите этот раздел, если ничего не меняется.",
    "可选。说明搬什么。",
    "如不适用，请删除本节。",
    "該当する場合のみ記入してください。",
]


@pytest.mark.parametrize("text", LEFT_OUT)
def test_a_sentence_about_the_section_makes_it_optional(text: str) -> None:
    section = section_of(text)
    assert not section.required
    assert section.why.startswith('"')


OWED = [
    "If applicable, how are the books moved? Say also what happens to loans.",
    "If applicable, what is moved, and who is asked before.",
    "Say what is moved. If applicable, add a picture.",
    "Not required until the opening day.",
    "Fill before the first day.",
    "Fill in only what is new.",
    "Do not delete this section.",
    "This section must not be left out.",
    "This section is not optional.",
    "Required for every room.",
    "This section is required for all rooms.",
    "Required for approval.",
    "Only required once the house is open.",
    "Delete when done. Say what is moved.",
    "Use bullets only: one for each room.",
    "Fill in when the day is known.",
    "Delete this line when you are done.",
    "Delete this section's hints when you are done.",
    "Say what is moved. Delete the rows if nothing is.",
    "Leave the last column empty if nobody knows.",
    "Say who moves. Leave rooms empty until Monday.",
    "Use short sentences only: two are enough.",
    "Use this section to list what is moved.",
    "Optional parts are moved last.",
    "Sage, was umzieht, und falls zutreffend wohin.",
    "Le cas échéant, que faut-il déplacer ?",
    "说明可选的房间。",
]


@pytest.mark.parametrize("text", OWED)
def test_what_is_said_of_a_part_of_its_content_does_not(text: str) -> None:
    assert section_of(text).required


@pytest.mark.parametrize(
    ("heading", "title", "required"),
    [
        ("Rooms *(mandatory for new houses)*", "Rooms", False),
        ("Rooms (required if books are moved)", "Rooms", False),
        ("Rooms (recommended for new houses)", "Rooms", False),
        ("Rooms - only required for new houses", "Rooms", False),
        ("Rooms - mandatory for every house", "Rooms - mandatory for every house", True),
        ("Rooms *(mandatory for every house)*", "Rooms", True),
        ("Rooms (required for approval)", "Rooms (required for approval)", True),
        ("Rooms (falls zutreffend)", "Rooms", False),
        ("Rooms (facultatif)", "Rooms", False),
        ("房间（可选）", "房间", False),
        ("Rooms (adapt the names)", "Rooms", False),
        ("TODO", "TODO", False),
        ("Still to do", "Still to do", False),
        ("What is still missing", "What is still missing", False),
        ("Offene Punkte", "Offene Punkte", False),
        ("Open questions", "Open questions", True),
        ("TODO application", "TODO application", True),
        ("Format: `[ID] [Place?] Text`", "Format: {name}", False),
        ("How it looks: `[ID] [Place]`", "How it looks: {name}", False),
        ("`[METHOD] /loans`", "{name} /loans", True),
        ("Task Format Template", "Task Format Template", False),
        ("Data format", "Data format", True),
        ("MODIFIED Rules", "MODIFIED Rules", False),
    ],
)
def test_headings(heading: str, title: str, required: bool) -> None:
    section = section_of("Books.", heading)
    assert (section.title, section.required) == (title, required)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("<!-- List what changes. Leave empty if nothing changes. -->", True),
        ("Leave this section blank when nobody moves.", True),
        ("This section may stay empty.", True),
        ("**Note:** *Not required until the opening day.*", True),
        ("It may stay empty if nobody moves.", True),
        ("Empty if nothing moves.", True),
        ("Leer lassen, wenn nichts umzieht.", True),
        ("Leave the last column empty.", False),
        ("List what changes:\n- Names: which. Leave empty if none.", False),
        ("- Costs: how high?\n  Not required until the opening day.", False),
    ],
)
def test_a_section_that_may_be_empty(text: str, empty: bool) -> None:
    assert section_of(text).may_be_empty is empty
    rules = write(derive(f"# T\n\n## Moving\n\n{text}\n\n## Owner\n\n<!-- Who? -->\n", "t.md"))
    assert ("    not_applicable: empty\n" in rules) is empty


def test_sections_of_which_boxes_above_choose() -> None:
    text = "# T\n\n## [Room]\n\n**Has**: Desk [ ] / Stove [ ] (check what applies)\n\n"
    text += "### Desk plan\n\n[Plan]\n\n### Stove\n\n[Kind]\n\n### Floor\n\n[Kind]\n"
    (room,) = derive(text, "t.md").sections
    assert [(section.title, section.required) for section in room.sections] == [
        ("Desk plan", False),
        ("Stove", False),
        ("Floor", True),
    ]


def test_sections_below_a_heading_that_calls_them_optional() -> None:
    text = "# T\n\n## Optional sections\n\n### Plan\n\n[Plan]\n\n## Rooms\n\n### List\n\n[List]\n"
    optional, rooms = derive(text, "t.md").sections
    assert [optional.sections[0].required, rooms.sections[0].required] == [False, True]


@pytest.mark.parametrize(
    ("titles", "deltas"),
    [
        (["ADDED Rules"], 1),
        (["Added rules", "Removed rules", "Owner"], 2),
        (["Added", "Changed", "Removed"], 3),
        (["Added", "Changed", "Owner"], 0),
        (["Added value", "Changed rooms"], 0),
        (["Security", "Performance"], 0),
        (["UPDATED ROOMS", "OWNER"], 0),
    ],
)
def test_what_a_change_adds_alters_or_removes(titles: list[str], deltas: int) -> None:
    assert len(delta_titles(titles)) == deltas


def test_titles_that_only_look_alike() -> None:
    assert not any(map(is_left_to_do, ["Open houses", "Remaining risks", "To do lists for readers"]))
    assert not any(map(is_of_format, ["Formats", "File format: JSON", "How to use the library"]))
