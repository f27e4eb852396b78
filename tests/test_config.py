"""config.yaml: everything that can be wrong with it is said in a sentence that names the line, the
key and what is allowed.
"""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

import pytest

from pipeline.config_file import read_config, speaker_added, speaker_removed
from pipeline.errors import ConfigInvalid

SLOT = "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
SPEAKERS = "speakers:\n  - id: klinkum\n    name: Dr Grant Klinkum\n"
SMALL = "title: Micro-credentials\n" + SLOT + SPEAKERS
"""Title on line 1, slot on line 2, speakers on lines 3 to 5: whatever is added begins on line 6."""

IN_FULL = """\
title: International perspectives on micro-credentials
event: Webinar on a common definition of micro-credentials
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00, margin: 15s, \
overrun: warn}   # warn | strict
delivery: {size: 1920x1080, fps: 25, loudness: -16, true_peak: -1, quality: 20, preset: veryfast, \
outputs: [soft, burned]}
cards: {opening: 8s, title: 6s, closing: 6s, lower_third: 6s, fade: 0.4s, \
transition: fade}   # fade | crossfade | cut
brand: {background: "#0b3c5d", text: "#ffffff", accent: "#f2b134", font: null, logo: null}
captions: {engine: auto, model: small, burn: en, languages: [en], \
glossary: [micro-credentials, NZQA, Cedefop], style: default}
limits: {duration: 30m, pixels: 35389440, bytes: 20GiB}   # 8K and a bit
speakers:
  - id: klinkum
    name: Dr Grant Klinkum
    role: Chief Executive
    organisation: NZQA
    country: New Zealand
    timezone: Pacific/Auckland
    language: en
    video: klinkum.mov            # in inputs/; left out: \
the one media file in inputs/ named like the id
    script: klinkum.txt           # what was read out, if it was sent
    trim: {start: null, end: null}   # accepted in/out points; nothing is ever cut unasked
"""


def problems(text: str) -> list[str]:
    """The sentences that refuse ``text``."""
    with pytest.raises(ConfigInvalid) as caught:
        read_config(text)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


# --- what is read ---------------------------------------------------------------------------------


def test_two_thousand_speakers_are_an_event_and_one_more_is_not():
    head = f"title: Micro-credentials\n{SLOT}speakers:\n"
    many = "".join(f"- {{id: s{number}, name: Ana {number}}}\n" for number in range(2000))
    assert len(read_config(head + many).speakers) == 2000
    assert "2000" in problems(head + many + "- {id: last, name: Ana}\n")[0]


def test_title_slot_and_speakers_suffice():
    config = read_config(SMALL)
    assert config.delivery.size == (1920, 1080) and config.delivery.fps == 25
    assert (config.delivery.loudness, config.delivery.true_peak) == (-16, -1)
    assert config.delivery.outputs == ("soft", "burned")
    assert (config.cards.opening, config.cards.title, config.cards.closing) == (8000, 6000, 6000)
    assert (config.slot.margin, config.slot.overrun, config.slot.fill) == (15000, "warn", "none")
    assert (config.captions.engine, config.captions.burn, config.captions.languages) == (
        "auto",
        ("en",),
        ("en",),
    )
    assert config.limits.bytes == 21474836480 and config.limits.duration == 1800000
    assert config.speakers[0].language == "en" and config.speakers[0].video is None


def test_the_example_of_the_manual_is_read_in_full():
    config = read_config(IN_FULL)
    speaker = config.speakers[0]
    assert (speaker.name, speaker.role, speaker.organisation) == (
        "Dr Grant Klinkum",
        "Chief Executive",
        "NZQA",
    )
    assert (speaker.video, speaker.script, speaker.timezone) == (
        "klinkum.mov",
        "klinkum.txt",
        "Pacific/Auckland",
    )
    assert (speaker.trim.start, speaker.trim.end) == (None, None)
    assert (config.cards.fade, config.cards.transition, config.limits.pixels) == (
        400,
        "fade",
        35389440,
    )
    assert config.captions.glossary == ("micro-credentials", "NZQA", "Cedefop")
    assert (config.brand.accent, config.brand.font, config.brand.theme) == (
        "#f2b134",
        None,
        "orbit",
    )


