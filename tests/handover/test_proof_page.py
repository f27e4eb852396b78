"""The page on which a speaker sees, corrects and approves their message. How it behaves in a
browser is in tests/browser.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.config_file import read_config
from pipeline.findings import About
from pipeline.handover.proof_page import Shown, proof_page
from pipeline.handover.replies import Came
from pipeline.model import Captions, Cue, Stretch
from pipeline.plan.proofs import code_of

CONFIG = read_config(
    "title: Micro & <b>macro</b>\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "deadline: 2021-09-10 18:00\n"
    "send_to: office@event.example\n"
    "speakers: [{id: ana, name: 'Dr <script>alert(1)</script> Ana', role: Dean}]\n"
)
CUES = (Cue(0, 50, ("Hello <i>you</i>,", "all.")), Cue(60, 100, ('</textarea><script>"x"',)))
DOUBT = Stretch(2500, 3000, "Cedefop")
HEARD = Captions("en", "whisper", CUES, True, (DOUBT,))
CAME = Came(CONFIG.speakers[0], None, "ana.mp4", (), (), shown=True)
VERSION = "0123456789" + "0" * 54
SHOWN = Shown(CONFIG, CAME, VERSION, b"film", b"card", b"strap", {"en": HEARD})


def page(shown: Shown = SHOWN) -> str:
    return proof_page(shown, str)


def test_the_code_of_the_very_version_stands_in_the_line_to_answer_with():
    assert code_of(VERSION) == "04HM-ASW9"
    assert "<code>approve 04HM-ASW9</code>" in page()
    assert f'data-version="{VERSION}"' in page()
    assert "mailto:office@event.example?subject=Micro%20%26%20%3Cb%3Emacro" in page()
    assert "&amp;body=approve%2004HM-ASW9" in page()


def test_what_people_wrote_is_text_and_never_part_of_the_page():
    written = page()
    assert written.count("<script>") == written.count("</script>") == 1
    assert "<b>macro" not in written and "<i>you" not in written
    assert "Hello &lt;i&gt;you&lt;/i&gt;,\nall.</textarea>" in written
    assert written.count("</textarea>") == len(CUES)


def test_only_our_own_script_and_style_may_be_used_and_nothing_be_loaded():
    written = page()
    policy = re.search(r'Security-Policy" content="([^"]*)"', written)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; img-src data:; media-src data:;")
    for element, kind in (("style", "style-src"), ("script", "script-src")):
        inside = re.search(f"<{element}>(.*?)</{element}>", written, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert set(re.findall(r'(?:src|poster)="([^":]*:)', written)) == {"data:"}
    assert "http" not in written.replace("http-equiv", "")


def test_words_that_a_machine_was_not_sure_of_are_listed_with_their_time():
    written = page()
    assert "A machine has written these captions: please read every line." in written
    assert '<button type="button" data-ms="2500">0:02</button> <q>Cedefop</q>' in written
    assert written.count('class="doubtful"') == 1


def test_the_speakers_own_words_are_not_doubted():
    """How sure the aligner is of the times of a text says nothing of its words."""
    written = page(replace(SHOWN, captions={"en": replace(HEARD, source="script", draft=False)}))
    assert "Cedefop" not in written and 'class="doubtful"' not in written


def test_captions_stand_in_every_language_the_spoken_one_first_and_shown_unasked():
    spanish = Captions("de", "person", (Cue(0, 50, ("Hallo.",)),), False)
    written = page(replace(SHOWN, captions={"de": spanish, "en": HEARD}))
    assert re.findall(r'srclang="(\w+)" label="(\w+)" src="[^"]*"( default)?', written) == [
        ("en", "English", " default"),
        ("de", "Deutsch", ""),
    ]
    assert re.findall(r'data-language="(\w+)"', written) == ["en", "de"]


def test_captions_that_are_in_the_picture_are_not_shown_twice():
    assert " default>" in page() and " default>" not in page(replace(SHOWN, captioned=True))


def test_what_was_put_right_is_said_and_why():
    found = About("ana", "ana.mp4").warning("one-channel-silent", "", "")
    written = page(replace(SHOWN, came=replace(CAME, findings=(found,))))
    assert "<h2>What we have put right</h2>" in written
    assert "Your voice was on one side only; it is in the middle now." in written


def test_where_no_name_is_shown_there_is_no_picture_of_it():
    assert "Your name in the picture" in page()
    without = page(replace(SHOWN, strap=None))
    assert "Your name in the picture" not in without and "poster=" not in without


def test_who_introduces_the_speaker_can_be_read():
    intro = Captions("en", "whisper", (Cue(0, 50, ("Please welcome", "Ana.")),), True)
    assert ">Please welcome Ana.</p>" in page(replace(SHOWN, intro=intro))


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001)])
def test_times_are_those_of_the_clip(rate):
    delivery = CONFIG.delivery.model_copy(update={"fps": rate})
    written = page(replace(SHOWN, config=CONFIG.model_copy(update={"delivery": delivery})))
    start, end = re.findall(r'data-start="(\d+)" data-end="(\d+)"', written)[1]
    assert (int(start), int(end)) == {Fraction(25): (2400, 4000)}.get(rate, (2002, 3337))
