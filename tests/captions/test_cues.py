"""What viewers are promised of the captions that we make."""

import time
import unicodedata
from fractions import Fraction

import pytest
from talks import talk

from pipeline.captions.check.lint import lint
from pipeline.captions.cues.search import break_into_cues
from pipeline.captions.cues.style import CaptionStyle, style_for
from pipeline.model import Cue, Word

ENGLISH = style_for("en")
RATE = Fraction(25)
LONG = 100_000
"""Frames of a clip that is longer than anything said in it."""


def said(*sentences, paragraphs=False):
    """Words of (text, start in ms, end in ms), each as long as its letters."""
    words = []
    for text, start_ms, end_ms in sentences:
        tokens, passed = text.split(), 0
        letters = sum(map(len, tokens))
        for token in tokens:
            begin, passed = passed, passed + len(token)
            words.append(
                Word(
                    token,
                    start_ms + (end_ms - start_ms) * begin // letters,
                    start_ms + (end_ms - start_ms) * passed // letters,
                )
            )
        if paragraphs:
            words[-1] = Word(
                words[-1].text, words[-1].start_ms, words[-1].end_ms, ends_paragraph=True
            )
    return words


def lines(words, style=ENGLISH, language="en"):
    return [cue.lines for cue in break_into_cues(words, style, RATE, LONG, language)]


def times(words):
    return [(cue.start_frame, cue.end_frame) for cue in break_into_cues(words, ENGLISH, RATE, LONG)]


def limits_broken(words, rate=RATE, clip_frames=LONG, style=ENGLISH, language="en"):
    cues = break_into_cues(words, style, rate, clip_frames, language)
    return [
        breach.message
        for breach in lint(cues, style, language, rate, clip_frames, words)
        if breach.severity == "breach"
    ]


def test_silence_gives_no_captions():
    assert break_into_cues([], ENGLISH, RATE, 250) == ()


def test_a_long_pause_ends_the_caption():
    spoken_words = said(("So that is the risk.", 0, 1800), ("Now the good news.", 4200, 5600))
    assert break_into_cues(spoken_words, ENGLISH, RATE, LONG) == (
        Cue(0, 51, ("So that is the risk.",)),
        Cue(105, 146, ("Now the good news.",)),
    )


def test_text_that_fits_on_one_line_stands_on_one():
    assert lines(said(("This is what we agreed on in the spring.", 0, 3000))) == [
        ("This is what we agreed on in the spring.",)
    ]


def test_two_lines_break_at_the_comma_and_not_where_the_line_is_full():
    assert lines(said(("When we looked at the first results, we saw that it works.", 0, 4500))) == [
        ("When we looked at the first results,", "we saw that it works.")
    ]


def test_a_line_breaks_before_a_preposition_and_never_after_an_article():
    assert lines(
        said(("Every student can collect small awards towards the larger one.", 0, 4500))
    ) == [("Every student can collect small awards", "towards the larger one.")]


def test_no_line_is_longer_than_its_limit():
    narrow = style_for("en", {"line_length": 24})
    shown = lines(
        said(
            (
                "Quality assurance is what makes a small credential worth having for an employer.",
                0,
                6000,
            )
        ),
        narrow,
    )
    assert max(len(line) for caption in shown for line in caption) <= 24
    assert (
        " ".join(line for caption in shown for line in caption)
        == "Quality assurance is what makes a small credential worth having for an employer."
    )


def test_a_word_wider_than_a_line_keeps_its_own_line():
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    shown = lines(said((f"Das {word} ist wirklich groß.", 0, 5000)), style_for("de"), "de")
    assert word in [line for caption in shown for line in caption]


@pytest.mark.parametrize(
    "together",
    [
        "12 million",
        "25 percent",
        "$ 300",
        "two hundred and fifty",
        "14 September 2021",
        "40 hours",
        "Dr. Klinkum",
        "Professor Palacios",
        "Kristi Wold-McCormick",
        "New Zealand",
        "Level 7",
    ],
)
def test_numbers_units_titles_and_names_stay_together(together):
    filler = "we looked at many ways of doing this well so that it all fits and holds"
    for size in range(3, 16):
        before = " ".join(filler.split()[:size])
        text = (
            f"Then {before} {together} with care because the rest of it is easy to see for all"
            " of us."
        )
        shown = [line for caption in lines(said((text, 0, len(text) * 66))) for line in caption]
        assert any(together in line for line in shown), shown