def test_the_slot_keeps_the_zone_it_was_written_in():
    slot = read_config(SMALL).slot
    assert slot.start.isoformat() == "2021-09-14T14:30:00+02:00"
    assert slot.start.utcoffset() == timedelta(hours=2)
    assert slot.duration_ms == 1200000


def test_a_slot_may_begin_and_end_in_different_zones():
    slot = read_config(SMALL.replace("14:50:00+02:00", "12:50:00Z")).slot
    assert slot.duration_ms == 1200000


@pytest.mark.parametrize(
    ("written", "ms"), [("1:30", 90000), ("1m30s", 90000), ("90", 90000), ("0.4s", 400), ("0s", 0)]
)
def test_a_length_can_be_written_as_people_write_it(written, ms):
    assert read_config(SMALL + f"cards: {{opening: {written}, fade: 0s}}\n").cards.opening == ms


def test_a_crop_is_written_in_shares_of_the_picture():
    speaker = read_config(
        SMALL + "    crop: {left: 12.5%, bottom: 3 %, top: 0}\n    fit: cover\n"
    ).speakers[0]
    assert (speaker.crop.left, speaker.crop.right, speaker.crop.top, speaker.crop.bottom) == (
        Fraction(1, 8),
        0,
        0,
        Fraction(3, 100),
    )
    assert speaker.fit == "cover"


@pytest.mark.parametrize("written", ["NO", "no", "No"])
def test_norwegian_is_a_language_and_not_a_refusal(written):
    assert read_config(SMALL + f"    language: {written}\n").speakers[0].language == "no"


def test_29_97_is_the_exact_broadcast_rate():
    assert read_config(SMALL + "delivery: {fps: 29.97}\n").delivery.fps == Fraction(30000, 1001)


def test_a_title_over_two_lines_becomes_one():
    config = read_config(
        SMALL.replace("title: Micro-credentials", "title: |\n  Micro-credentials\n  for all")
    )
    assert config.title == "Micro-credentials for all"


