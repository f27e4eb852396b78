"""Names in alphabets of the world, as they are drawn: shaped, ordered, in a font that has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD
from fonts import needs_font, needs_letters
from PIL import features

from pipeline.card_kinds import WEIGHTS
from pipeline.plan.cards import drawing_findings
from pipeline.tools.drawing.draw import answer
from pipeline.tools.drawing.fonts import face_number, font_file, installed_with
from pipeline.tools.drawing.typeset import Style, Typecase, fit
from pipeline.tools.drawing.writing import in_reading_order

pytestmark = pytest.mark.fonts

HEADLINE = Style("bold", 80, (60, 50, 40), leading=1.08)
NAMES = {
    "Arabic": "فاطمة الزهراء",
    "Hebrew": "יעל כהן-לוי",
    "Chinese": "王小明教授",
    "Japanese": "山田 花子",
    "Thai": "สมหญิง รักการเรียน",
    "Devanagari": "लक्ष्मी विश्वनाथन",
    "Cyrillic": "Александра Щербакова",
    "Vietnamese": "Nguyễn Thị Ngọc Ánh",
}


def sans() -> Typecase:
    return Typecase({weight: font_file(weight.capitalize()) for weight in WEIGHTS})


def serif() -> Typecase:
    return Typecase(
        {weight: font_file(weight.capitalize(), "serif") for weight in WEIGHTS},
        {weight: font_file(weight.capitalize()) for weight in WEIGHTS},
    )


def ink(text: str, typecase: Typecase | None = None) -> np.ndarray:
    """Coverage of a line, its empty borders cut off."""
    typecase = typecase or sans()
    mask = np.asarray(typecase.mask(fit(text, HEADLINE, 4000, typecase))[0])
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("family", [sans, serif], ids=["sans", "serif"])
def test_a_name_is_drawn_whole_in_one_font(script, family):
    needs_letters(NAMES[script])
    block = fit(NAMES[script], HEADLINE, 4000, family())
    assert (block.lines, block.cut, block.missing) == ((NAMES[script],), False, frozenset())
    assert ink(NAMES[script], family()).size


def test_letters_are_shaped_by_raqm():
    assert features.check("raqm"), (
        "Pillow without libraqm would draw Arabic letter by letter, from the wrong end"
    )


def test_arabic_letters_join():
    needs_font("NotoSansArabic-Bold")
    together, alone = ink("ببب").shape[1], ink("ب").shape[1]
    assert together < 2.4 * alone


def test_the_first_hebrew_letter_stands_rightmost():
    needs_font("NotoSansHebrew-Bold")
    both, alef, lamed = ink("אל"), ink("א"), ink("ל")
    assert both.shape[0] == pytest.approx(lamed.shape[0], abs=1)  # lamed is the tall one
    left = both[:4, : both.shape[1] // 2]
    assert left.any() and not both[:4, -alef.shape[1] :].any()


def test_a_devanagari_vowel_that_is_written_after_is_drawn_before():
    needs_font("NotoSansDevanagari-Bold")
    assert ink("कि").shape[1] > ink("क").shape[1]
    upper = ink("कि")[
        :6
    ]  # the vowel's hook rises over the headline, to the left of the consonant's end
    assert np.flatnonzero(upper.any(axis=0))[0] < ink("कि").shape[1] / 3


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Профессор Анна Щербакова", ""),
        ("الدكتورة فاطمة الزهراء بنت عبد الرحمن", "NotoSansArabic-Bold"),
    ],
    ids=["Cyrillic, which the program brings a font for", "Arabic"],
)
def test_names_too_long_for_a_line_are_broken_between_words(text, font):
    if font:
        needs_font(font)
    typecase = sans()
    block = fit(text, Style("bold", 116, (86, 74, 54), leading=1.08), 700, typecase)
    assert " ".join(block.lines) == text
    assert len(block.lines) == 2


def test_lines_read_from_the_right_begin_at_the_right():
    needs_font("NotoSansHebrew-Bold")
    typecase = sans()
    block = fit("האוניברסיטה העברית ים", Style("bold", 80, (300, 80, 80)), 700, typecase)
    assert len(block.lines) == 2
    mask = np.asarray(typecase.mask(block)[0])
    half = round(block.size * 1.25 + block.depth / 2)
    ends = [np.flatnonzero(part.any(axis=0))[-1] for part in (mask[:half], mask[half:])]
    assert abs(ends[0] - ends[1]) <= 0.08 * block.size


def test_marks_of_two_thai_lines_do_not_meet():
    needs_font("NotoSansThai-Bold")
    typecase = sans()
    style = Style("bold", 116, (300, 74, 54), leading=1.08)
    block = fit("ผู้ช่วยศาสตราจารย์ ดร.สมหญิง", style, 900, typecase)
    assert len(block.lines) == 2
    rows = np.asarray(typecase.mask(block)[0]).any(axis=1)
    inked = np.flatnonzero(rows)
    assert not rows[inked[0] : inked[-1]].all()  # a clear row between the lines


def test_of_two_fonts_in_a_line_read_from_the_right_the_first_word_stands_rightmost():
    assert in_reading_order(
        [
            ("שלום ", "hebrew"),
            ("Quality ", "latin"),
            ("Assurance ", "latin"),
            ("בירושלים", "hebrew"),
        ]
    ) == [("בירושלים", "hebrew"), (" Quality Assurance", "latin"), ("שלום ", "hebrew")]
    assert in_reading_order([("Dr ", "latin"), ("יעל", "hebrew")]) == [
        ("Dr ", "latin"),
        ("יעל", "hebrew"),
    ]


def test_chinese_and_japanese_take_the_face_that_is_drawn_for_them():
    needs_letters("直")
    path = installed_with(frozenset(map(ord, "直")), "bold")
    assert path
    if path.suffix != ".ttc":
        pytest.skip("the font of this machine has one face for both")
    assert face_number(path, "zh") != face_number(path, "ja")
    drawn = []
    for language in ("zh", "ja"):
        drawn.append(ink("直", replace(sans(), language=language)))
    assert drawn[0].shape != drawn[1].shape or not np.array_equal(*drawn)


def test_every_letter_of_the_latin_names_is_in_the_serif_too():
    assert Path(font_file("Bold", "serif")).is_file()
    typecase = serif()
    assert typecase.face_for("Nguyễn Ōkura Łódź Щербакова", "bold").path == font_file(
        "Bold", "serif"
    )


def test_letters_that_no_font_here_has_are_named_with_the_package_that_has_them():
    said = answer({"王", "明"}, ["title card"])
    missing, cut = drawing_findings(said, "cards of 王明", "wang")
    assert (missing.code, missing.message) == (
        "letters-missing",
        "cards of 王明: no font here has 明 王; left out.",
    )
    assert (
        missing.remedy
        == "Install fonts for that script (on Debian: apt-get install fonts-noto-cjk), or name a"
        " font file under brand.font."
    )
    assert cut.message == "cards of 王明: a text is too long and was cut (title card)."


def test_a_point_between_date_and_time_goes_where_a_line_ends_there():
    block = fit(
        "14 September 2021 · 14:30–14:50 UTC+02:00", Style("bold", 60, (60, 60)), 800, sans()
    )
    assert block.lines == ("14 September 2021", "14:30–14:50 UTC+02:00")


def test_a_chinese_title_is_drawn_on_the_cards_where_captions_are_burned_in_two_languages(
    event,
):
    needs_letters("微证书的国际视角")
    head = HEAD.replace("Test segment", "微证书的国际视角")
    event.config(head + "captions: {burn: [zh, en]}\nspeakers:\n  - {id: ann, name: Ann}\n")
    ended = event.run("still", "--card", "opening")
    assert ended.code == 0, ended.stderr
    assert (event.outputs / "stills/opening-card.png").is_file()
    assert "letters-missing" not in ended.stderr