def test_a_caption_never_crosses_a_paragraph():
    assert lines(said(("We begin.", 0, 900), ("Then we go on.", 950, 2200), paragraphs=True)) == [
        ("We begin.",),
        ("Then we go on.",),
    ]


def test_the_start_of_the_next_sentence_does_not_dangle():
    shown = lines(
        said(
            ("We tested the new award with all of the providers.", 0, 3200),
            ("In the end it was the learners who told us what works.", 3300, 6800),
        )
    )
    assert shown == [
        ("We tested the new award", "with all of the providers."),
        ("In the end it was the learners", "who told us what works."),
    ]


@pytest.mark.parametrize(
    "rule", ["dangling-start", "stranded-end", "one-word-cue", "one-word-line"]
)
def test_no_sentence_is_torn_and_no_word_stands_alone_where_it_can_be_helped(rule):
    for seed in range(4):
        words = talk(seed=seed, words_a_minute=140, minutes=5)
        cues = break_into_cues(words, ENGLISH, RATE, LONG)
        assert [
            breach.message
            for breach in lint(cues, ENGLISH, "en", RATE, LONG)
            if breach.rule == rule
        ] == []


# --- times ----------------------------------------------------------------------------------------


def test_a_caption_begins_on_the_frame_of_its_first_word():
    assert times(said(("This is the first thing I want to say.", 1039, 3400)))[0][0] == 25


def test_a_short_answer_stays_for_five_sixths_of_a_second():
    (start, end), _ = times(
        said(
            ("Yes, always.", 1000, 1300), ("This comes a good while after the answer.", 4000, 6000)
        )
    )
    assert (start, end) == (25, 46)
    assert end - start >= 21


def test_a_caption_stays_until_it_can_be_read_even_half_a_second_after_its_words():
    (start, end), _ = times(
        said(("Extraordinary circumstances notwithstanding.", 0, 1400), ("Next.", 4000, 4400))
    )
    assert end - start == 55  # 44 characters at 20 a second


def test_a_caption_lingers_half_a_second_at_most_without_a_reason():
    (_, end), _ = times(
        said(("So it is a slow, slow day.", 0, 2000), ("And then it went on.", 6000, 8000))
    )
    assert 50 <= end <= 62


def test_a_gap_under_half_a_second_is_closed_to_two_frames():
    (_, end), (start, _) = times(
        said(
            ("This is how the first sentence ends for us.", 0, 3000),
            ("After that the second one begins at once.", 3400, 6400),
        )
    )
    assert (end, start) == (83, 85)


def test_a_gap_over_half_a_second_stays_open_by_more_than_half_a_second():
    (_, end), (start, _) = times(
        said(
            ("This is how the first sentence ends for us.", 0, 3000),
            ("After that the second one begins much later.", 4600, 7600),
        )
    )
    assert start - end == 34
    assert end - 75 <= 12


def test_a_caption_goes_sooner_rather_than_leave_a_gap_under_half_a_second():
    (_, end), (start, _) = times(
        said(
            ("This is how the very first one of the sentences ends for us.", 0, 3000),
            ("After that the second one begins a bit later.", 3850, 7000),
        )
    )
    assert (end, start) == (83, 96)  # read at 17 characters a second it would stay until 88


def test_a_gap_of_one_frame_is_closed():
    (_, end), (start, _) = times(
        said(
            ("This is how the first sentence ends for us.", 0, 3000),
            ("After that the second one begins at once.", 3040, 6400),
        )
    )
    assert end == start


def test_words_that_touch_inside_a_frame_do_not_overlap_on_screen():
    (_, end), (start, _) = times(
        said(
            ("This is how the first sentence ends for us.", 0, 3010),
            ("After that the second one begins at once.", 3010, 6400),
        )
    )
    assert end == start == 76  # the first frame after 3010 ms: no word is cut