# --- what is refused, and how ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ("capshuns: {}", "line 6: capshuns is not a key I know; did you mean captions?"),
        (
            "brand: {zzz: 1}",
            (
                "line 6: brand.zzz is not a key I know; allowed here: theme, background, text,"
                " accent, font, logo"
            ),
        ),
        ("delivery:\n  fsp: 25", "line 7: delivery.fsp is not a key I know; did you mean fps?"),
        ("    nmae: X", "line 6: speakers[1].nmae is not a key I know; did you mean name?"),
        (
            "7: x",
            (
                "line 6: 7 is not a key I know; allowed here: title, event, language, slot,"
                " deadline, send_to, delivery, deliveries, cards, brand, captions, limits, store,"
                " accept, publish, approval, reviewers, segments, on_built, speakers"
            ),
        ),
        (
            "deliveries: {podcast: {kind: audo}}",
            'line 6: deliveries.podcast.kind is "audo"; write one of audio, small, social,'
            " broadcast, master",
        ),
        (
            "deliveries: {podcast: {}}",
            "line 6: deliveries.podcast.kind: write which one it is: audio, small, social,"
            " broadcast, master",
        ),
        (
            "deliveries: {tv: {kind: broadcast, timecode: 10h}}",
            (
                'line 6: deliveries.tv.timecode is "10h"; write hours, minutes, seconds and'
                ' pictures, "10:00:00:00"'
            ),
        ),
        (
            'deliveries: {tv: {kind: broadcast, timecode: "25:00:00:00"}}',
            'line 6: deliveries.tv.timecode is "25:00:00:00"; its hours go from 00 to 23',
        ),
        (
            'deliveries: {tv: {kind: broadcast, timecode: "10:60:60:25"}}',
            (
                'line 6: deliveries.tv.timecode is "10:60:60:25"; its minutes go from 00 to 59, its'
                " seconds go from 00 to 59, its pictures go from 00 to 24"
            ),
        ),
        (
            "deliveries:\n  up:\n    kind: social\n    framing: {klinkun: 40%}",
            (
                "line 9: deliveries.up.framing.klinkun: no speaker has this id; did you mean"
                " klinkum?"
            ),
        ),
        (
            "deliveries: {up: {kind: social, framing: whole}}",
            (
                'line 6: deliveries.up.framing is "whole"; write who and where they are in the'
                " picture, for example {ana: 40%}"
            ),
        ),
        (
            "deliveries: {pod: {kind: audio, formats: mp3}}",
            (
                'line 6: deliveries.pod.formats is "mp3"; write a list, for example [m4a, mp3], or'
                " entries that begin with a hyphen"
            ),
        ),
        (
            "deliveries: {up: {kind: social, framing: {nobody: 40%}}}",
            (
                "line 6: deliveries.up.framing.nobody: no speaker has this id; write who it is"
                " under speakers"
            ),
        ),
        (
            "delivery: {fps: 30}\ndeliveries: {tv: {kind: broadcast}}",
            (
                'line 7: deliveries.tv.kind is "broadcast"; a broadcast edition has 25 pictures a'
                " second: write delivery: {fps: 25}"
            ),
        ),
        (
            "deliveries: [podcast]",
            (
                "line 6: deliveries: write a name for each and what it is, for example"
                " {podcast: {kind: audio}}"
            ),
        ),
        (
            "deliveries:\n  podcast:\n    kind: audio\n    loudnes: -19",
            "line 9: deliveries.podcast.loudnes is not a key I know; did you mean loudness?",
        ),
        (
            "deliveries: {Pod Cast: {kind: audio}}",
            (
                "line 6: deliveries.Pod Cast: write small letters a-z, digits and hyphens, for"
                " example wold-mccormick"
            ),
        ),
        (
            "deliveries: {mail: {kind: small, megabytes: 0}}",
            "line 6: deliveries.mail.megabytes is 0; write a number of at least 1",
        ),
        (
            "event: 2021",
            (
                "line 6: event is 2021; write some text; put it in quotes if it looks like a"
                " number, a date, yes or no"
            ),
        ),
        (
            "cards: {opening: -5s}",
            'line 6: cards.opening is "-5s"; write a length of time, for example 8s or 1m30s',
        ),
        (
            "cards: {opening: soon}",
            'line 6: cards.opening is "soon"; write a length of time, for example 8s or 1m30s',
        ),
        (
            "cards: {opening: true}",
            "line 6: cards.opening is true; write a length of time, for example 8s or 1m30s",
        ),
        (
            "cards: {opening: 25h}",
            'line 6: cards.opening is "25h"; write a length of time of at most 24h',
        ),
        (
            "cards: {title: 0.5s, fade: 0.4s}",
            "line 6: cards: each card must last at least twice the fade (or 0s to leave it out)",
        ),
        (
            "cards: {transition: wipe}",
            'line 6: cards.transition is "wipe"; write fade, crossfade or cut',
        ),
        ("limits: {duration: 0s}", 'line 6: limits.duration is "0s"; write more than nothing'),
        (
            "limits: {bytes: 20 gigs}",
            'line 6: limits.bytes is "20 gigs"; write a size, for example 20GiB',
        ),
        ("limits: {pixels: -1}", "line 6: limits.pixels is -1; write a number of at least 16384"),
        (
            "delivery: {fps: abc}",
            (
                'line 6: delivery.fps is "abc"; write a frame rate from 10 to 120, for example 25'
                " or 29.97"
            ),
        ),
        (
            "delivery: {fps: 0}",
            "line 6: delivery.fps is 0; write a frame rate from 10 to 120, for example 25 or 29.97",
        ),
        (
            "delivery: {fps: .nan}",
            (
                "line 6: delivery.fps is nan; write a frame rate from 10 to 120, for example 25 or"
                " 29.97"
            ),
        ),
        (
            "delivery: {size: 1921x1080}",
            (
                'line 6: delivery.size is "1921x1080"; write width x height in even numbers, for'
                " example 1920x1080"
            ),
        ),
        (
            "delivery: {loudness: -16 LUFS}",
            'line 6: delivery.loudness is "-16 LUFS"; write a number',
        ),
        (
            "delivery: {loudness: -5}",
            "line 6: delivery.loudness is -5; write a number of at most -9",
        ),
        (
            "delivery: {true_peak: 1}",
            "line 6: delivery.true_peak is 1; write a number of at most 0",
        ),
        ("delivery: {quality: 20.5}", "line 6: delivery.quality is 20.5; write a whole number"),
        ("delivery: {quality: true}", "line 6: delivery.quality is true; write a whole number"),
        (
            "delivery: {outputs: soft}",
            (
                'line 6: delivery.outputs is "soft"; write a list, for example [soft, burned], or'
                " entries that begin with a hyphen"
            ),
        ),
        (
            "delivery: {outputs: [hard]}",
            'line 6: delivery.outputs[1] is "hard"; write soft or burned',
        ),
        (
            "delivery: {encoder: cuda}",
            (
                'line 6: delivery.encoder is "cuda"; write x264, auto, nvenc, qsv, videotoolbox or'
                " vaapi"
            ),
        ),
        ("delivery: {outputs: []}", "line 6: delivery.outputs: write at least one"),
        (
            "captions: {languages: [en, en]}",
            "line 6: captions.languages: en is there twice; write it once",
        ),
        (
            "brand: {theme: disco}",
            (
                'line 6: brand.theme is "disco"; write orbit, journal, voices, meridian or plain; '
                "`perspectives still --cards --theme all` shows them"
            ),
        ),
        ("cards: {motion: fast}", 'line 6: cards.motion is "fast"; write soft or none'),
        (
            "brand: {background: red}",
            'line 6: brand.background is "red"; write a colour in quotes, for example "#0b3c5d"',
        ),
        (
            "    language: english",
            (
                'line 6: speakers[1].language is "english"; write a language code, for example en,'
                " es or pt-BR"
            ),
        ),
        (
            "    timezone: NZT",
            (
                'line 6: speakers[1].timezone is "NZT"; write a time zone, for example'
                " Pacific/Auckland"
            ),
        ),
        (
            "    video: ../secret.mov",
            (
                'line 6: speakers[1].video is "../secret.mov"; write the name of a file that lies'
                " in inputs/, without a folder"
            ),
        ),
        (
            "    script: /etc/passwd",
            (
                'line 6: speakers[1].script is "/etc/passwd"; write the name of a file that lies in'
                " inputs/, without a folder"
            ),
        ),
        (
            "    trim: {start: 10s, end: 5s}",
            'line 6: speakers[1].trim.end is "5s"; end must be later than start',
        ),
        (
            "    trim: {start: -2s}",
            (
                'line 6: speakers[1].trim.start is "-2s"; write a length of time, for example 8s or'
                " 1m30s"
            ),
        ),
        (
            "    allowance: '0.003125'",  # 4:30 as a spreadsheet keeps it
            'line 6: speakers[1].allowance is "0.003125"; write how long the message may be, for'
            " example 4m30s",
        ),
        ("    allowance: 0s", 'line 6: speakers[1].allowance is "0s"; write more than nothing'),
        (
            "    trim: 10s",
            'line 6: speakers[1].trim is "10s"; write the keys of this section under it',
        ),
        ("    fit: stretch", 'line 6: speakers[1].fit is "stretch"; write contain or cover'),
        (
            "    crop: 10%",
            'line 6: speakers[1].crop is "10%"; write the keys of this section under it',
        ),
        (
            "    crop: {left: 10}",
            (
                "line 6: speakers[1].crop.left is 10; write how much of the picture is cut off"
                " there, for example 10%"
            ),
        ),
        (
            "    crop: {top: -5%}",
            (
                'line 6: speakers[1].crop.top is "-5%"; write how much of the picture is cut off'
                " there, for example 10%"
            ),
        ),
        (
            "    crop:\n      left: 45%\n      right: 40%",
            (
                'line 8: speakers[1].crop.right is "40%"; left and right together may cut '
                "off 80% at most"
            ),
        ),
        (
            "    crop: {above: 5%}",
            (
                "line 6: speakers[1].crop.above is not a key I know; allowed here: left, right,"
                " top, bottom"
            ),
        ),
        (
            "delivery: {surround: black}",
            (
                'line 6: delivery.surround is "black"; write blur, or a colour in quotes, for'
                ' example "#0b3c5d"'
            ),
        ),
        (
            "  - id: oconnor\n    name: Dr O\n  - id: klinkum\n    name: Dr K",
            (
                'line 8: speakers[3].id is "klinkum"; another speaker has this id; give each an id'
                " of its own"
            ),
        ),
    ],
    ids=lambda value: value.split(";")[0] if value.startswith("line") else "",
)
def test_a_wrong_value_is_named_with_its_line_its_key_and_what_is_allowed(added, sentence):
    assert problems(f"{SMALL}{added}\n") == [f"config.yaml: {sentence}"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (("title: Micro-credentials\n", ""), "line 1: title is missing; write it"),
        (
            ("title: Micro-credentials", "title:"),
            (
                "line 1: title is empty; write some text; put it in quotes if it looks like a "
                "number, a date, yes or no"
            ),
        ),
        ((SPEAKERS, ""), "line 1: speakers is missing; write it"),
        ((SPEAKERS, "speakers: []"), "line 3: speakers: write at least one"),
        (
            (SPEAKERS, "speakers: [Dr Grant Klinkum]"),
            'line 3: speakers[1] is "Dr Grant Klinkum"; write the keys of this section under it',
        ),
        (
            ("id: klinkum", "id: Klinkum"),
            (
                'line 4: speakers[1].id is "Klinkum"; write small letters a-z, digits and hyphens,'
                " for example wold-mccormick"
            ),
        ),
        (("    name: Dr Grant Klinkum\n", ""), "line 4: speakers[1].name is missing; write it"),
        (
            ("14:50:00+02:00", "14:20:00+02:00"),
            'line 2: slot.end is "2021-09-14T14:20:00+02:00"; end must be later than start',
        ),
        (
            ("+02:00}", "+02:00, timezone: CEST+1}"),
            'line 2: slot.timezone is "CEST+1"; write a time zone, for example Pacific/Auckland',
        ),
        (
            ("+02:00}", "+02:00, missing: skip}"),
            'line 2: slot.missing is "skip"; write hold or omit',
        ),
        (
            ("end: 2021-09-14", "end: 2021-09-16"),
            'line 2: slot.end is "2021-09-16T14:50:00+02:00"; a slot lasts 24 hours at most',
        ),
        (
            ("14:30:00+02:00", "14:30:00"),
            (
                'line 2: slot.start is "2021-09-14T14:30:00"; write date, time and offset from UTC,'
                " for example 2021-09-14T14:30:00+02:00 (with timezone: beside it, 2021-09-14 14:30"
                " is enough)"
            ),
        ),
        (
            ("start: 2021-09", "start: 2021-13"),
            (
                'line 2: slot.start is "2021-13-14T14:30:00+02:00"; write date, time and offset '
                "from UTC, for example 2021-09-14T14:30:00+02:00 (with timezone: beside it,"
                " 2021-09-14 14:30 is enough)"
            ),
        ),
        (
            ("start: 2021-09-14T14:30:00+02:00", "timezone: Europe/Berlin, start: 2021-09-14"),
            (
                'line 2: slot.start is "2021-09-14"; write date, time and offset from UTC, for'
                " example 2021-09-14T14:30:00+02:00 (with timezone: beside it, 2021-09-14 14:30 is"
                " enough)"
            ),
        ),
        (
            (
                "start: 2021-09-14T14:30:00+02:00",
                "timezone: Europe/Berlin, start: 2021-03-28 02:30",
            ),
            (
                'line 2: slot.start is "2021-03-28 02:30"; clocks in Europe/Berlin skip that time'
                " when they go forward; write 2021-03-28 01:30 or 2021-03-28 03:30"
            ),
        ),
        (
            (
                "start: 2021-09-14T14:30:00+02:00",
                "timezone: Europe/Berlin, start: 2021-10-31 02:30",
            ),
            (
                'line 2: slot.start is "2021-10-31 02:30"; clocks in Europe/Berlin show that time'
                " twice when they go back; write 2021-10-31T02:30:00+02:00 for the first, or"
                " 2021-10-31T02:30:00+01:00 for the second"
            ),
        ),
        (
            ("start: 2021-09-14T14:30:00+02:00", "start: 2021-09-14 14:30, timezone: Europe/Berln"),
            (
                'line 2: slot.timezone is "Europe/Berln"; write a time zone, for example'
                " Pacific/Auckland"
            ),
        ),
    ],
    ids=lambda value: value.split(";")[0] if isinstance(value, str) else "",
)
def test_what_is_missing_or_impossible_is_named_too(changed, sentence):
    assert problems(SMALL.replace(*changed)) == [f"config.yaml: {sentence}"]


