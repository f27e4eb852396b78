"""What was said is found in the script, whatever the speaker left out, said twice or besides."""

from __future__ import annotations

import json

import pytest

from pipeline.captions.fit.align import Alignment, Plan, align, fit_of, plan_from, pronunciations
from pipeline.captions.fit.fitting import fitting_findings, mismatch
from pipeline.captions.fit.reading import read, trigram_model
from pipeline.captions.fit.walk import HeardWord
from pipeline.captions.words.script import Token, read_script

SCRIPT = (
    "Good afternoon and thank you for the chance to speak today. "
    "A short course can be a door into a longer programme. "
    "People come to us with very different plans. "
    "I look forward to your questions and hope to learn."
)
WORD_MS = 300


def tokens(text: str = SCRIPT, language: str = "en") -> tuple[Token, ...]:
    return read_script(text.encode(), language).tokens


def heard(said: str) -> tuple[HeardWord, ...]:
    """The words of ``said``, one each 300 ms; a bar is a pause of a second."""
    words, at_ms = [], 500
    for word in said.lower().replace(".", "").split():
        if word == "|":
            at_ms += 1000
            continue
        words.append(HeardWord(word, at_ms, at_ms + WORD_MS))
        at_ms += WORD_MS
    return tuple(words)


def activity(words: tuple[HeardWord, ...]) -> tuple[tuple[int, int], ...]:
    stretches: list[list[int]] = []
    for word in words:
        if stretches and word.start_ms - stretches[-1][1] < 200:
            stretches[-1][1] = word.end_ms
        else:
            stretches.append([word.start_ms, word.end_ms])
    return tuple((start, end) for start, end in stretches)


def planned(said: str, text: str = SCRIPT) -> Plan:
    words = heard(said)
    return plan_from(read(tokens(text)), words, activity(words), words[-1].end_ms + 500, "en")


def forced(plan: Plan) -> str:
    """What the recogniser answers when every anchored word is timed where it was heard and nothing
    else is there.
    """
    answers = []
    for part in plan.slices:
        path = []
        for step in part.steps:
            if step.kind != "said" or step.start_ms is None:
                continue
            place = plan.reading.begins_of[step.token][0]
            path.append(
                {"name": f"_{place}", "start_ms": step.start_ms, "end_ms": step.end_ms, "score": 0}
            )
        answers.append(path)
    return json.dumps({"slices": answers})


def fitted(said: str, text: str = SCRIPT) -> Alignment:
    plan = planned(said, text)
    return align(plan, forced(plan))


def shown(alignment: Alignment) -> str:
    return " ".join(word.text for word in alignment.words)


def test_a_script_read_as_written_gets_every_word_at_its_time():
    result = fitted(SCRIPT)
    assert result.fit == "use"
    assert result.share == 1.0
    assert shown(result) == SCRIPT
    assert [word.start_ms for word in result.words[:3]] == [500, 800, 1100]
    assert result.skipped == result.unscripted == ()


def test_a_sentence_that_was_left_out_is_not_shown_and_is_said():
    sentences = SCRIPT.split(". ")
    result = fitted(". ".join([sentences[0], *sentences[2:]]))
    assert "door" not in shown(result)
    assert shown(result).endswith("hope to learn.")
    assert [text for _, text in result.skipped] == [
        "A short course can be a door into a longer programme."
    ]
    (finding,) = fitting_findings(result, "ana.txt", "ana", "en")
    assert finding.code == "script-not-read"
    assert finding.message.startswith("ana.txt: not heard, and not captioned: after 0:0")
    assert finding.message.endswith('"A short course can be a door into …".')


def test_a_sentence_said_twice_is_shown_twice():
    sentence = "People come to us with very different plans"
    result = fitted(SCRIPT.replace(sentence, f"{sentence}. {sentence}"))
    assert shown(result).count(sentence) == 2


