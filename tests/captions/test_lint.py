"""Each limit of captions, one by one: what breaks it is found, what keeps it is not."""

from fractions import Fraction

import pytest

from pipeline.captions.check.breach import as_finding
from pipeline.captions.check.lint import lint
from pipeline.captions.cues.style import StyleWrong, style_for, style_problems
from pipeline.model import Cue, Word

RATE = Fraction(25)
CLIP = 10_000


def broken(*cues, language="en", style="default", rate=RATE, clip_frames=CLIP, words=None):
    found = lint(cues, style_for(language, style), language, rate, clip_frames, words)
    return [breach.rule for breach in found if breach.severity == "breach"]


def remarks(*cues, language="en"):
    return [
        breach.rule
        for breach in lint(cues, style_for(language), language, RATE, CLIP)
        if breach.severity == "remark"
    ]


GOOD = Cue(100, 160, ("This caption is in order.",))


def test_a_caption_in_order_breaks_nothing():
    assert lint((GOOD,), style_for("en"), "en", RATE, CLIP) == ()


def test_no_captions_break_nothing():
    assert lint((), style_for("en"), "en", RATE, CLIP) == ()


def test_a_breach_says_which_caption_when_what_was_measured_and_what_is_allowed():
    breach = lint((GOOD, Cue(200, 250, ("a" * 45 + " b",))), style_for("en"), "en", RATE, CLIP)[0]
    assert (breach.rule, breach.cue, breach.frame, breach.at_ms) == ("line-too-long", 2, 200, 8000)
    assert (breach.measured, breach.allowed) == (47, 42)
    assert (
        breach.message
        == f'caption 2 at 0:08: the line "{"a" * 45} b" has 47 characters; at most 42 fit'
    )


def test_a_breach_becomes_a_warning_and_a_remark_information():
    too_fast = lint(
        (Cue(100, 125, ("This is over twenty characters.",)),), style_for("en"), "en", RATE, CLIP
    )[0]
    finding = as_finding(too_fast, "klinkum", "klinkum.en.srt")
    assert (finding.severity, finding.code, finding.at_ms) == ("warning", "too-fast-to-read", 4000)
    assert finding.message == "caption 1 at 0:04: 31.0 characters a second; at most 20 can be read."


# --- text -----------------------------------------------------------------------------------------


def test_three_lines_are_too_many():
    assert broken(
        Cue(
            100,
            250,
            ("This is the first of the lines,", "here is the second of them,", "and a third."),
        )
    ) == ["too-many-lines"]


def test_a_line_holds_42_characters():
    assert broken(Cue(100, 200, ("a bcdefghijklmnopqrstuvwxyz abcdefghijklmn",))) == []
    assert broken(Cue(100, 200, ("a bcdefghijklmnopqrstuvwxyz abcdefghijklmno",))) == [
        "line-too-long"
    ]


def test_a_word_wider_than_a_line_is_no_breach():
    assert broken(Cue(100, 200, ("a" * 50,))) == []


def test_two_lines_that_fit_on_one_are_a_breach_but_not_of_two_speakers():
    assert broken(Cue(100, 200, ("They fit", "on one line."))) == ["fits-one-line"]
    assert broken(Cue(100, 200, ("- Is it so?", "- It is."))) == []


def test_a_caption_without_text_is_empty():
    assert broken(Cue(100, 200, ())) == ["empty-cue"]
    assert broken(GOOD, Cue(200, 250, (" ", ""))) == ["empty-cue"]


@pytest.mark.parametrize(
    ("language", "text", "width"),
    [
        ("en", "Tecnológico", 11),
        ("en", "Tecnolo\u0301gico", 11),
        ("en", "<i>so</i>", 2),
        ("en", "a b!", 4),
        ("ar", "مُحَمَّد", 4),
        ("hi", "हिन्दी", 3),
        ("th", "ที่นี่", 2),
        ("ja", "日本語", 3),
        ("ja", "NHKの5", 3),
        ("ja", "ｶﾅ", 1),
        ("zh", "微证书。", 4),
        ("zh", "AI 时代", 3.5),
        ("ko", "마이크로 자격증", 7.5),
        ("vi", "Tiếng Việt", 10),
    ],
)
def test_characters_are_counted_as_a_reader_counts_them(language, text, width):
    assert style_for(language).width(text) == width


