"""Nothing invented, nothing lost: what recognisers are known to do wrong is taken out or found, and
nothing else is touched.

tests/recorded/whisper-*.json have the shape of Whisper's own result. They were written by hand, one
for each known fault: Whisper's weights cannot be had here.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import REPOSITORY
from recorded_hands import Watcher
from test_config import SMALL

from pipeline.captions.heard.answers import whisper_words
from pipeline.captions.heard.doubts import doubtful, examine
from pipeline.captions.heard.silence import CLOSING_PHRASES
from pipeline.captions.words.languages import other_than
from pipeline.config_file import read_config
from pipeline.event import Event, Workspace
from pipeline.findings import Finding
from pipeline.message import engines
from pipeline.message.captions import shown_as_captions
from pipeline.model import Captions, Stretch, Transcript, Word
from pipeline.timing import moment
from pipeline.work.bench import Bench
from pipeline.work.store import Store


def whisper(name: str) -> tuple[Word, ...]:
    """The words of a recorded result."""
    return whisper_words((REPOSITORY / f"tests/recorded/whisper-{name}.json").read_text("utf-8"))


def looked_at(
    name: str, *activity: tuple[int, int], language: str = "en"
) -> tuple[str, list[tuple[str, int | None, str]]]:
    """What is left of a recorded result's text, and its findings as (code, time, sentence)."""
    words, findings = examine(Transcript(whisper(name), "whisper", activity), language)
    return text(words), said(findings)


def text(words: tuple[Word, ...]) -> str:
    """Words in a row."""
    return " ".join(word.text for word in words)


def said(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, str]]:
    """Findings as (code, time, sentence)."""
    return [(finding.code, finding.at_ms, finding.message) for finding in findings]


def spoken(sentence: str, start_ms: int = 0, step_ms: int = 300) -> tuple[Word, ...]:
    """A sentence at an easy pace."""
    return tuple(
        Word(word, start_ms + i * step_ms, start_ms + i * step_ms + step_ms - 20, 0.9)
        for i, word in enumerate(sentence.split())
    )


def heard(
    words: tuple[Word, ...],
    *activity: tuple[int, int],
    source: str = "whisper",
    language: str = "en",
) -> tuple[str, list[tuple[str, int | None, str]]]:
    """As ``looked_at``, for words given here."""
    kept, findings = examine(Transcript(words, source, activity), language)
    return text(kept), said(findings)


# --- the known faults, one recorded result each ---------------------------------------------------


def test_a_good_transcript_stays_as_it_is():
    assert looked_at("good", (300, 6300), (6500, 10900)) == (
        (
            "Good morning from Wellington, everyone. I am glad to be with you today. My name is"
            " Grant Klinkem and I lead NZQA. Thank you."
        ),
        [],
    )


def test_words_over_silence_are_taken_out_and_said_so():
    assert looked_at("invention", (300, 6300)) == (
        "Good morning from Wellington, everyone. I am glad to be with you today.",
        [
            (
                "captions-invented",
                11000,
                'At 0:11 "Thanks for watching!" was left out: nobody speaks there.',
            ),
            ("captions-invented", 20000, 'At 0:20 "Thank you." was left out: nobody speaks there.'),
        ],
    )


def test_a_loop_is_found_and_stays_for_a_person_to_judge():
    left, findings = looked_at("loop", (100, 15100))
    assert left.count("and at the cost") == 6
    assert findings == [
        ("captions-loop", 2900, 'At 0:02 "and at the cost" comes 6 times in a row, until 0:12.')
    ]


def test_times_that_fall_behind_or_stand_still_are_found():
    _, findings = looked_at("drift", (200, 2300), (5900, 6800), (11500, 12500))
    assert [finding for finding in findings if finding[0] == "captions-drift"] == [
        (
            "captions-drift",
            2200,
            'At 0:02 "Short courses, clear levels and proof." is said in no time at all.',
        ),
        ("captions-drift", 6300, 'At 0:06 "we" lasts 5.3 s, longer than a word can.'),
    ]


def test_words_lost_between_two_windows_of_thirty_seconds_are_found():
    assert looked_at("lost", (23900, 39100))[1] == [
        (
            "speech-without-captions",
            29650,
            "From 0:29 to 0:35 somebody speaks and there are no captions.",
        )
    ]


def test_a_run_on_segment_without_marks_is_found():
    assert looked_at("run-on", (0, 27000))[1] == [
        (
            "captions-run-on",
            0,
            "From 0:00 to 0:27 there are 74 words without a full stop or a comma.",
        )
    ]