def test_a_caption_does_not_end_where_its_last_word_sounds_into_the_next():
    words = [
        *said(("This is how it all began for us.", 0, 2400)),
        *said(("And then it went on and on.", 2000, 4400)),
    ]
    assert len(break_into_cues(words, ENGLISH, RATE, LONG)) == 1
    assert not limits_broken(words)


def test_no_caption_is_on_screen_for_more_than_seven_seconds():
    slow = said(
        (
            "He spoke so very slowly that nobody in the room knew any longer what it was about.",
            0,
            20_000,
        )
    )
    assert max(end - start for start, end in times(slow)) <= 175
    assert not limits_broken(slow)


def test_a_caption_never_leaves_the_clip():
    cues = break_into_cues(said(("And that is the end of it.", 0, 2000)), ENGLISH, RATE, 50)
    assert cues == (Cue(0, 50, ("And that is the end of it.",)),)


def test_words_without_length_and_at_the_same_time_are_all_shown():
    words = [
        Word(text, 1000, 1000) for text in ["all", "of", "these", "words", "came", "at", "once"]
    ]
    assert lines(words) == [("all of these words came at once",)]


def test_no_word_is_lost_where_the_clip_has_no_room():
    words = [Word(f"word{i}", 0, 0) for i in range(60)]
    cues = break_into_cues(words, ENGLISH, RATE, 3)
    assert " ".join(line for cue in cues for line in cue.lines).split() == [
        word.text for word in words
    ]
    assert all(0 <= cue.start_frame < cue.end_frame <= 3 for cue in cues)


def test_times_that_go_backwards_are_taken_in_order():
    words = [
        Word("one", 0, 500),
        Word("two", 300, 400),
        Word("three", 200, 900),
        Word("four.", 950, 1500),
    ]
    assert lines(words) == [("one two three four.",)]


# --- fast speech ----------------------------------------------------------------------------------


def test_fast_speech_uses_the_pause_behind_it():
    assert not limits_broken(
        said(
            ("We developed internationally recognised qualifications.", 0, 2200),
            ("Now I will slow down a little bit.", 3400, 5600),
        )
    )


def test_fast_speech_may_begin_two_frames_early_but_not_over_100_ms():
    words = said(
        ("So that was that.", 0, 1000),
        ("Extraordinary circumstances notwithstanding, everybody.", 9000, 11_640),
        ("Nobody knew what on earth we should have done about it at all then.", 11_640, 15_100),
    )
    assert break_into_cues(words, ENGLISH, RATE, LONG)[1].start_frame == 223  # 9 s is 225
    assert break_into_cues(words, ENGLISH, Fraction(50), LONG)[1].start_frame == 448
    assert not limits_broken(words)


def test_two_frames_early_are_too_many_where_they_are_over_100_ms():
    words = talk(seed=6, words_a_minute=230, minutes=5)
    cues = break_into_cues(words, ENGLISH, Fraction(12), LONG)
    found = lint(cues, ENGLISH, "en", Fraction(12), LONG, words)
    assert {breach.rule for breach in found if breach.severity == "breach"} == {"too-fast-to-read"}


def test_speech_that_cannot_be_read_is_said_so_and_no_word_is_cut():
    words = talk(seed=5, words_a_minute=290, minutes=1)
    cues = break_into_cues(words, ENGLISH, RATE, LONG)
    found = [
        breach
        for breach in lint(cues, ENGLISH, "en", RATE, LONG, words)
        if breach.severity == "breach"
    ]
    assert {breach.rule for breach in found} == {"too-fast-to-read"}
    assert all(0 < breach.at_ms < 70_000 for breach in found)
    assert " ".join(line for cue in cues for line in cue.lines) == " ".join(
        word.text for word in words
    )


# --- languages ------------------------------------------------------------------------------------


def letters(text, letters_a_second, pause_ms=350):
    """One word a letter, as recognisers give Chinese and Japanese; a pause after each mark."""
    words, at = [], 500
    for letter in text:
        length = round(1000 / letters_a_second)
        words.append(Word(letter, at, at + length))
        at += length + (pause_ms if letter in "。，、！？」" else 0)
    return words


