"""A text and what was heard as one: what was said is the recogniser's to say, how it is spelt the
text's.
"""

from __future__ import annotations

from collections.abc import Collection

import pytest

from pipeline.captions.fit.fitting import left_findings
from pipeline.captions.fit.together import Together, together
from pipeline.captions.words.script import script_of
from pipeline.model import Word

TEXT = (
    "Good morning from Wellington. My name is Kristi Wold-McCormick and I lead a team of forty"
    " people. We started a trial with twelve colleges. Thank you and enjoy the day."
)
WORD_MS = 300


def heard(text: str, confidence: float = 0.95, **unsure: float) -> list[Word]:
    """Words one after another; ``|`` is a second of silence. ``unsure`` names those that are."""
    words: list[Word] = []
    at_ms = 500
    for part in text.split():
        if part == "|":
            at_ms += 1000
            continue
        sure = unsure.get(part.strip(".,"), confidence)
        words.append(Word(part, at_ms, at_ms + WORD_MS, sure))
        at_ms += WORD_MS
    return words


def held(
    said: list[Word],
    text: str = TEXT,
    sure: Collection[int] = (),
    language: str = "en",
    **right: bool,
) -> Together:
    return together(script_of(text, language).tokens, said, sure, language, **right)


def shown(both: Together) -> str:
    return " ".join(word.text for word in both.words)


def test_a_text_that_was_read_stands_word_by_word_at_the_recognisers_times():
    said = heard(TEXT)
    both = held(said)
    assert shown(both) == TEXT and both.as_written and both.share == 1 and both.departures == ()
    assert [word.start_ms for word in both.words] == [word.start_ms for word in said]


def test_names_and_numbers_are_spelt_as_in_the_text_however_they_were_heard():
    said = heard(
        TEXT.replace("Kristi Wold-McCormick", "Christy Wald McCormack").replace("forty", "40")
    )
    both = held(said)
    assert shown(both) == TEXT
    assert both.departures == ()


def test_another_number_is_not_the_same_number():
    both = held(heard(TEXT.replace("forty", "45")))
    assert "a team of 45 people" in shown(both)
    assert [(one.heard, one.text) for one in both.departures] == [("45", "forty")]


def test_a_number_in_words_is_another_one_however_alike_they_are_spelt():
    assert shown(held(heard("Three years ago we began."), "Two years ago we began.")) == (
        "Three years ago we began."
    )
    spanish = "Hace dos años empezamos un curso."
    said = heard("Hace tres años empezamos un curso.")
    assert shown(held(said, spanish, language="es")) == "Hace tres años empezamos un curso."


def test_a_word_that_was_surely_heard_is_not_taken_for_one_that_is_somewhat_like_it():
    text = "We also made mountains. We met in the institutes."
    said = heard("We also made mistakes. We met in the universities.")
    assert shown(held(said, text)) == "We also made mistakes. We met in the universities."
    unsure = heard(text.replace("mountains", "mistakes"), mistakes=0.5)
    assert shown(held(unsure, text)) == text


@pytest.mark.parametrize("sure", [0.97, 0.75])
@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "possible", "impossible"),
        ("en", "disagree", "agree"),
        ("en", "can", "cannot"),
        ("en", "shouldn't", "should"),
        ("en", "Tuesday", "Thursday"),
        ("en", "Austria", "Australia"),
        ("de", "keine", "eine"),
        ("de", "möglich", "unmöglich"),
        ("de", "Montag", "Sonntag"),
        ("es", "posible", "imposible"),
        ("en", "Import", "Export"),
        ("en", "inclusion", "exclusion"),
        ("en", "North", "South"),
        ("de", "Zunahme", "Abnahme"),
        ("de", "Einfuhr", "Ausfuhr"),
        ("de", "Norden", "Süden"),
    ],
)
def test_the_opposite_and_another_day_or_country_are_what_was_said_and_marked(
    language, text, said, sure
):
    written = f"one two three four five {text} seven eight nine people go home today."
    place = 5  # the aligner, which expects the text, hears its word
    was = written.replace(f" {text} ", f" {said} ")
    both = held(heard(was, **{said: sure}), written, [place], language)
    assert said in shown(both).split()
    assert [(one.heard, one.text) for one in both.departures] == [(said, text)]


