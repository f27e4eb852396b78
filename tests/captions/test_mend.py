"""What is mended in a person's captions, and that no word is touched."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from talks import talk

from pipeline.captions.check.lint import lint
from pipeline.captions.check.mend import mend
from pipeline.captions.cues.search import break_into_cues
from pipeline.captions.cues.style import style_for
from pipeline.model import Cue

RATE = Fraction(25)
CLIP = 10_000
ENGLISH = style_for("en")


def mended(*cues, clip_frames=CLIP, language="en"):
    return mend(cues, style_for(language), language, RATE, clip_frames)


def rules(cues, rate=RATE, clip_frames=CLIP):
    return Counter(
        breach.rule
        for breach in lint(cues, ENGLISH, "en", rate, clip_frames)
        if breach.severity == "breach"
    )


def words(cues):
    return " ".join(line for cue in cues for line in cue.lines).split()


FIRST = Cue(100, 160, ("This caption is in order.",))
SECOND = Cue(162, 222, ("And so is the next one.",))


def test_captions_in_order_stay_as_they_are():
    assert mended(FIRST, SECOND) == (FIRST, SECOND)


def test_a_persons_line_breaks_stay_where_they_break_no_limit():
    odd = Cue(100, 200, ("This is where I want to", "break the line, and nowhere else."))
    assert mended(odd) == (odd,)


def test_an_overlap_is_cut_from_the_earlier_caption():
    assert mended(Cue(100, 175, FIRST.lines), SECOND) == (Cue(100, 162, FIRST.lines), SECOND)


def test_a_gap_of_one_frame_is_closed():
    assert mended(Cue(100, 161, FIRST.lines), SECOND) in (
        (Cue(100, 162, FIRST.lines), SECOND),
        (Cue(100, 160, FIRST.lines), SECOND),
    )


def test_a_gap_under_half_a_second_is_closed_to_two_frames():
    assert mended(Cue(100, 152, FIRST.lines), SECOND) == (FIRST, SECOND)


def test_a_caption_too_short_is_shown_longer():
    assert mended(Cue(100, 110, ("Yes, of course.",))) == (Cue(100, 121, ("Yes, of course.",)),)


def test_a_caption_too_fast_is_shown_longer_where_there_is_room():
    text = ("These are thirty-two characters.",)
    assert mended(Cue(100, 120, text)) == (Cue(100, 140, text),)


def test_a_caption_over_seven_seconds_ends_after_seven():
    assert mended(Cue(100, 400, ("And that was it.",))) == (Cue(100, 275, ("And that was it.",)),)


def test_a_line_too_long_is_broken_at_a_good_place():
    assert mended(
        Cue(100, 200, ("Every student can collect small awards towards the larger one.",))
    ) == (Cue(100, 200, ("Every student can collect small awards", "towards the larger one.")),)


def test_three_lines_become_two():
    assert mended(
        Cue(100, 200, ("Every student can", "collect small awards", "towards the larger one."))
    ) == (Cue(100, 200, ("Every student can collect small awards", "towards the larger one.")),)


def test_two_lines_that_fit_on_one_become_one_but_not_those_of_two_speakers():
    assert mended(Cue(100, 200, ("They fit", "on one line."))) == (
        Cue(100, 200, ("They fit on one line.",)),
    )
    dialogue = Cue(100, 200, ("- Is it so?", "- It is."))
    assert mended(dialogue) == (dialogue,)


def test_a_caption_with_too_much_text_is_split_by_its_letters():
    long = Cue(
        100,
        400,
        (
            (
                "When we began to look at this, we had no idea how many people would come to us"
                " with small pieces of learning, and none of us knew what they were worth."
            ),
        ),
    )
    parts = mended(long)
    assert [part.lines for part in parts] == [
        ("When we began to look at this,", "we had no idea how many people would come"),
        ("to us with small pieces of learning,", "and none of us knew what they were worth."),
    ]
    assert (parts[0].start_frame, parts[-1].end_frame) == (100, 400)
    assert rules(parts) == Counter()


def test_a_caption_beyond_the_clip_ends_with_it():
    assert mended(Cue(100, 175, FIRST.lines), clip_frames=160) == (FIRST,)


def test_start_and_end_that_were_exchanged_are_turned():
    assert mended(Cue(160, 100, FIRST.lines), SECOND) == (FIRST, SECOND)


def test_captions_out_of_order_are_sorted():
    assert mended(SECOND, FIRST) == (FIRST, SECOND)


def test_a_caption_without_text_goes():
    assert mended(FIRST, Cue(160, 162, ("",)), SECOND) == (FIRST, SECOND)


def test_captions_that_cannot_be_seen_one_after_the_other_are_shown_together():
    assert mended(Cue(100, 108, ("Thank you.",)), Cue(108, 160, ("Now to the other thing.",))) == (
        Cue(100, 160, ("Thank you. Now to the other thing.",)),
    )


def test_a_chapter_begins_with_the_first_of_the_captions_that_its_caption_became():
    text = ("When we began to look at this, we had no idea how many people would come to us.",)
    parts = mended(Cue(100, 400, text, chapter="Beginnings"))
    assert [part.chapter for part in parts] == ["Beginnings", *[""] * (len(parts) - 1)]
    both = mended(Cue(100, 108, ("Thank you.",)), Cue(108, 160, ("And now.",), chapter="Now"))
    assert [one.chapter for one in both] == ["Now"]


def test_what_would_need_other_words_stays_as_it_is():
    fast = (
        Cue(100, 130, ("So many words were said in hardly any time",)),
        Cue(130, 160, ("that nobody could ever read all of them",)),
        Cue(160, 230, ("before the next caption came.",)),
    )
    assert mended(*fast) == fast
    assert rules(fast) == {"too-fast-to-read": 2}


def test_japanese_lines_are_broken_between_phrases():
    assert mended(
        Cue(100, 260, ("学習者が身につけた知識や技能を証明する小さな単位の資格です。",)),
        language="ja",
    ) == (Cue(100, 260, ("学習者が身につけた知識や技能を", "証明する小さな単位の資格です。")),)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50)])
def test_mending_twice_is_mending_once_and_no_limit_is_broken_that_was_not(seed, rate):
    cues, clip_frames = spoiled(seed, rate)
    once = mend(cues, ENGLISH, "en", rate, clip_frames)
    assert mend(once, ENGLISH, "en", rate, clip_frames) == once
    assert not rules(once, rate, clip_frames) - rules(cues, rate, clip_frames)
    assert sorted(words(once)) == sorted(words(cues))
    assert rules(once, rate, clip_frames).total() * 4 <= rules(cues, rate, clip_frames).total()


def spoiled(seed, rate):
    """The captions of a talk of two minutes as a hurried person might have left them, and the
    clip's frames.
    """
    chance = random.Random(seed)
    said = talk(seed, 150, 2)
    clip_frames = int(said[-1].end_ms * rate / 1000) + (-40 if seed % 4 == 0 else 40)
    cues = list(break_into_cues(said, ENGLISH, rate, clip_frames + 100))
    for i, cue in enumerate(cues):
        start, end, text = cue.start_frame, cue.end_frame, " ".join(cue.lines)
        cues[i] = chance.choice(
            (
                cue,
                cue,
                cue,
                cue,
                cue,
                Cue(start + chance.randint(-5, 5), end + chance.randint(-30, 60), cue.lines),
                Cue(end, start, cue.lines),
                Cue(start, end, (text,)),
                Cue(start, start + chance.randint(0, 10), cue.lines),
                Cue(start, end, tuple(text.split(" ", 2))),
                Cue(start, end, (" ",)),
            )
        )
    for _ in range(seed % 3):
        i = chance.randrange(len(cues) - 1)
        cues[i], cues[i + 1] = cues[i + 1], cues[i]
    return tuple(cues), clip_frames
