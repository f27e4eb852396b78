"""Names in a draft are spelt as their owners do: a second hearing adds no word and drops none."""

from __future__ import annotations

from itertools import pairwise

from pipeline.captions.heard.spelling import (
    Respelt,
    respelt,
    still_to_hear,
    to_hear_again,
)
from pipeline.model import Word

NAMES = ["Dr Grant Klinkum", "NZQA", "Dr Kristi Wold-McCormick", "Dr Beatriz Palacios", "Cedefop"]


def said(text: str, start_ms: int = 0, unsure: tuple[str, ...] = ()) -> tuple[Word, ...]:
    """Words of 300 ms each, one behind the other."""
    return tuple(
        Word(
            word,
            start_ms + 300 * place,
            start_ms + 300 * place + 300,
            0.3 if word in unsure else 0.95,
        )
        for place, word in enumerate(text.split())
    )


def text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def spelt(first: str, second: str) -> str:
    words, _ = respelt(said(first), said(second), NAMES, "en")
    return text(words)


# --- what is heard again --------------------------------------------------------------------------


def test_a_word_that_sounds_like_a_name_is_heard_again_with_its_sentence():
    words = said("We went on. Then we asked Clinkham about it. He said no.", 10_000)
    assert to_hear_again(words, NAMES, "en") == ((10_800, 12_800),)


def test_a_word_that_was_unsure_is_heard_again():
    words = said("what the zefop has counted", 10_000, unsure=("zefop",))
    assert to_hear_again(words, NAMES, "en") == ((9_900, 11_600),)


def test_a_pause_ends_what_is_heard_again():
    words = (*said("we met", 9_000), *said("Clinkham came", 10_000), *said("it was", 11_000))
    assert to_hear_again(words, NAMES, "en") == ((9_900, 10_700),)


def test_a_talk_in_which_nothing_sounds_like_a_name_is_not_heard_twice():
    words = said("learners ask what they can do next and we do not know")
    assert to_hear_again(words, NAMES, "en") == ()
    assert to_hear_again(said("Clinkham"), [], "en") == ()


def test_a_name_that_is_spelt_right_and_was_sure_is_left_alone():
    assert to_hear_again(said("thank you Klinkum"), ["Klinkum"], "en") == ()


def test_only_words_whose_spelling_matters_are_heard_again():
    words = said("We asked Clinkham. He asked the zefop.", 10_000)
    assert to_hear_again(words, NAMES, "en", {2}) == ((9_900, 11_000),)
    assert to_hear_again(words, NAMES, "en", {0, 1}) == ()


def test_no_stretch_is_longer_than_what_a_recogniser_hears_at_once():
    words = said("Clinkham and " * 100)
    stretches = to_hear_again(words, NAMES, "en")
    assert len(stretches) > 1
    assert max(end - start for start, end in stretches) <= 25_000 + 3000
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))


# --- what is taken from it ------------------------------------------------------------------------


def test_a_misheard_name_is_spelt_as_its_owner_does():
    first, second = "thank you, Grant Clinton, for coming", "thank you Grant Klinkum for coming"
    words, changes = respelt(said(first), said(second), NAMES, "en")
    assert text(words) == "thank you, Grant Klinkum, for coming"
    assert changes == (Respelt(900, "Clinton", "Klinkum"),)


def test_a_name_heard_as_several_words_stands_on_their_time():
    first = "numbers said a cop has counted"
    again = (*said("numbers"), Word("Cedefop", 300, 1200), *said("has counted", 1200))
    words, _ = respelt(said(first), again, NAMES, "en")
    assert text(words) == "numbers Cedefop has counted"
    assert (words[1].start_ms, words[1].end_ms) == (300, 1200)


def test_words_around_a_name_stay_as_they_were_first_heard():
    assert (
        spelt("I want to thank Grant Clinton of it", "I wanted thanks Grant Klinkum off it")
        == "I want to thank Grant Klinkum of it"
    )