def test_another_word_that_was_surely_heard_is_not_the_texts_however_alike_they_are():
    text = "The fees will increase next year by a million in all colleges."
    said = heard("The fees will decrease next year by a billion in all college.")
    assert shown(held(said, text)) == (
        "The fees will decrease next year by a billion in all colleges."
    )


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "He told us that she was right.", "She told us that he was right."),
        ("de", "Das ist der große Gewinn von heute.", "Das ist der große Beginn von heute."),
        ("de", "Wir sprachen über den Krieg in Europa.", "Wir sprachen über den Sieg in Europa."),
    ],
)
def test_another_person_and_another_noun_that_were_surely_heard_are_what_was_said(
    language, text, said
):
    assert shown(held(heard(said), text, (), language)) == said
    assert shown(held(heard(said, 0.7), text, (), language)) == text


def test_a_sum_that_the_text_spells_out_has_its_unit_once():
    text = "It costs fifteen million dollars, and the fee is fifty dollars a day for all of us."
    said = "It costs $50 million, and the fee is $15 a day for all of us."
    both = held(heard(said), text, [4, 10])
    assert shown(both) == ("It costs 50 million dollars, and the fee is $15 a day for all of us.")


def test_a_sentence_that_was_left_out_takes_no_misheard_words_beside_it_along():
    left_out = "Ce paragraphe figurait dans le texte, mais personne ne l'a lu. "
    text = (
        f"Il faut du temps. {left_out}Nous avons donc réuni les professeurs, les entreprises et le"
        " ministère autour de la table."
    )
    misheard = "beaucoup réunir et professeur, les autres pays ne remisent"
    unsure = dict.fromkeys(misheard.replace(",", "").split(), 0.4)
    said = heard(f"Il faut du temps. Nous avons {misheard} autour de la table.", **unsure)
    both = held(said, text, language="fr")
    assert shown(both) == text.replace(left_out, "")
    assert [(one.heard, one.text) for one in both.departures] == [("", left_out.strip())]


def test_a_sentence_that_was_said_besides_takes_no_misheard_words_beside_it_along():
    text = "We teach in our own country and beyond its borders. Then we brought them together."
    said = heard(
        "We teach in our own country and behind it boarders. By the way my sister teaches as well."
        " Den he brought them together.",
        boarders=0.5,
        behind=0.5,
        it=0.5,
        Den=0.5,
        he=0.5,
    )
    both = held(said, text)
    assert shown(both) == (
        "We teach in our own country and beyond its borders. By the way my sister teaches as well."
        " Then we brought them together."
    )


def test_a_short_word_beside_a_misheard_one_was_said_with_it():
    text = "Aspetto con piacere le vostre domande."
    said = heard("Aspetto con piacere mostra e domande.", mostra=0.2, e=0.5)
    assert shown(held(said, text, language="it")) == text
    turned = "We are not vostre of them."
    assert shown(held(heard("We are mostra of them.", mostra=0.5), turned)) != turned


def test_a_number_amid_words_that_were_hardly_heard_is_the_one_that_was_said():
    text = "Today there are more than 900. Every course says what it is."
    said = heard("Today there are more than 300. Eaverkors lay what it is.", Eaverkors=0.3, lay=0.3)
    both = held(said, text)
    assert shown(both) == "Today there are more than 300. Every course says what it is."
    assert [(one.heard, one.text) for one in both.departures] == [("300.", "900.")]


def test_a_word_that_lost_its_first_consonant_was_misheard():
    text = "Am Anfang wusste niemand so recht, was das ist."
    said = heard(text.replace("recht", "echt"), echt=0.78)
    assert shown(held(said, text, language="de")) == text
    turned = "Am Anfang war es unklar für uns."
    said = heard(turned.replace("unklar", "klar"), klar=0.78)
    assert shown(held(said, turned, language="de")) == turned.replace("unklar", "klar")


def test_a_name_is_the_texts_however_sure_the_recogniser_is_of_another():
    text = "I want to thank Klinkum for his remarks."
    said = heard(text.replace("Klinkum", "Clinton"), Clinton=0.97)
    assert shown(held(said, text)) == text


def test_a_short_word_that_was_misheard_is_the_texts():
    text = "They told us that it became easier for them all."
    assert shown(held(heard(text.replace("that it", "at it")), text)) == text