@pytest.mark.parametrize(
    ("language", "line_length", "speed", "aim"),
    [
        ("en", 42, 20, 17),
        ("sw", 42, 20, 17),
        ("ar", 42, 23, 20),
        ("hi", 42, 25, 22),
        ("th", 35, 20, 17),
        ("ja", 16, 7, 4),
        ("zh-Hant", 16, 11, 9),
        ("ko", 16, 14, 12),
    ],
)
def test_each_language_has_its_limits(language, line_length, speed, aim):
    style = style_for(language)
    assert (style.line_length, style.reading_speed_cps, style.aim_cps, style.lines) == (
        line_length,
        speed,
        aim,
        2,
    )


# --- times ----------------------------------------------------------------------------------------


def test_twenty_characters_a_second_can_be_read_and_no_more():
    assert broken(Cue(100, 125, ("Just twenty letters!",))) == []
    assert broken(Cue(100, 125, ("Now twenty-one of it!",))) == ["too-fast-to-read"]


def test_a_line_end_counts_as_a_space():
    text = ("This has forty-one characters in line one", "and thirty-eight of them in the second")
    assert broken(Cue(100, 200, text)) == []  # 80 in 4 s
    assert broken(Cue(100, 199, text)) == ["too-fast-to-read"]


@pytest.mark.parametrize(
    ("rate", "shortest", "longest"),
    [(24, 20, 168), (25, 21, 175), (Fraction(30000, 1001), 25, 209), (50, 42, 350)],
)
def test_a_caption_is_on_screen_for_five_sixths_of_a_second_to_seven(rate, shortest, longest):
    assert broken(Cue(0, shortest, ("Yes.",)), rate=Fraction(rate)) == []
    assert broken(Cue(0, shortest - 1, ("Yes.",)), rate=Fraction(rate)) == ["cue-too-short"]
    assert broken(Cue(0, longest, ("Yes.",)), rate=Fraction(rate)) == []
    assert broken(Cue(0, longest + 1, ("Yes.",)), rate=Fraction(rate)) == ["cue-too-long"]


@pytest.mark.parametrize(
    ("gap", "rules"),
    [
        (0, []),
        (1, ["flicker"]),
        (2, []),
        (3, ["open-gap"]),
        (12, ["open-gap"]),
        (13, []),
        (200, []),
    ],
)
def test_a_gap_is_none_or_two_frames_or_half_a_second(gap, rules):
    assert broken(GOOD, Cue(160 + gap, 220 + gap, ("And here is the next one.",))) == rules


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        (
            (Cue(1100, 1120, ("In order.",)),),
            "caption 1 at 0:44: it is on screen for 20 frames (0.8 s); nobody reads one under 21",
        ),
        (
            (Cue(1100, 1300, GOOD.lines),),
            "caption 1 at 0:44: it is on screen for 200 frames (8 s); at most 175 frames (7 s)",
        ),
        (
            (GOOD, Cue(161, 221, GOOD.lines)),
            "caption 2 at 0:06: a gap of 1 frame (0.04 s) after caption 1 flickers;"
            " leave none, or 2",
        ),
        (
            (GOOD, Cue(165, 225, GOOD.lines)),
            "caption 2 at 0:06: a gap of 5 frames (0.2 s) after caption 1 blinks; close it to 2",
        ),
        (
            (GOOD, Cue(150, 210, GOOD.lines)),
            "caption 2 at 0:06: it begins 10 frames (0.4 s) before caption 1 ends",
        ),
    ],
)
def test_frames_are_said_with_their_length(cues, said):
    found = lint(cues, style_for("en"), "en", RATE, CLIP)
    assert [breach.message for breach in found if breach.severity == "breach"] == [said]


def test_captions_do_not_overlap():
    assert broken(GOOD, Cue(159, 220, ("And here is the next one.",))) == ["overlap"]


def test_captions_are_in_order():
    assert broken(GOOD, Cue(10, 70, ("And here is the next one.",))) == ["out-of-order", "overlap"]


def test_a_caption_ends_after_it_begins():
    assert broken(Cue(100, 100, ("Now you see me.",))) == ["ends-before-it-starts"]
    assert broken(Cue(100, 60, ("Now you see me.",))) == ["ends-before-it-starts"]


def test_no_caption_lies_outside_the_clip():
    assert broken(Cue(100, 160, ("This caption is in order.",)), clip_frames=160) == []
    assert broken(Cue(100, 160, ("This caption is too late.",)), clip_frames=159) == [
        "outside-clip"
    ]
    assert broken(Cue(-1, 60, ("This caption is too early.",))) == ["outside-clip"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We counted about 12", "million people in the end."),
        ("It costs us $", "300 a year for everybody."),
        ("It grew by 25", "percent in a single year."),
        ("There were two hundred", "and fifty of them there."),
        ("We met on 14", "September in the morning."),
        ("That was in September", "2021, if I remember it."),
    ],
)
def test_no_number_is_torn_from_what_belongs_to_it(before, after):
    assert broken(Cue(100, 150, (before,)), Cue(150, 200, (after,))) == ["splits-number"]