def test_names_that_only_the_second_hearing_has_are_not_added():
    first = "thank you all"
    second = (*said(first), *said("Dr Grant Klinkum, NZQA, Cedefop", 900))
    words, changes = respelt(said(first), second, NAMES, "en")
    assert (text(words), changes) == (first, ())


def test_words_that_the_second_hearing_leaves_out_are_not_dropped():
    again = said("Klinkum again", 900)
    words, _ = respelt(said("so we asked Clinkham again"), again, NAMES, "en")
    assert text(words) == "so we asked Klinkum again"


def test_a_word_that_is_nothing_like_the_name_stays():
    assert spelt("the weather is fine today", "the NZQA is fine today") == (
        "the weather is fine today"
    )


def test_a_possessive_that_the_name_does_not_have_goes():
    assert spelt("and Gita's Palosios said", "and Beatriz Palacios said") == (
        "and Beatriz Palacios said"
    )


def test_of_two_names_for_the_same_words_the_likest_stands():
    again = (*said("thank you"), Word("Klinkum.", 600, 850), *said("Dr Grant Klinkum,", 860))
    words, _ = respelt(said("thank you Clinkham."), again, NAMES, "en")
    assert text(words) == "thank you Klinkum."


def test_ordinary_words_need_to_be_more_like_a_name_than_a_name_does():
    assert spelt("what they can do next here", "what they Grant Klinkum here") == (
        "what they can do next here"
    )


def test_another_ending_of_a_word_in_a_name_stays():
    names = ["University of Colorado Boulder", "Quality and Qualifications Ireland"]
    first, second = said("two universities and schools"), said("two University and schools")
    assert respelt(first, second, names, "en") == (first, ())
    first, second = said("what I have learned so"), said("what Ireland so", start_ms=200)
    assert respelt(first, second, names, "en") == (first, ())


def test_an_ordinary_word_that_is_a_name_too_keeps_its_small_letters():
    assert spelt("we gave them a grant for it", "we gave them a Grant for it") == (
        "we gave them a grant for it"
    )
    assert spelt("we asked nzqa for it", "we asked NZQA for it") == "we asked NZQA for it"


def test_without_names_nothing_is_changed():
    words = said("thank you Clinkham")
    assert respelt(words, said("thank you Klinkum"), [], "en") == (words, ())


def test_one_persons_name_is_not_put_for_another_that_was_heard():
    names = [*NAMES, "Prof. Siddharth Venkataraman"]
    first, second = said("do. Siddefop has counted"), said("do. Siddharth has counted")
    words, changes = respelt(first, second, names, "en")
    assert text(words) == "do. Cedefop has counted"
    assert changes == (Respelt(300, "Siddefop", "Cedefop"),)
    first = said("do. Sidarth has counted")
    assert text(respelt(first, second, names, "en")[0]) == "do. Siddharth has counted"


def test_a_name_of_two_words_is_spelt_as_a_whole_where_one_of_them_was_heard():
    first = said("like Sling Oshonomi I believe", unsure=("Sling", "Oshonomi"))
    second = said("likes O'Shaughnessy I believe")
    words, changed = respelt(first, second, ["Aisling O'Shaughnessy"], "en")
    assert text(words) == "like Aisling O'Shaughnessy I believe"
    assert changed == (Respelt(300, "Sling Oshonomi", "Aisling O'Shaughnessy"),)


def test_what_is_more_like_the_whole_name_than_the_part_that_was_heard_again_is_the_whole():
    first = said("likes Ling-Oshanasi and me", unsure=("Ling-Oshanasi",))
    second = said("likes O'Shaughnessy and me")
    assert text(respelt(first, second, ["Aisling O'Shaughnessy"], "en")[0]) == (
        "likes Aisling O'Shaughnessy and me"
    )


def test_another_first_name_that_was_surely_heard_stays():
    first, second = said("like Anna Oshonomi I believe"), said("like Anna O'Shaughnessy I believe")
    words, _ = respelt(first, second, ["Aine O'Shaughnessy"], "en")
    assert text(words) == "like Anna O'Shaughnessy I believe"