def test_a_breath_that_was_taken_for_a_word_begins_no_aside():
    said = heard(TEXT.replace("We started", "One, we also made mistakes. We started"), One=0.07)
    assert "people. We also made mistakes. We started" in shown(held(said))


def test_an_aside_in_the_midst_of_a_sentence_stays_in_it():
    both = held(heard(TEXT.replace("enjoy the", "enjoy with all of us the")))
    assert "Thank you and enjoy with all of us the day." in shown(both)


def test_a_number_is_the_recognisers_even_where_the_aligner_heard_the_texts():
    place = TEXT.split().index("forty")
    both = held(heard(TEXT.replace("forty", "30"), **{"30": 0.7}), sure=[place])
    assert "a team of 30 people" in shown(both)


def test_a_word_of_the_text_that_was_not_said_is_not_taken_into_its_neighbour():
    text = TEXT.replace("enjoy the day.", "enjoy micro-credentials. We shall meet by the sea.")
    both = held(heard(TEXT.replace("enjoy the day.", "enjoy micro credentials,")), text)
    assert shown(both).endswith("enjoy micro-credentials.")


def test_a_word_that_was_surely_another_one_stands_against_the_text_and_is_marked():
    both = held(heard(TEXT.replace("colleges", "libraries")))
    assert "twelve libraries." in shown(both)
    (word,) = [word for word in both.words if word.text == "libraries."]
    assert word.confidence < 0.5


def test_a_word_that_the_recogniser_was_not_sure_of_gives_way_to_the_text():
    both = held(heard(TEXT.replace("colleges", "libraries"), libraries=0.55))
    assert shown(both) == TEXT
    assert [word.text for word in both.words if word.confidence < 0.5] == ["colleges."]


def test_what_the_aligner_heard_as_written_needs_a_surer_recogniser():
    place = TEXT.split().index("colleges.")
    said = heard(TEXT.replace("colleges", "libraries"), libraries=0.7)
    assert "libraries" in shown(held(said))
    assert "colleges" in shown(held(said, sure=[place]))


def test_an_aside_is_captioned_as_it_was_heard():
    aside = "well my cat just walked into this room,"
    said = heard(TEXT.replace("We started", f"{aside} We started"))
    both = held(said)
    assert "people. Well my cat just walked into this room. We started" in shown(both)
    assert [(one.heard, one.text) for one in both.departures] == [(aside, "")]
    assert 0.75 < both.share < 0.85


def test_a_passage_that_was_left_out_is_not_shown():
    both = held(heard(TEXT.replace("We started a trial with twelve colleges. ", "")))
    assert "colleges" not in shown(both)
    assert [(one.heard, one.text) for one in both.departures] == [
        ("", "We started a trial with twelve colleges.")
    ]


def test_a_passage_that_the_recogniser_lost_is_shown_where_there_is_just_the_time_for_it():
    said = heard(TEXT.replace("We started a trial with twelve colleges. ", "| | "))
    both = held(said)
    assert shown(both) == TEXT
    lost = both.words[17:24]
    assert lost[0].text == "We" and lost[-1].text == "colleges."
    assert lost[0].start_ms == said[16].end_ms and lost[-1].end_ms == said[17].start_ms
    assert all(word.confidence < 0.5 for word in lost)


def test_another_passage_in_place_of_one_is_not_woven_into_it_by_the_words_they_share():
    instead = "Nobody had told us that the weather of the north would keep a ship with goods away."
    both = held(heard(TEXT.replace("We started a trial with twelve colleges.", instead)))
    assert f"people. {instead} Thank you" in shown(both)
    assert len(both.departures) == 1


FIRST = "First, I would like to thank the organisers for their kind invitation to this colloquium."
SECOND = "Second, each course costs the region about three thousand crowns, half of it for staff."


def test_a_passage_that_was_read_at_another_place_is_spelt_as_the_text_has_it():
    said = heard(
        "So. First I would like to thank the organizers for their kind invitation to this"
        " colloquium. And now to money. Second, each course costs the region about 3000 crowns,"
        " half of it for staff."
    )
    both = held(said, f"{SECOND}\n\n{FIRST}")
    assert shown(both) == f"So. {FIRST} And now to money. {SECOND}"
    assert [one.heard for one in both.departures] == ["So.", "And now to money."]
    assert [word.start_ms for word in both.words] == sorted(word.start_ms for word in both.words)