def test_a_number_at_the_end_of_a_sentence_is_whole():
    assert (
        broken(
            Cue(100, 150, ("In all we counted 12.",)), Cue(150, 200, ("Million is a big word.",))
        )
        == []
    )


# --- against what was said ------------------------------------------------------------------------


def heard(text, start_ms, end_ms):
    tokens = text.split()
    step = (end_ms - start_ms) // len(tokens)
    return [
        Word(
            token,
            start_ms + step * i,
            end_ms if i + 1 == len(tokens) else start_ms + step * (i + 1),
        )
        for i, token in enumerate(tokens)
    ]


WORDS = heard("This caption is in order.", 4000, 6200)


@pytest.mark.parametrize(
    ("start", "rules"),
    [(98, []), (97, ["starts-early"]), (100, []), (103, []), (104, ["starts-late"])],
)
def test_a_caption_begins_on_its_first_word(start, rules):
    assert broken(Cue(start, 160, ("This caption is in order.",)), words=WORDS) == rules


def test_a_caption_does_not_end_before_its_last_word():
    assert broken(Cue(100, 155, ("This caption is in order.",)), words=WORDS) == []
    assert broken(Cue(100, 154, ("This caption is in order.",)), words=WORDS) == [
        "ends-before-speech"
    ]


def test_a_caption_does_not_stay_over_half_a_second_without_a_reason():
    assert broken(Cue(100, 167, ("This caption is in order.",)), words=WORDS) == []
    assert broken(Cue(100, 168, ("This caption is in order.",)), words=WORDS) == ["lingers"]


def test_a_caption_may_stay_to_be_seen_to_be_read_and_to_close_a_gap():
    assert broken(Cue(100, 121, ("Yes.",)), words=heard("Yes.", 4000, 4100)) == []
    fast = heard("This one was said too fast to read.", 4000, 4600)
    assert broken(Cue(100, 144, ("This one was said too fast to read.",)), words=fast) == []
    two = [*WORDS, *heard("And the next one begins.", 7080, 9000)]
    assert (
        broken(Cue(100, 175, GOOD.lines), Cue(177, 230, ("And the next one begins.",)), words=two)
        == []
    )


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        (
            Cue(105, 160, GOOD.lines),
            "caption 1 at 0:04: it begins 0.2 s after its first word; at most 0.12 s",
        ),
        (
            Cue(97, 160, GOOD.lines),
            "caption 1 at 0:03: it begins 0.12 s before its first word; at most 0.1 s",
        ),
        (
            Cue(100, 154, GOOD.lines),
            "caption 1 at 0:04: it goes 0.04 s before its last word ends",
        ),
        (
            Cue(100, 192, GOOD.lines),
            "caption 1 at 0:04: it stays 1.5 s after its last word; at most 0.5 s without a reason",
        ),
    ],
)
def test_places_are_said_as_times_and_offsets_as_lengths(cue, said):
    found = lint((cue,), style_for("en"), "en", RATE, CLIP, WORDS)
    assert [breach.message for breach in found if breach.severity == "breach"] == [said]


def test_text_that_nobody_said_is_found():
    assert broken(Cue(60, 98, ("Chapter one: findings",)), GOOD, words=WORDS) == ["unsaid-text"]


def test_a_corrected_spelling_is_no_invention():
    assert broken(Cue(100, 160, ("This Caption is in Ordre.",)), words=WORDS) == []


def test_words_that_no_caption_shows_are_found():
    found = lint(
        (GOOD,),
        style_for("en"),
        "en",
        RATE,
        CLIP,
        [*WORDS, *heard("And then we went on.", 6300, 8000)],
    )
    assert [breach.rule for breach in found] == ["missing-words"]
    assert (
        found[0].message
        == 'caption 1 at 0:04: "And then we went on." is said there, but no caption shows it'
    )