def test_another_language_than_declared_is_found():
    assert looked_at("language", (0, 22000))[1] == [
        (
            "captions-language",
            0,
            (
                "From 0:00 on the words look like Spanish (es); the speaker's language is English"
                " (en)."
            ),
        )
    ]
    assert looked_at("language", (0, 22000), language="es-MX")[1] == []


def test_a_window_squeezed_into_a_second_is_found_and_the_speech_behind_it_too():
    assert looked_at("squeezed", (400, 11200))[1] == [
        (
            "captions-too-fast",
            2060,
            "From 0:02 to 0:04 the words come at 66 characters a second; nobody speaks so fast.",
        ),
        (
            "speech-without-captions",
            4250,
            "From 0:04 to 0:08 somebody speaks and there are no captions.",
        ),
    ]


# --- invented or said? ----------------------------------------------------------------------------


def test_thank_you_at_the_end_stays_when_it_is_said():
    assert heard(spoken("That is all. Thank you."), (0, 1500))[1] == []


def test_a_closing_phrase_half_over_silence_is_taken_out():
    words = (
        *spoken("That is all."),
        Word("Thanks", 2400, 2900),
        Word("for", 2900, 3300),
        Word("watching!", 3300, 4000),
    )
    assert heard(words, (0, 1200), (2400, 2800)) == (
        "That is all.",
        [
            (
                "captions-invented",
                2400,
                'At 0:02 "Thanks for watching!" was left out: nobody speaks there.',
            )
        ],
    )


def test_a_closing_phrase_that_is_spoken_stays_and_is_marked():
    words = (*spoken("That is all."), *spoken("Thanks for watching!", 2400))
    left, findings = heard(words, (0, 900), (2400, 3300))
    assert left == "That is all. Thanks for watching!"
    assert findings == [
        (
            "captions-invented",
            2400,
            'At 0:02 "Thanks for watching!" is what recognisers make up in silence.',
        )
    ]


def test_the_word_subscribe_inside_a_sentence_is_a_word():
    assert heard(spoken("People subscribe to our register every day."), (0, 2100))[1] == []


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("Subtitles by the Amara.org community", "en"),
        ("¡Gracias por ver el video!", "es"),
        ("Gracias por ver el vídeo.", "es"),
        ("Untertitelung des ZDF für funk, 2017", "de"),
        ("Vielen Dank fürs Zuschauen!", "de"),
        ("Sous-titres réalisés par la communauté d'Amara.org", "fr"),
        ("Merci d’avoir regardé cette vidéo !", "fr"),
        ("Legendas pela comunidade Amara.org", "pt"),
        ("Obrigado por assistir!", "pt"),
        ("Sottotitoli e revisione a cura di QTSS", "it"),
        ("Субтитры сделал DimaTorzok", "ru"),
        ("Спасибо за просмотр!", "ru"),
        ("ご視聴ありがとうございました", "ja"),
        ("請不吝點贊 訂閱 轉發", "zh"),
        ("谢谢观看", "zh"),
        ("시청해주셔서 감사합니다.", "ko"),
    ],
)
def test_what_recognisers_say_in_silence_is_known_in_ten_languages(phrase, language):
    words = (Word("Ok", 0, 400), *spoken(phrase, 2400, 600))
    assert heard(words, (0, 2000), language=language)[0] == "Ok"
    assert len(CLOSING_PHRASES) > 70


def test_a_script_loses_nothing_and_is_marked():
    words = (*spoken("Good morning."), *spoken("This sentence was not read.", 6000))
    left, findings = heard(words, (0, 600), source="script")
    assert left == "Good morning. This sentence was not read."
    assert findings == [
        (
            "captions-invented",
            6000,
            'At 0:06 "This sentence was not read." is shown where nobody seems to speak.',
        )
    ]


def test_a_persons_own_captions_are_left_in_peace():
    assert heard(spoken("no no no no no no no", 50000), (0, 600), source="person") == (
        "no no no no no no no",
        [],
    )


def test_where_nobody_looked_for_speech_nothing_is_taken_out():
    words, findings = examine(Transcript(spoken("Thanks for watching!", 9000), "whisper"), "en")
    assert text(words) == "Thanks for watching!" and findings == ()


# --- lost -----------------------------------------------------------------------------------------