def test_speech_that_is_not_in_the_script_has_no_captions_and_is_said_with_its_time():
    result = fitted(
        SCRIPT.replace("People come", "| well my cat just walked into this room | People come")
    )
    assert "cat" not in shown(result)
    ((start_ms, end_ms),) = result.unscripted
    assert 7_500 <= start_ms <= 8_500
    assert end_ms - start_ms >= 2000
    assert "speech-not-in-script" in [
        finding.code for finding in fitting_findings(result, "ana.txt", "ana", "en")
    ]


def test_a_heading_that_nobody_reads_out_is_not_shown():
    result = fitted(SCRIPT, "# Opening remarks by the rector\n\n" + SCRIPT)
    assert shown(result) == SCRIPT
    assert result.dropped == ("Opening remarks by the rector",)


def test_a_heading_that_is_read_out_is_shown():
    result = fitted(
        "Opening remarks by the rector " + SCRIPT, "# Opening remarks by the rector\n\n" + SCRIPT
    )
    assert shown(result).startswith("Opening remarks by the rector Good afternoon")
    assert result.dropped == ()


def test_another_talk_is_refused_with_the_share_that_matched():
    result = fitted(
        "the weather in the north was cold and it rained for days so we stayed inside and read old"
        " books"
    )
    assert result.fit == "refuse"
    assert result.share < 0.15
    finding = mismatch(result, "ana.txt", "ana", "en", used=False)
    assert finding.code == "script-mismatch"
    assert finding.message.endswith("it is not used.")
    assert "a draft of it" in mismatch(result, "ana.txt", "ana", "en", used=True).message
    assert "`script_is_right: true` under ana" in finding.remedy
    assert (
        "does not look like the text of this recording (0% of what was heard stands in it)"
        in finding.message
    )


@pytest.mark.parametrize(
    ("share", "words", "fit"),
    [
        (0.8, 50, "use"),
        (0.6, 50, "warn"),
        (0.59, 50, "draft"),
        (0.35, 50, "draft"),
        (0.23, 32, "refuse"),
        (0.2, 200, "draft"),
        (0.14, 200, "refuse"),
    ],
)
def test_how_much_must_match_depends_on_how_long_the_text_is(share, words, fit):
    assert fit_of(share, words) == fit


def test_a_script_of_which_half_was_heard_is_a_draft_with_a_warning():
    other = " ".join(["something else entirely was said here instead"] * 3)
    result = fitted(" ".join(SCRIPT.split()[:22]) + " " + other)
    assert result.fit == "draft"
    assert "script-share-low" in [
        finding.code for finding in fitting_findings(result, "ana.txt", "ana", "en")
    ]


def test_text_and_speech_without_rules_for_the_letters_is_said():
    finding = mismatch(None, "ana.txt", "ana", "en", used=True)
    assert (
        finding.message
        == "ana.txt: the text cannot be fitted to the speech: there are no rules for how its"
        " letters sound."
    )


def test_a_few_foreign_words_do_not_keep_a_script_from_being_timed():
    assert (
        pronunciations(
            tokens("We thank 学习 and all the people who came here today to speak"), "en"
        )
        is not None
    )
    assert pronunciations(tokens("学习 中国"), "en") is None


@pytest.mark.parametrize("language", ["es", "it", "de", "fr", "pt", "ru", "hi", "el", "pl"])
def test_every_language_that_we_promise_has_sounds_for_its_letters(language):
    text = {
        "es": "Señor Núñez, el año pingüino",
        "it": "Perché gli gnocchi",
        "de": "Größe und Übung",
        "fr": "Être à l'œuvre",
        "pt": "Educação e ações",
        "ru": "Здравствуйте, объём",
        "hi": "नमस्ते दुनिया",
        "el": "Καλημέρα σας",
        "pl": "Źdźbło i łąka",
    }[language]
    found = pronunciations(tokens(text, language), language)
    assert found is not None
    assert all(said[0] for said in found.values())


def test_the_language_model_adds_up_to_one():
    lines = trigram_model(read(tokens())).splitlines()
    ones = [
        line.split("\t")
        for line in lines[lines.index("\\1-grams:") + 1 : lines.index("\\2-grams:") - 1]
    ]
    assert sum(10 ** float(line[0]) for line in ones if line[1] != "<s>") == pytest.approx(
        1, abs=0.03
    )