def test_every_problem_is_said_at_once_in_the_order_of_the_lines():
    text = "titel: T\n" + SLOT + "speakers:\n  - id: Klinkum\ncards: {opening: soon}\n"
    assert [sentence.split(";")[0] for sentence in problems(text)] == [
        "config.yaml: line 1: title is missing",
        "config.yaml: line 1: titel is not a key I know",
        'config.yaml: line 4: speakers[1].id is "Klinkum"',
        "config.yaml: line 4: speakers[1].name is missing",
        'config.yaml: line 5: cards.opening is "soon"',
    ]


def test_a_colour_without_quotes_is_a_comment_and_we_say_so():
    assert problems(SMALL + "brand:\n  background: #0b3c5d\n") == [
        "config.yaml: line 7: brand.background is empty; write a colour in quotes, for example"
        ' "#0b3c5d"'
    ]
    assert problems(SMALL + 'brand: {background: #0b3c5d, text: "#ffffff"}\n') == [
        'config.yaml: line 6: a colour needs quotes, "#0b3c5d"; without them the rest of the line'
        " is a comment"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMALL + "title: Twice\n", "line 6: the key title is written twice; keep one of them"),
        (SMALL + "\tevent: X\n", "line 6: there is a tab character; indent with spaces"),
        (SMALL + "event: a\x1bb\n", "line 6: there is a control character (U+001B); delete it"),
        (
            SMALL + 'event: "a\\0b"\n',
            (
                'line 6: event is "a\ufffdb"; there is a character in it that cannot be shown;'
                " write the text again"
            ),
        ),
        ("", "write title:, slot: and speakers: (run `perspectives init` for an example)"),
        (
            "# nothing yet\n",
            "write title:, slot: and speakers: (run `perspectives init` for an example)",
        ),
        (
            "- title: T\n",
            "write title:, slot: and speakers: (run `perspectives init` for an example)",
        ),
    ],
    ids=[
        "a key twice",
        "a tab",
        "a control character",
        "a zero in a text",
        "empty",
        "comments only",
        "a list at the top",
    ],
)
def test_a_file_that_is_no_config_is_refused_in_one_sentence(text, sentence):
    assert problems(text) == [f"config.yaml: {sentence}"]


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('event: "no end\n', 6),
        ("captions: {languages: [en, es}\n", 6),
        ("    role Chief Executive\n    country: X\n", 7),
    ],
)
def test_broken_yaml_is_shown_with_the_line_to_look_at(broken, line):
    (sentence,) = problems(SMALL + broken)
    assert re.match(
        r"config\.yaml: line (\d+): this is not readable as YAML: .*; look for a missing colon,"
        r" quote or bracket "
        r"near there$",
        sentence,
    )
    assert f"line {line}:" in sentence