JAPANESE = (
    "「マイクロクレデンシャル」は、学習者が身につけた知識や技能を証明する小さな単位の資格です。"
    "ちょっと待ってください！"
)
CHINESE = "微证书是一种小型的学习成果证明，它帮助人们展示自己的技能。在新西兰，有12万名学生学习。"


def test_japanese_breaks_between_phrases_and_never_before_a_mark_or_a_small_kana():
    shown = lines(letters(JAPANESE, 5), style_for("ja"), "ja")
    assert shown == [
        ("「マイクロクレデンシャル」は、",),
        ("学習者が身につけた知識や技能を", "証明する小さな単位の資格です。"),
        ("ちょっと待ってください！",),
    ]


def test_chinese_is_joined_without_spaces_and_its_numbers_stay_whole():
    shown = [
        line
        for caption in lines(letters(CHINESE, 4), style_for("zh-Hans"), "zh-Hans")
        for line in caption
    ]
    assert "".join(shown) == CHINESE
    assert any("12万名" in line for line in shown)
    assert all(style_for("zh").width(line) <= 16 for line in shown)


def test_no_line_is_broken_inside_a_number_in_chinese():
    text = "在2021年我们有45所学校，共有120个课程和3000名学生以及12届会议。"
    for line_length in range(8, 17):
        style = style_for("zh", {"line_length": line_length})
        shown = [line for caption in lines(letters(text, 4), style, "zh") for line in caption]
        assert "".join(shown) == text
        for number in ("2021年", "45所", "120个", "3000名", "12届"):
            assert any(number in line for line in shown), shown


def test_a_phrase_wider_than_a_line_is_not_cut_before_a_small_kana():
    text = "インターナショナルコミュニケーションセンターで話しました。"
    shown = [line for caption in lines(letters(text, 5), style_for("ja"), "ja") for line in caption]
    # With シ it would be 16 wide, and ョ would begin the next line.
    assert shown[0] == "インターナショナルコミュニケー"
    assert all(style_for("ja").width(line) <= 16 for line in shown)


def test_a_letter_and_its_marks_are_never_parted():
    text = unicodedata.normalize("NFD", "ガギグゲゴ" * 5)
    shown = [
        line for caption in lines([Word(text, 0, 6000)], style_for("ja"), "ja") for line in caption
    ]
    assert "".join(shown) == text
    assert not any(unicodedata.combining(line[0]) for line in shown)
    odd = "ก่เในูู้็ีนคอค" * 4  # budoux alone would part a letter from its vowel here
    shown = [
        line
        for caption in lines([Word(odd, 0, 6000)], style_for("th", {"line_length": 8}), "th")
        for line in caption
    ]
    assert "".join(shown) == odd
    assert all(unicodedata.category(line[0]) != "Mn" for line in shown)


def test_latin_words_in_chinese_keep_their_spaces():
    words = [
        Word(text, 400 * i, 400 * i + 400)
        for i, text in enumerate(["我们", "用", "open", "badges", "学习", "。"])
    ]
    assert lines(words, style_for("zh"), "zh") == [("我们用open badges学习。",)]


def test_a_chinese_sentence_that_came_as_one_word_is_broken_by_its_letters():
    words = [
        Word(
            "微证书是一种小型的学习成果证明，它帮助人们展示自己的技能，因为它改变了教育的方式。",
            0,
            10_000,
        )
    ]
    cues = break_into_cues(words, style_for("zh"), RATE, LONG, "zh")
    assert [cue.lines for cue in cues] == [
        ("微证书是一种小型的学习成果证明，",),
        ("它帮助人们展示自己的技能，", "因为它改变了教育的方式。"),
    ]
    assert cues[1].start_frame == pytest.approx(95, abs=3)


def test_thai_is_never_cut_inside_a_letter():
    text = "ไมโครเครเดนเชียลเป็นหลักฐานการเรียนรู้ขนาดเล็กที่ช่วยให้ผู้คนแสดงทักษะของตนเอง"
    shown = [
        line for caption in lines(said((text, 0, 7000)), style_for("th"), "th") for line in caption
    ]
    assert "".join(shown) == text
    assert all(line[0] not in "ะาำิีึืุู็่้๊๋์" for line in shown)
    assert all(style_for("th").width(line) <= 35 for line in shown)


