"""What is promised holds for any document and rule set that chance makes; `make soak` goes on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from speclint.binding.matcher import bind
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.bundled import bundled
from speclint.ruleset.library import bundled_rule_set

from . import promises
from .amount import some
from .strategies import MARKS, Trial, documents, trials

by_chance = settings(max_examples=some(15, 150), suppress_health_check=[HealthCheck.too_slow])


@by_chance
@given(trials)
def test_any_document_under_any_rule_set(trial: Trial) -> None:
    promises.kept(trial.binding())


@pytest.mark.parametrize("id", bundled())
@settings(by_chance, max_examples=some(2, 10))
@given(documents())
def test_any_document_under_a_bundled_rule_set(id: str, text: str) -> None:
    promises.kept(bind(parse_document(Source(text)), bundled_rule_set(id)))


@by_chance
@given(MARKS, trials)
def test_noise_under_any_rule_set(text: str, trial: Trial) -> None:
    promises.kept(trial._replace(text=text).binding())
