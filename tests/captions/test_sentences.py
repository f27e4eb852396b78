"""Arabic and Hebrew scripts are timed by sentences, and only those that fit the pauses and the pace
are believed.
"""

from __future__ import annotations

import json

import pytest

from pipeline.captions.fit.align import (
    Alignment,
    align,
    plan,
    plan_from,
    pronunciations,
    recognise_texts,
)
from pipeline.captions.fit.arcs import grammar
from pipeline.captions.fit.fitting import fitting_findings
from pipeline.captions.fit.reading import read
from pipeline.captions.fit.timed import rejoined
from pipeline.captions.fit.walk import HeardWord
from pipeline.captions.words.letters_semitic import ways
from pipeline.captions.words.script import read_script
from pipeline.captions.words.spoken import readings
from pipeline.model import Word

SCRIPT = "שלום לכולם היום. תודה רבה על ההזמנה. אני אשמח לענות."
"""Three sentences of 14, 16 and 15 letters."""
SPEECH = [[500, 1900], [2400, 4000], [4500, 6000]]
ON_TIME = [
    (520, 900),
    (900, 1400),
    (1400, 1900),
    (2410, 2800),
    (2800, 3200),
    (3200, 3400),
    (3400, 4000),
    (4480, 5000),
    (5000, 5500),
    (5500, 6000),
]


def fitted(
    times: list[tuple[int, int]] | None,
    speech: list[list[int]] = SPEECH,
    left_out: range = range(0),
) -> Alignment:
    """The script with its words where ``times`` has them; ``left_out`` are those that the
    recogniser passed by.
    """
    tokens = read_script(SCRIPT.encode(), "he").tokens
    planned = plan(tokens, json.dumps({"activity": speech}), "he")
    names = [f"_{number}" for number in range(len(tokens)) if number not in left_out]
    path = times and [
        {"name": name, "start_ms": start, "end_ms": end}
        for name, (start, end) in zip(names, times, strict=True)
    ]
    return align(planned, json.dumps({"slices": [path]}))


def test_sentences_that_fit_the_pauses_begin_where_somebody_begins_to_speak():
    result = fitted(ON_TIME)
    assert result.fit == "use"
    assert [word.start_ms for word in result.words if word.text in ("שלום", "תודה", "אני")] == [
        500,
        2400,
        4500,
    ]
    assert result.guessed == 0
    (finding,) = fitting_findings(result, "ana.txt", "ana", "en")
    assert (finding.code, finding.severity) == ("script-by-sentences", "info")
    assert "3 of 3 begin after a pause" in finding.message


def test_a_sentence_that_begins_where_nobody_pauses_is_a_guess_and_is_listed():
    result = fitted(
        [*ON_TIME[:3], (2950, 3000), (3000, 3200), (3200, 3400), (3400, 4000), *ON_TIME[7:]]
    )
    assert [word.confidence for word in result.words] == [0.8] * 3 + [0.3] * 4 + [0.8] * 3
    share, finding = fitting_findings(result, "ana.txt", "ana", "en")
    assert (
        "only 64% of the speech is taken up by sentences of the text that fit its pauses and its"
        " pace" in share.message
    )
    assert finding.severity == "warning"
    assert finding.at_ms == 2950
    assert "2 of 3 begin after a pause" in finding.message


def test_a_sentence_that_lasts_twice_as_long_as_its_letters_take_is_a_guess():
    result = fitted(
        [*ON_TIME[:7], (4480, 5000), (5000, 5500), (5500, 7600)], [*SPEECH[:2], [4500, 7600]]
    )
    assert [word.confidence for word in result.words[-3:]] == [0.3] * 3


def test_a_sentence_that_was_passed_by_is_not_shown_and_is_said():
    result = fitted([*ON_TIME[:3], *ON_TIME[7:]], [SPEECH[0], SPEECH[2]], range(3, 7))
    assert "תודה" not in [word.text for word in result.words]
    assert result.skipped == ((1900, "תודה רבה על ההזמנה."),)


@pytest.mark.parametrize("times", [None, [(start + 1000, end + 1000) for start, end in ON_TIME]])
def test_a_text_whose_sentences_fit_no_pause_is_refused(times):
    result = fitted(times)
    assert result.fit == "refuse"
    assert result.words == ()


def test_where_nobody_speaks_nothing_is_timed():
    planned = plan(read_script(SCRIPT.encode(), "he").tokens, json.dumps({"activity": []}), "he")
    assert planned.whole == ()
    assert align(planned, json.dumps({"slices": []})).fit == "refuse"


def test_nothing_is_recognised_before_only_speech_is_looked_for():
    texts = recognise_texts(read_script(SCRIPT.encode(), "he").tokens, "he", "left")
    assert texts is not None
    assert [json.loads(text) for _, text in texts] == [{"mode": "activity", "route": "left"}]


ENGLISH = "We began with teachers. Nobody could hide behind it. That was the heart."


def noisy(as_a_whole: list[tuple[int, int]] | None) -> Alignment:
    """Three sentences of which four words of the first and seven of something else were heard."""
    heard = [
        HeardWord(word, 500 + 350 * i, 850 + 350 * i)
        for i, word in enumerate(["we", "began", "with", "teachers"])
    ]
    heard += [HeardWord("~", 2400 + 500 * i, 2900 + 500 * i) for i in range(7)]
    tokens = read_script(ENGLISH.encode(), "en").tokens
    planned = plan_from(
        read(tokens), tuple(heard), tuple((start, end) for start, end in SPEECH), 6500, "en"
    )
    assert planned.share == pytest.approx(4 / 11)
    path = as_a_whole and [
        {"name": f"_{number}", "start_ms": start, "end_ms": end}
        for number, (start, end) in enumerate(as_a_whole)
    ]
    return align(planned, json.dumps({"slices": [None] * len(planned.slices) + [path]}))