def test_korean_breaks_at_spaces():
    text = "마이크로 자격증은 학습자가 얻은 지식과 기술을 증명하는 작은 단위의 자격입니다."
    shown = [
        line for caption in lines(said((text, 0, 8000)), style_for("ko"), "ko") for line in caption
    ]
    assert " ".join(shown) == text
    assert all(style_for("ko").width(line) <= 16 for line in shown)


def test_hindi_vowel_signs_take_no_room():
    text = "न्यूज़ीलैंड में 12 लाख से अधिक छात्र ऑनलाइन पढ़ते हैं।"
    assert lines(said((text, 0, 5000)), style_for("hi"), "hi") == [
        (text,)
    ]  # 52 code points, 36 characters


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        (
            "es",
            "Las personas muestran lo que saben con credenciales de la universidad.",
            ("Las personas muestran lo que saben", "con credenciales de la universidad."),
        ),
        (
            "fr",
            "Les étudiants montrent ce qu'ils savent avec un certificat de l'université.",
            ("Les étudiants montrent ce qu'ils savent", "avec un certificat de l'université."),
        ),
        (
            "de",
            "Die Studierenden zeigen ihr Können mit einem Zertifikat der Hochschule.",
            ("Die Studierenden zeigen ihr Können", "mit einem Zertifikat der Hochschule."),
        ),
        (
            "it",
            "Gli studenti mostrano quello che sanno con un certificato dell'ateneo.",
            ("Gli studenti mostrano quello che sanno", "con un certificato dell'ateneo."),
        ),
        (
            "pt",
            "Os estudantes mostram o que sabem com um certificado da universidade.",
            ("Os estudantes mostram o que sabem", "com um certificado da universidade."),
        ),
    ],
)
def test_other_languages_break_before_their_prepositions(language, text, shown):
    assert lines(said((text, 0, 5000)), style_for(language), language) == [shown]


# --- any talk -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50)])
@pytest.mark.parametrize("words_a_minute", [110, 130, 150, 170, 190])
def test_no_limit_is_broken_in_any_talk_at_110_to_190_words_a_minute(rate, words_a_minute):
    for seed in range(3):
        words = talk(seed=words_a_minute + 1000 * seed, words_a_minute=words_a_minute, minutes=3)
        clip_frames = int(words[-1].end_ms * rate / 1000) + 25
        assert limits_broken(words, rate, clip_frames) == []
        cues = break_into_cues(words, ENGLISH, rate, clip_frames)
        assert " ".join(line for cue in cues for line in cue.lines) == " ".join(
            word.text for word in words
        )


@pytest.mark.parametrize(
    "style",
    [style_for("en", "bbc"), style_for("en", "relaxed"), style_for("en", {"line_length": 40})],
)
def test_a_stricter_style_is_kept_to(style: CaptionStyle):
    words = talk(seed=9, words_a_minute=130, minutes=3)
    assert limits_broken(words, style=style) == []


def test_the_same_talk_gives_the_same_captions():
    words = talk(seed=3, words_a_minute=150, minutes=2)
    assert break_into_cues(words, ENGLISH, RATE, LONG) == break_into_cues(
        tuple(words), ENGLISH, RATE, LONG
    )


def test_few_breaks_are_of_the_kind_to_avoid():
    words = talk(seed=11, words_a_minute=150, minutes=5)
    cues = break_into_cues(words, ENGLISH, RATE, LONG)
    found = [
        breach
        for breach in lint(cues, ENGLISH, "en", RATE, LONG, words)
        if breach.severity == "remark"
    ]
    assert len(found) * 20 <= len(cues)


def test_half_an_hour_of_talk_is_broken_in_a_moment():
    words = talk(seed=12, words_a_minute=150, minutes=30)
    break_into_cues(words[:50], ENGLISH, RATE, LONG)
    begun = time.process_time()
    break_into_cues(words, ENGLISH, RATE, LONG)
    assert time.process_time() - begun < 0.5  # 0.05 s measured; the rest is for a busy machine