@pytest.mark.parametrize("value", ["!!python/x y", "!Hello", "!!str 2021"])
def test_what_begins_with_an_exclamation_mark_is_asked_for_in_quotes(value):
    mark = value.split()[0]
    assert problems(f"title: {value}\n") == [
        f'config.yaml: line 1: what begins with an exclamation mark needs quotes ("{mark}")'
    ]


def test_a_small_file_cannot_grow_into_a_large_one():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: &e [*d, *d]\n"
    assert problems(bomb) == [
        "config.yaml: line 2: references (*name) are not read here; write the value out"
    ]


def test_brackets_a_thousand_deep_are_refused_before_they_are_followed():
    assert problems(f"{SMALL}event: {'[' * 1000}{']' * 1000}\n") == [
        "config.yaml: line 6: lists and sections lie more than 20 deep in each other; look for a"
        " stray bracket"
    ]


def test_a_file_of_over_one_megabyte_is_no_config():
    assert problems(SMALL + "#" * 1_000_001) == [
        "config.yaml: the file is larger than 1 MB; this is not a config.yaml"
    ]


def test_yaml_cannot_make_us_run_code():
    assert problems(SMALL + "event: !!python/object/apply:os.system [true]\n") == [
        "config.yaml: line 6: what begins with an exclamation mark needs quotes"
        ' ("!!python/object/apply:os.system")'
    ]