def test_speech_before_the_first_word_and_after_the_last_is_missed_too():
    assert heard(spoken("Good morning.", 5000), (1000, 9000))[1] == [
        (
            "speech-without-captions",
            1000,
            "From 0:01 to 0:04 somebody speaks and there are no captions.",
        ),
        (
            "speech-without-captions",
            5830,
            "From 0:05 to 0:09 somebody speaks and there are no captions.",
        ),
    ]


def test_a_second_of_breath_or_laughter_is_not_missed():
    assert (
        heard(
            (*spoken("Good morning."), *spoken("Now.", 2400)), (0, 600), (900, 2000), (2400, 2700)
        )[1]
        == []
    )


# --- stumbled -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "It is very very very important.",
        "No, no, no, no, that is not it.",
        "Again and again and we came back.",
    ],
)
def test_people_repeat_themselves_a_little(sentence):
    assert heard(spoken(sentence), (0, 3000))[1] == []


@pytest.mark.parametrize(
    ("sentence", "times"), [("you you you you you", 5), ("I know. I know. I know.", 3)]
)
def test_what_nobody_repeats_so_often_is_a_loop(sentence, times):
    ((code, _, message),) = heard(spoken(sentence), (0, 3000))[1]
    assert code == "captions-loop" and f"comes {times} times in a row" in message


def test_a_word_that_starts_before_the_last_one_did_is_found():
    words = (Word("one", 5000, 5300), Word("two", 3000, 3300))
    assert heard(words, (2900, 5400))[1] == [
        ("captions-drift", 3000, 'At 0:03 "two" starts before the word that it follows.')
    ]


def test_a_fast_speaker_is_no_fault():
    words = spoken(
        "We could certainly consider different qualifications together tomorrow morning", 0, 480
    )
    assert heard(words, (0, 4400))[1] == []


def test_a_long_word_may_take_long():
    assert (
        heard((Word("Rindfleischetikettierungsgesetz", 0, 3000),), (0, 3000), language="de")[1]
        == []
    )


def test_ten_findings_of_a_kind_are_enough():
    words = tuple(Word("so", i * 5000, i * 5000 + 2500) for i in range(14))
    findings = heard(words, (0, 70000))[1]
    assert len([code for code, _, _ in findings if code == "captions-drift"]) == 10
    assert findings[-1][2].endswith("It is so 4 times more.")


# --- language -------------------------------------------------------------------------------------

READ = {
    "en": (
        "We began three years ago with a small group of universities and we asked them what they"
        " would need to trust each other. The answer was short: a common description of what a"
        " learner knows, and a place where anybody can check it."
    ),
    "es": (
        "Empezamos hace tres años con un pequeño grupo de universidades y les preguntamos qué"
        " necesitaban para confiar las unas en las otras. La respuesta fue corta: una descripción"
        " común de lo que sabe una persona y un lugar para verlo."
    ),
    "de": (
        "Wir haben vor drei Jahren mit einer kleinen Gruppe von Hochschulen begonnen und sie"
        " gefragt, was sie brauchen, um einander zu vertrauen. Die Antwort war kurz: eine"
        " gemeinsame Beschreibung und ein Ort, an dem man sie prüfen kann."
    ),
    "fr": (
        "Nous avons commencé il y a trois ans avec un petit groupe d'universités et nous leur avons"
        " demandé ce qu'il leur fallait pour se faire confiance. La réponse a été courte : une"
        " description commune et un lieu pour la vérifier."
    ),
    "pt": (
        "Começamos há três anos com um pequeno grupo de universidades e perguntamos a elas do que"
        " precisavam para confiar umas nas outras. A resposta foi curta: uma descrição comum do que"
        " a pessoa sabe e um lugar para a verificar."
    ),
    "it": (
        "Abbiamo cominciato tre anni fa con un piccolo gruppo di università e abbiamo chiesto che"
        " cosa serviva per fidarsi le une delle altre. La risposta è stata breve: una descrizione"
        " comune e un luogo in cui tutti la possono vedere."
    ),
    "nl": (
        "We zijn drie jaar geleden begonnen met een kleine groep universiteiten en vroegen wat ze"
        " nodig hadden om elkaar te vertrouwen. Het antwoord was kort: een beschrijving die voor"
        " iedereen hetzelfde is en een plek om het na te gaan."
    ),
}


@pytest.mark.parametrize("language", READ)
@pytest.mark.parametrize("declared", READ)
def test_seven_languages_are_told_from_each_other(language, declared):
    seen = other_than(READ[language].split(), declared)
    assert (seen is None) == (language == declared)