# --- remarks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upper", "lower", "rule"),
    [
        ("We looked at all of the", "reports that came in.", "break-at-article"),
        ("The learners go there for", "what they need to know.", "break-at-preposition"),
        ("Nobody asked for this and", "nobody will pay for it.", "break-at-conjunction"),
        ("What we have seen here is", "something new for us all.", "break-at-auxiliary"),
        ("What we have seen does not", "look like the first time.", "break-at-auxiliary"),
        ("This is what they", "wanted to see from the beginning.", "break-at-auxiliary"),
        ("Then the floor went to Kristi", "Wold-McCormick of Boulder.", "break-at-name"),
        ("We heard all of that from Dr.", "Klinkum in the morning.", "break-at-title"),
        ("The framework now has over 12", "million records in it.", "break-at-number"),
    ],
)
def test_a_line_that_ends_in_the_wrong_place_is_remarked(upper, lower, rule):
    assert remarks(Cue(100, 200, (upper, lower))) == [rule]


def test_a_caption_that_ends_in_the_wrong_place_is_remarked():
    first, second = (
        Cue(100, 150, ("We looked at all of the",)),
        Cue(150, 200, ("reports that came in.",)),
    )
    assert remarks(first, second) == ["break-at-article"]


def test_a_word_alone_is_remarked():
    assert remarks(Cue(100, 150, ("Goodbye.",))) == ["one-word-cue"]
    assert remarks(Cue(100, 200, ("Thank you very much for your attention,", "goodbye."))) == [
        "one-word-line",
        "lines-unlike",
    ]


def test_torn_sentences_are_remarked():
    dangling = (
        Cue(100, 200, ("That is what we found. Later",)),
        Cue(200, 260, ("it went on for many years.",)),
    )
    assert remarks(*dangling) == ["dangling-start"]
    stranded = (
        Cue(100, 160, ("It went on for a hundred",)),
        Cue(160, 260, ("long years. That is what we found.",)),
    )
    assert remarks(*stranded) == ["break-at-article", "stranded-end"]


def test_a_phrase_that_is_broken_is_remarked_where_words_are_written_together():
    assert remarks(Cue(100, 300, ("ちょっと待ってください",)), language="ja") == []
    assert remarks(Cue(100, 300, ("ちょっと待ってくだ", "さい")), language="ja") == [
        "breaks-phrase"
    ]
    marked = Cue(100, 200, ("我认为这非常重要",)), Cue(200, 300, ("，因为它改变了教育",))
    assert remarks(*marked, language="zh") == ["mark-begins-line"]


# --- styles ---------------------------------------------------------------------------------------


def test_named_styles_are_stricter_than_the_limits():
    bbc, relaxed = style_for("en", "bbc"), style_for("en", "relaxed")
    assert (bbc.line_length, bbc.reading_speed_cps, bbc.aim_cps) == (37, 18, 16)
    assert (relaxed.line_length, relaxed.reading_speed_cps, relaxed.aim_cps) == (42, 17, 15)
    assert style_for("ja", "relaxed").reading_speed_cps == 6


def test_own_numbers_are_kept_to_and_never_looser_than_the_language_allows():
    own = style_for("en", {"reading_speed": 18, "line_length": 40})
    assert (own.line_length, own.reading_speed_cps, own.aim_cps) == (40, 18, 15)
    assert style_for("zh", {"reading_speed": 18, "line_length": 40}) == style_for("zh")
    assert style_for("en", {"like": "bbc", "lines": 1}).line_length == 37
    assert broken(
        Cue(100, 200, ("This line is too long for the style.",)), style={"line_length": 30}
    ) == ["line-too-long"]


@pytest.mark.parametrize(
    ("numbers", "key", "sentence"),
    [
        (
            {"reading_speed": "fast"},
            "reading_speed",
            "is 'fast'; write a whole number of characters a second from 3 to 25, for example 18",
        ),
        (
            {"line_length": 90},
            "line_length",
            "is 90; write a whole number of characters a line from 8 to 42, for example 40",
        ),
        (
            {"line_length": True},
            "line_length",
            "is True; write a whole number of characters a line from 8 to 42, for example 40",
        ),
        (
            {"speed": 18},
            "speed",
            "is no number of a style; those are line_length, reading_speed, aim, lines, and like",
        ),
        ({"like": "itv"}, "like", "is 'itv'; write one of default, bbc, relaxed"),
        (
            {"reading_speed": 15, "aim": 17},
            "aim",
            "is 17, above reading_speed, which is 15; write at most 15",
        ),
    ],
)
def test_numbers_that_cannot_be_used_are_said_in_a_sentence(numbers, key, sentence):
    assert style_problems(numbers) == {key: sentence}
    with pytest.raises(StyleWrong):
        style_for("en", numbers)