def test_a_long_wrong_value_is_shortened():
    assert problems(SMALL + "cards: {opening: " + "1x" * 5000 + "}\n") == [
        'config.yaml: line 6: cards.opening is "'
        + "1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1..."
        '"; write a length of time, for example 8s or 1m30s'
    ]


# --- writing a speaker ----------------------------------------------------------------------------


def test_a_new_speaker_is_written_and_every_comment_stays():
    assert (
        speaker_added(
            IN_FULL, {"id": "palacios", "name": "Dr Beatriz Palacios", "country": "México"}
        )
        == IN_FULL + "  - id: palacios\n    name: Dr Beatriz Palacios\n    country: México\n"
    )


def test_a_known_speaker_is_changed_and_nothing_else():
    changed = speaker_added(IN_FULL, {"id": "klinkum", "country": "Aotearoa"})
    assert changed == IN_FULL.replace("country: New Zealand", "country: Aotearoa")


def test_the_indentation_of_the_list_stays_as_it_was():
    text = "title: T\nspeakers:\n- id: a\n  name: A\n"
    assert speaker_added(text, {"id": "b", "name": "B"}) == text + "- id: b\n  name: B\n"


def test_a_name_that_looks_like_yaml_is_written_as_text():
    text = speaker_added(SMALL, {"id": "b", "name": "Yes: #1 {best}", "country": "NO"})
    assert read_config(text).speakers[1].name == "Yes: #1 {best}"
    assert read_config(text).speakers[1].country == "NO"