@pytest.mark.parametrize(
    ("words", "language", "seen"),
    [
        ("Мы начали три года назад", "en", "are written in Cyrillic letters"),
        ("We began three years ago", "ru", "are written in Latin letters"),
        ("私たちは三年前に始めました", "zh", "are written in Japanese letters"),
        ("Ξεκινήσαμε πριν από τρία χρόνια", "it", "are written in Greek letters"),
        ("우리는 삼 년 전에 시작했습니다", "ja", "are written in Korean letters"),
    ],
)
def test_letters_of_another_script_are_seen(words, language, seen):
    assert other_than(words.split(), language) == (0, seen)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("私たちはNZQAと三年前に始めました", "ja"),
        ("我们三年前开始和NZQA合作了这个项目", "zh"),
        ("Мы начали с NZQA три года назад", "ru"),
        ("Počeli smo pre tri godine", "sr"),
        ("Почели смо пре три године", "sr"),
        ("NZQA", "hi"),
        ("", "en"),
        ("2018 25 30 40", "ar"),
    ],
)
def test_borrowed_names_numbers_and_languages_of_two_scripts_are_no_fault(words, language):
    assert other_than(words.split(), language) is None


# --- in the build ---------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """A speaker whose message is accepted from 10 s to 20 s; what is shown of words heard in it,
    and the findings.
    """
    config = read_config(
        SMALL + "    organisation: NZQA\ncaptions: {corrections: {micro credentials:"
        " micro-credentials}}\n"
    )
    received = SimpleNamespace(
        file="klinkum.mov",
        timeline=SimpleNamespace(in_ms=10_000, frames=250, rate=Fraction(25)),
    )
    monkeypatch.setattr(engines, "activity", lambda bench, heard: ((9000, 13000), (16000, 16600)))

    def show(words: tuple[Word, ...], source: str) -> tuple[Captions, list[Finding]]:
        event = Event(Workspace(Path()), config)
        heard = SimpleNamespace(received=received, speaker=config.speakers[0])
        bench = Bench(Store(tmp_path), None, Watcher())
        captions, found = shown_as_captions(event, bench, heard, Transcript(words, source))
        return captions, list(found)

    return show


def test_captions_are_made_of_words_that_were_corrected_and_looked_through(shown):
    captions, findings = shown(
        (
            *spoken("Said before. Micro credentials by Klinkem and NZQA. Thank you.", 9400),
            Word("Okay.", 18000, 18400, 0.3),
        ),
        "whisper",
    )
    assert (
        " ".join(line for cue in captions.cues for line in cue.lines)
        == "Micro-credentials by Klinkem and NZQA. Thank you."
    )
    assert [
        (finding.code, finding.submission, finding.file, finding.at_ms, finding.message)
        for finding in findings
    ] == [
        (
            "captions-invented",
            "klinkum",
            "klinkum.mov",
            8000,
            'klinkum.mov: at 0:08 "Okay." was left out: nobody speaks there.',
        ),
        (
            "name-near-miss",
            "klinkum",
            "klinkum.mov",
            900,
            'klinkum.mov: at 0:00 "Klinkem" may be Klinkum.',
        ),
    ]


def test_what_the_recogniser_doubted_goes_with_the_captions(shown):
    captions, _ = shown(
        (*spoken("Good morning.", 10_000), Word("Klinkem.", 10_700, 11_200, 0.2)), "draft"
    )
    assert captions.doubtful == (Stretch(700, 1200, "Klinkem."),)


# --- for the review -------------------------------------------------------------------------------


def test_words_that_the_recogniser_doubted_are_kept_in_stretches():
    words = (
        Word("My", 0, 200, 0.9),
        Word("name", 200, 500, 0.4),
        Word("is", 500, 700, 0.49),
        Word("Grant", 700, 900, 0.5),
        Word("Klinkem.", 900, 1500, 0.2),
    )
    assert doubtful(words) == (Stretch(200, 700, "name is"), Stretch(900, 1500, "Klinkem."))
    assert doubtful(whisper("good")) == (Stretch(7780, 8420, "Klinkem"),)


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "0:00"), (41_999, "0:41"), (725_000, "12:05"), (3_725_000, "1:02:05")]
)
def test_a_moment_reads_as_a_player_shows_it(ms, shown):
    assert moment(ms) == shown