def test_a_text_of_which_little_is_heard_is_held_to_the_sound_as_a_whole():
    times = [
        (start, start + 300)
        for start in (520, 850, 1200, 1550, 2410, 2800, 3100, 3400, 3700, 4480, 4900, 5300, 5700)
    ]
    result = noisy(times)
    assert " ".join(word.text for word in result.words) == ENGLISH
    assert [word.start_ms for word in result.words if word.text in ("We", "Nobody", "That")] == [
        500,
        2400,
        4500,
    ]
    assert result.fit == "use"
    assert [finding.code for finding in fitting_findings(result, "ana.txt", "ana", "en")] == [
        "script-by-sentences"
    ]


def test_where_the_whole_does_not_fit_the_pauses_what_was_heard_stands():
    assert noisy(None).sentences == ()
    assert (
        noisy([(1000 + 300 * number, 1300 + 300 * number) for number in range(13)]).sentences == ()
    )


def test_words_that_were_hardly_heard_are_guesses_and_are_listed_with_their_time():
    result = noisy(None)
    guessed = [word for word in result.words if word.confidence < 0.5]
    assert guessed
    finding = next(
        found
        for found in fitting_findings(result, "ana.txt", "ana", "en")
        if found.code == "script-guessed"
    )
    assert finding.at_ms == guessed[0].start_ms
    assert "hardly heard, and shown by guess: 0:0" in finding.message


def test_short_vowels_may_stand_where_arabic_does_not_write_them():
    assert set(ways("كتب", "ar")) >= {"K AH T AH B", "K AH T B AH", "K AH T AH B AH"}
    assert not any("T B " in way and "K T" in way for way in ways("كتب", "ar"))


def test_vowel_signs_are_followed():
    assert ways("كَتَبَ", "ar") == ["K AH T AH B AH"]
    assert ways("וְתוֹדָה", "he") == ["V T OW D AA"]


def test_the_article_loses_its_l_before_the_letters_of_the_sun():
    assert all(way.startswith("AH SH") for way in ways("الشمس", "ar"))
    assert all(way.startswith("AH L") for way in ways("القمر", "ar"))


def test_a_hebrew_word_with_vowel_signs_is_one_word():
    assert readings("שָׁלוֹם", "he") == (("שָׁלוֹם",),)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "مساء الخير، أودّ أن أشكركم على الدعوة في سنة ٢٠١٨ و NZQA."),
        ("he", "ערב טוב, תודה על ההזמנה בשנת 2018 מ־NZQA."),
    ],
)
def test_arabic_and_hebrew_have_sounds_for_their_letters(language, text):
    found = pronunciations(read_script(text.encode(), language).tokens, language)
    assert found is not None
    assert all(said[0] for said in found.values())


def test_a_sentence_may_be_passed_by_and_a_pause_is_expected_before_the_next_one():
    planned = plan(
        read_script(SCRIPT.encode(), "he").tokens, json.dumps({"activity": SPEECH}), "he"
    )
    arcs, last, _ = grammar(planned.reading, planned.whole[0], english=False)
    assert last == 10
    assert [(at, to) for at, to, _, name in arcs if name == "<sil>"] == [(3, 11), (7, 12)]
    assert [(at, to) for at, to, chance, name in arcs if name is None and chance == 1e-100] == [
        (0, 3),
        (3, 7),
        (7, 10),
    ]
    assert next(at for at, _, _, name in arcs if name == "_3") == 11


# --- beside an aside ------------------------------------------------------------------------------

ASIDE = [(500, 1900), (2200, 5200), (5300, 7000)]


def put_back(times: list[tuple[int, int]]) -> list[tuple[str, int, float]]:
    """Two English sentences of four and five words with an aside between them, after strayed words
    are put back.
    """
    line = read(read_script(b"We began with teachers. Nobody could hide behind it.", "en").tokens)
    words = [
        (number, Word(token.text, start, end))
        for (number, token), (start, end) in zip(enumerate(line.tokens), times, strict=True)
    ]
    return [(word.text, word.start_ms, word.confidence) for _, word in rejoined(words, line, ASIDE)]


FIRST, SECOND = (
    [(500, 800), (800, 1100), (1100, 1400), (1400, 1900)],
    [
        (5300, 5700),
        (5700, 6000),
        (6000, 6300),
    ],
)


def test_a_first_word_that_an_aside_drew_away_is_put_back_before_its_sentence_as_a_guess():
    found = put_back([*FIRST, (2200, 2700), *SECOND, (6300, 6900)])
    assert found[4] == ("Nobody", 4820, 0.3)
    assert [start for _, start, _ in found[5:]] == [5300, 5700, 6000, 6300]


def test_a_last_word_that_an_aside_drew_away_is_put_back_behind_its_sentence_as_a_guess():
    later = [(start + 200, end + 200) for start, end in SECOND]
    found = put_back([*FIRST[:3], (4700, 5200), (5300, 5500), *later, (6500, 6900)])
    assert found[3] == ("teachers.", 1400, 0.3)
    assert found[4] == ("Nobody", 5300, 1.0)


def test_words_with_only_a_pause_between_them_stay_where_they_are():
    times = [*FIRST, (5300, 5700), (5700, 6000), (6000, 6300), (6300, 6600), (6600, 6900)]
    assert [start for _, start, _ in put_back(times)] == [start for start, _ in times]