IN_THE_MIDDLE = """\
title: T
speakers:
  - id: a       # Tuesday
    name: A     # as she writes it
    # a's script is late

# how it looks
cards: {title: 5s}   # short
"""


def test_a_new_speaker_stands_before_the_comment_of_the_next_section():
    added = speaker_added(IN_THE_MIDDLE, {"id": "b", "name": "B"}, {"id": "c", "name": "C"})
    assert added == IN_THE_MIDDLE.replace(
        "as she writes it\n", "as she writes it\n  - id: b\n    name: B\n  - id: c\n    name: C\n"
    )


def test_a_new_key_of_the_last_speaker_stands_before_the_comment_of_the_next_section():
    assert speaker_added(IN_THE_MIDDLE, {"id": "a", "country": "Chile"}) == IN_THE_MIDDLE.replace(
        "as she writes it\n", "as she writes it\n    country: Chile\n"
    )


def test_of_a_trim_only_the_point_that_is_given_is_changed():
    changed = speaker_added(IN_FULL, {"id": "klinkum", "trim": {"end": "4m10.5s"}})
    assert changed == IN_FULL.replace(
        "trim: {start: null, end: null}   #", "trim: {start: null, end: 4m10.5s} #"
    )
    assert (
        speaker_added(SMALL, {"id": "klinkum", "trim": {"start": "2.6s"}})
        == SMALL + "    trim: {start: 2.6s}\n"
    )


# --- until when, and where mail goes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "deadline", "moment"),
    [
        (SLOT, "2021-09-10 18:00", "2021-09-10T18:00:00+02:00"),
        (SLOT, "2021-09-10T18:00:00+12:00", "2021-09-10T18:00:00+12:00"),
        (
            "slot: {timezone: Europe/Berlin, start: 2021-11-14 14:30, end: 2021-11-14 14:50}\n",
            "2021-10-10 18:00",
            "2021-10-10T18:00:00+02:00",
        ),
    ],
    ids=["the offset of the slot", "an offset of its own", "the event's zone, in summer time"],
)
def test_a_deadline_without_an_offset_is_on_the_events_clock(slot, deadline, moment):
    config = read_config(f"title: T\n{slot}deadline: {deadline}\n{SPEAKERS}")
    assert config.deadline and config.deadline.isoformat() == moment