def test_a_first_name_that_the_second_hearing_nearly_has_makes_the_name_whole():
    assert spelt("Thank you Guitars Palacios.", "Thank you Gietriz Palacios.") == (
        "Thank you Guitars Palacios."
    ), "it was sure of Guitars"
    first = said("Thank you Guitars Palacios.", unsure=("Guitars",))
    words, _ = respelt(first, said("Thank you Gietriz Palacios."), NAMES, "en")
    assert text(words) == "Thank you Beatriz Palacios."


def test_what_sounds_like_a_name_and_is_something_else_each_time_is_that_name():
    first = said("Then Siddifop has counted them", unsure=("Siddifop",))
    assert text(respelt(first, said("Then Siddharthop has counted them"), NAMES, "en")[0]) == (
        "Then Cedefop has counted them"
    )
    assert respelt(first, first, NAMES, "en")[0] == first, "both hear the same word"


def test_what_a_person_has_settled_stays_as_it_was_heard():
    first, second = said("Then Sedefop has counted"), said("Then Cedefop has counted")
    words, changed = respelt(first, second, NAMES, "en", settled=["Sedefop"])
    assert (words, changed) == (first, ())


def test_a_name_that_is_less_like_what_was_heard_than_another_is_not_written():
    roster = [*NAMES, "Siddharth"]
    words, _ = respelt(said("Then said FOT has"), said("Then Siddharth has"), roster, "en")
    assert text(words) == "Then said FOT has"


def test_a_part_of_a_name_that_was_heard_is_no_rival_of_the_whole():
    assert spelt("here McCormick and her team", "here Wold-McCormick and her team") == (
        "here Wold-McCormick and her team"
    )


def test_another_name_that_was_hardly_heard_does_not_stay_beside_the_one_that_was_said():
    first = said("to do next. O'Connor McCormick and her team", unsure=("O'Connor",))
    second = said("to do next. Wold-McCormick and her team")
    assert text(respelt(first, second, NAMES, "en")[0]) == "to do next. Wold-McCormick and her team"
    assert spelt("next. O'Connor McCormick and her", "next. Wold-McCormick and her") == (
        "next. O'Connor Wold-McCormick and her"
    ), "it was sure of O'Connor"


def test_a_phrase_of_which_the_second_hearing_has_nothing_is_heard_by_itself():
    words = (*said("We met Clinkham there.", 1000), *said("And Sedefop has counted them.", 5000))
    again = said("We met Klinkum there.", 1000)
    assert to_hear_again(words, NAMES, "en") == ((900, 2300), (4900, 6600))
    assert still_to_hear(words, again, NAMES, "en") == ((900, 6600),), "1.7 s are too short"
    assert still_to_hear(words, (*again, *words[4:]), NAMES, "en") == ()


def test_letters_that_stand_for_a_name_are_no_name_with_another_before_them():
    assert spelt("asked whether ANZQA would", "asked whether NZQA would") == (
        "asked whether NZQA would"
    )
    assert spelt("those of NZQA's office", "those of NZQA office") == "those of NZQA's office"


def test_a_name_that_the_second_hearing_has_but_for_a_letter_is_that_name():
    assert spelt("can do. Semephyp first counted", "can do. Sedefop has counted") == (
        "can do. Cedefop first counted"
    )


def test_a_whole_name_goes_before_a_part_of_it():
    assert spelt("Mexico, Vytriz Palosios at", "Mexico, Beetriz Palacios at") == (
        "Mexico, Beatriz Palacios at"
    )


def test_a_name_that_both_hearings_have_alike_is_another_ones():
    assert spelt("we asked Sedefop about", "we asked Sedefop about") == "we asked Sedefop about"
    assert spelt("a micro-credential is", "one micro-credential is") == "a micro-credential is"


def test_a_wrong_name_gives_way_to_the_one_that_several_words_sound_like():
    names = [*NAMES, "Prof. Siddharth Venkataraman"]
    first, second = said("can do, said a phab has"), said("can do, Siddharth has")
    assert text(respelt(first, second, names, "en")[0]) == "can do, Cedefop has"