def test_another_word_in_a_passage_that_was_moved_is_what_was_said_and_listed():
    both = held(heard(f"{FIRST} {SECOND.replace('region', 'ministry')}"), f"{SECOND} {FIRST}")
    assert shown(both) == f"{FIRST} {SECOND.replace('region', 'ministry')}"
    assert [(one.heard, one.text) for one in both.departures] == [("ministry", "region")]


def test_a_text_that_a_person_says_is_right_keeps_its_order():
    both = held(heard(f"{FIRST} {SECOND}"), f"{SECOND} {FIRST}", is_right=True)
    assert shown(both) == f"{SECOND} {FIRST}"


def test_a_few_words_that_also_stand_elsewhere_are_no_passage():
    said = heard(f"{FIRST} We would like to thank the teachers, who came by train and by boat.")
    both = held(said, f"{FIRST} {SECOND}")
    assert [one.heard for one in both.departures] == [
        "We would like to thank the teachers, who came by train and by boat."
    ]


def test_a_stumble_beside_the_text_is_not_shown():
    assert shown(held(heard(TEXT.replace("enjoy", "en enjoy"), en=0.2))) == TEXT


def test_a_heading_is_shown_where_it_was_read_out_alone():
    text = "# Remarks by the rector\n\n" + TEXT
    assert shown(held(heard(TEXT), text)) == TEXT
    assert held(heard(TEXT), text).as_written
    read_out = held(heard("Remarks by the rector. " + TEXT), text)
    assert shown(read_out).startswith("Remarks by the rector Good morning")


def test_another_talk_shares_next_to_nothing():
    other = "The weather in the north was cold and it rained for days so we stayed inside all week."
    assert held(heard(other)).share < 0.15


def test_a_text_that_a_person_says_is_right_is_only_timed():
    said = heard(TEXT.replace("colleges", "libraries").replace("Thank you and", "And"))
    tokens = script_of(TEXT, "en").tokens
    both = together(tokens, said, (), "en", is_right=True)
    assert shown(both) == TEXT
    assert together(tokens, heard("So. " + TEXT), (), "en", is_right=True).as_written


def test_languages_without_spaces_are_held_sign_by_sign():
    text = "今天我们学习新的课程。谢谢大家。"
    said = [
        Word(sign, 500 + 200 * at, 700 + 200 * at, 0.9)
        for at, sign in enumerate(text.replace("。", ""))
    ]
    both = held(said, text, language="zh")
    assert "".join(word.text for word in both.words) == text and both.share == 1


def test_words_keep_their_order_and_times_never_go_back():
    said = heard(TEXT.replace("forty people", "forty-five lovely people").replace("My name is", ""))
    starts = [word.start_ms for word in held(said).words]
    assert starts == sorted(starts)


def test_one_sentence_says_where_the_speaker_left_the_text_and_what_is_captioned():
    aside = "well my cat just walked into this room."
    said = heard(
        TEXT.replace("We started", f"{aside} We started").replace("twelve colleges", "12 schools")
    )
    (finding,) = left_findings(held(said), "ana.txt", "ana", "en", 0)
    assert (finding.code, finding.severity) == ("script-left", "warning")
    assert '0:05 "well my cat just walked into this room."' in finding.message
    assert '"schools." (the text: "colleges.")' in finding.message


def test_under_sixty_in_a_hundred_the_captions_are_called_a_draft():
    other = " ".join(["something else entirely was said here instead"] * 5)
    both = held(heard(" ".join(TEXT.split()[:16]) + " " + other))
    first, *_ = left_findings(both, "ana.txt", "ana", "en", 0)
    assert first.code == "script-share-low"
    assert "captions are a draft" in first.message and "`script_is_right: true`" in first.remedy


def test_words_that_stand_as_they_were_heard_are_known_by_their_numbers():
    added = TEXT.replace("We started", "I thank Grant Clinton. We started")
    said = heard(added)
    assert [said[n].text for n in sorted(held(said).besides)] == ["I", "thank", "Grant", "Clinton."]
    assert held(heard(TEXT)).besides == frozenset()