def test_a_deadline_without_a_time_is_asked_for_one():
    assert problems(f"{SMALL}deadline: 2021-09-10\n") == [
        'config.yaml: line 6: deadline is "2021-09-10"; write date and time, for example'
        " 2021-09-10 18:00"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "a@uni.example, Ana <ana@uni.example>",
        "Ana <ana>",
        "ana",
        "ana@",
        "a@uni.example, b@uni.example",
        '"a@b.c\\nBcc: x@y.z"',
    ],
)
def test_what_is_not_one_mail_address_is_refused_by_its_line(address):
    (problem,) = problems(f"{SMALL}    contact: {address}\n")
    assert problem.startswith("config.yaml: line 6: speakers[1].contact is ")
    assert problem.endswith("write one mail address, for example name@university.example")


@pytest.mark.parametrize("address", ["ana@münchen.example", "käthe@münchen.example"])
def test_a_mail_address_is_taken_as_it_is_written(address):
    (speaker,) = read_config(f"{SMALL}    contact: {address}\n").speakers
    assert speaker.contact == address


@pytest.mark.parametrize(
    "pasted",
    [
        "Mohammad Al-Hashimi <m@uni.example>",
        "Al-Hashimi, Mohammad <m@uni.example>",
        '"Al-Hashimi, Dr. M." <m@uni.example>',
        "m@uni.example <m@uni.example>",
        "<m@uni.example>",
    ],
)
def test_an_address_is_taken_as_a_mail_program_copies_it_with_the_name(pasted):
    (speaker,) = read_config(f"{SMALL}    contact: '{pasted}'\n").speakers
    assert speaker.contact == "m@uni.example"


# --- who is taken out -----------------------------------------------------------------------------

THREE = """\
title: T
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:   # in their order
  # first comes Ana
  - id: ana
    name: Ana   # hers
# odd, and within
    trim: {start: 1s}
    # about Ana

  # then Bo
  - {id: bo, name: Bo}

  - id: cy
    name: Cy
# the end
accept: [slot-over]
"""


@pytest.mark.parametrize(
    ("speaker", "gone"),
    [
        ("ana", range(4, 9)),
        ("bo", [11]),
        ("cy", [13, 14]),
    ],
)
def test_who_is_taken_out_leaves_every_other_line_as_it_was(speaker, gone):
    lines = THREE.splitlines(keepends=True)
    left = speaker_removed(THREE, speaker)
    assert left == "".join(line for place, line in enumerate(lines) if place not in gone)
    assert [*read_config(left).by_id] == [one for one in ("ana", "bo", "cy") if one != speaker]


def test_who_is_taken_out_of_a_list_in_one_line_leaves_the_others():
    text = "title: T\nspeakers: [{id: ana, name: A}, {id: bo, name: B}]\n"
    assert speaker_removed(text, "ana") == "title: T\nspeakers: [{id: bo, name: B}]\n"


def test_who_is_taken_out_is_in_no_segment_any_more():
    text = THREE + "segments:\n  - id: m   # early\n    speakers: [ana, bo]\n    title: M\n"
    left = speaker_removed(text, "ana")
    assert "speakers: [bo]" in left and "# early" in left and "ana" not in left


def test_who_is_taken_out_is_framed_in_no_edition_any_more():
    editions = "deliveries:\n  up:\n    kind: social\n    framing: {ana: 40%, bo: whole}  # seen\n"
    left = speaker_removed(THREE + editions, "ana")
    assert "    framing: {bo: whole} " in left and "# seen" in left and "ana" not in left
    assert [*read_config(left).by_id] == ["bo", "cy"]


def test_the_last_one_who_is_taken_out_leaves_an_empty_list():
    text = "title: T\nspeakers:\n  - id: ana\n    name: A\n# end\n"
    assert speaker_removed(text, "ana") == "title: T\nspeakers:\n  []\n# end\n"
