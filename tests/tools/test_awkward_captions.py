"""Caption files as people really send them, each with what is shown of it and what the producer is
told.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.model import Cue
from pipeline.tools.texts.caption_files import NotCaptions, read_captions

PAL = Fraction(25)


def read(data: bytes, name: str = "ann.en.srt") -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Captions and notes, for a clip of a minute at 25 frames a second."""
    return read_captions(data, name, PAL, 1500)


def one(text: str, start: int = 25, end: int = 50) -> tuple[Cue, ...]:
    """A single caption, from the first second to the second."""
    return (Cue(start, end, tuple(text.split("|"))),)


RUSSIAN = "1\r\n00:00:01,000 --> 00:00:02,000\r\nДоброе утро,\r\nколлеги!\r\n"
JAPANESE = "1\r\n00:00:01,000 --> 00:00:02,000\r\nおはようございます。\r\n"

READ = {
    "signs for reading direction around numbers and times": (
        "\u200e1\r\n\u200e00:00:01,000 --> 00:00:02,000\u200e\r\n\u200fשלום 1 > 2\r\n".encode(),
        "ann.he.srt",
        one("\u200fשלום 1 > 2"),
        (),
    ),
    "saved by Notepad as Unicode": (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nSeñor\r\n".encode("utf-16"),
        "ann.en.srt",
        one("Señor"),
        (),
    ),
    "UTF-16 whose mark was lost": (
        RUSSIAN.encode("utf-16-le"),
        "ann.ru.srt",
        one("Доброе утро,|коллеги!"),
        (),
    ),
    "UTF-16 the other way round, mark lost": (
        JAPANESE.encode("utf-16-be"),
        "ann.ja.srt",
        one("おはようございます。"),
        (),
    ),
    "Russian, saved as Windows-1251": (
        RUSSIAN.encode("cp1251"),
        "ann.ru.srt",
        one("Доброе утро,|коллеги!"),
        ("it was read as Windows-1251; save it as UTF-8 to be sure",),
    ),
    "Russian, saved as KOI8-R": (
        RUSSIAN.encode("koi8-r"),
        "ann.ru.srt",
        one("Доброе утро,|коллеги!"),
        ("it was read as KOI8-R; save it as UTF-8 to be sure",),
    ),
    "Japanese, saved as Shift JIS": (
        JAPANESE.encode("cp932"),
        "ann.ja.srt",
        one("おはようございます。"),
        ("it was read as Shift JIS; save it as UTF-8 to be sure",),
    ),
    "UTF-8 with one line pasted from Windows": (
        "1\n00:00:01,000 --> 00:00:02,000\nMāori café\n".encode() + "Señor\n".encode("cp1252"),
        "ann.en.srt",
        one("Māori café|Señor"),
        ("line 4: this line is not UTF-8 as the rest is",),
    ),
    "two marks, as when files are put together": (
        b"\xef\xbb\xbf\xef\xbb\xbf1\n00:00:01,000 --> 00:00:02,000\n\xef\xbb\xbfHi\n",
        "ann.en.srt",
        one("Hi"),
        (),
    ),
    "line ends doubled by a transfer": (
        b"1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\nOne\r\r\ntwo\r\r\n",
        "ann.en.srt",
        one("One|two"),
        (),
    ),
    "numbers missing, twice, and out of order": (
        (
            b"7\n00:00:01,000 --> 00:00:02,000\nOne\n\n7\n00:00:03,000 -->"
            b" 00:00:04,000\nTwo\n\n00:00:05,000 --> 00:00:06,000\nIn 2018\n\n1\n00:00:07,000 -->"
            b" 00:00:08,000\n2021\n"
        ),
        "ann.en.srt",
        (*one("One"), *one("Two", 75, 100), *one("In 2018", 125, 150), *one("2021", 175, 200)),
        (),
    ),
    "hours left out, points for commas, short fractions": (
        b"1\n0:01.5 --> 0:02.25\nOne\n\n2\n0:0:3 --> 0:0:4\nTwo\n",
        "ann.en.srt",
        (*one("One", 38, 56), *one("Two", 75, 100)),
        (),
    ),
    "the arrow made one sign by Word": (
        "1\n00:00:01,000 → 00:00:02,000\nOne\n".encode(),
        "ann.en.srt",
        one("One"),
        (),
    ),
    "the arrow made a dash by Word": (
        "1\n00:00:01,000 –> 00:00:02,000\nOne\n".encode(),
        "ann.en.srt",
        one("One"),
        (),
    ),
    "tags for looks and places": (
        (
            b"1\n00:00:01,000 --> 00:00:02,000 X1:40 X2:600\n{\\an8}<font"
            b' color="#fff"><i>Slanted</i> and <b>bold</b></font><br>3 < 5 {sic} <unclear>\n'
        ),
        "ann.en.srt",
        one("Slanted and bold|3 < 5 {sic} <unclear>"),
        (),
    ),
    "WebVTT with everything in it": (
        (
            b"WEBVTT Kind: captions\nX-TIMESTAMP-MAP=LOCAL:0\n\nSTYLE\n::cue(b) { color: red"
            b" }\n\nREGION\nid:fred\n\nNOTE\nnot for 00:00\nscreens\n\nintro\n00:01.000 -->"
            b" 00:02.000 position:10%,line-left align:left\n<v.loud Ann>Q&amp;A: <c.yellow.bg>1"
            b" &lt; 2</c> <00:01.500>&lrm;now</v>\n\nNOTE between\n\n2\n00:00:03.000 -->"
            b" 00:00:04.000\n<lang en>NOTE well</lang>\n"
        ),
        "ann.en.vtt",
        (*one("Q&A: 1 < 2 \u200enow"), *one("NOTE well", 75, 100)),
        (),
    ),
    "SubRip under the name of WebVTT": (
        b"1\n00:00:01,000 --> 00:00:02,000\nQ&A &amp; more\n",
        "ann.en.vtt",
        one("Q&A &amp; more"),
        (),
    ),
    "Advanced SubStation under the name of SubRip": (
        (
            b"[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style,"
            b" Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue:"
            b" 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}One\\Ntwo\n"
        ),
        "ann.en.srt",
        one("One|two"),
        (),
    ),
    "blank lines inside a caption": (
        (
            b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\ntwo\n\n\n2\n00:00:03,000 -->"
            b" 00:00:04,000\nThree\n"
        ),
        "ann.en.srt",
        (*one("One|two"), *one("Three", 75, 100)),
        ("line 4: there is a blank line inside a caption; its lines were put together",),
    ),
    "no blank lines between captions": (
        b"1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n",
        "ann.en.srt",
        (*one("One"), *one("Two", 75, 100)),
        (),
    ),
    "overlaps, and not in order": (
        (
            b"1\n00:00:05,000 --> 00:00:08,000\nLast\n\n2\n00:00:01,000 -->"
            b" 00:00:03,000\nFirst\n\n3\n00:00:02,000 --> 00:00:04,000\nSecond\n"
        ),
        "ann.en.srt",
        (*one("First", 25, 50), *one("Second", 50, 100), *one("Last", 125, 200)),
        (
            (
                "line 6: this caption and perhaps others are not in order of time; they were put in"
                " order"
            ),
            "line 6: this caption overlaps the next one; each is shown until the next begins",
        ),
    ),
    "times before the start, past the end, backwards, of no length": (
        (
            b"1\n-00:00:01,000 --> 00:00:01,000\nEarly\n\n2\n00:00:02,000 -->"
            b" 00:00:01,500\nBack\n\n3\n00:00:03,000 --> 00:00:03,000\nNone\n\n4\n00:00:58,000 -->"
            b" 00:01:09,000\nLong\n\n5\n00:02:00,000 --> 00:02:01,000\nLate\n"
        ),
        "ann.en.srt",
        (*one("Early", 0, 25), *one("Long", 1450, 1500)),
        (
            'line 2: the caption "Early" starts before the recording; it is shown from its start',
            'line 6: the caption "Back" ends before it starts; it is not shown',
            'line 10: the caption "None" ends before it starts; it is not shown',
            'line 18: the caption "Late" lies outside the recording; it is not shown',
        ),
    ),
    "hours over 99, as a tape begins": (
        b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n100:00:01,000 --> 100:00:02,000\nFar\n",
        "ann.en.srt",
        one("One"),
        ('line 6: the caption "Far" lies outside the recording; it is not shown',),
    ),
    "a time that nobody can read": (
        (
            b"1\n00:00:0l,000 --> 00:00:02,000\nLost\n\n2\n00:00:03,000 -->"
            b" 00:00:04,000\nTwo\n\n3\n00:00:05,000 --> \nOpen\n"
        ),
        "ann.en.srt",
        one("Two", 75, 100),
        (
            (
                'line 2: its times cannot be read ("00:00:0l,000 --> 00:00:02,000"); the caption is'
                " not shown"
            ),
            'line 10: its times cannot be read ("00:00:05,000 -->"); the caption is not shown',
        ),
    ),
    "a copy that broke off": (
        b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n" + bytes(500),
        "ann.en.srt",
        one("One"),
        ("line 5: the file breaks off after the number 2",),
    ),
    "captions without words": (
        (
            b"1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\n"
            b" \n\n3\n00:00:05,000 --> 00:00:06,000\n<i></i>\n"
        ),
        "ann.en.srt",
        one("One"),
        ("line 6: this caption has no words", "line 10: this caption has no words"),
    ),
    "control characters and an escape sequence": (
        b"1\n00:00:01,000 --> 00:00:02,000\n\x1b[31mRed\x07 \x00alert\n",
        "ann.en.srt",
        one("[31mRed alert"),
        (),
    ),
    "wording that looks like commands": (
        "1\n00:00:01,000 --> 00:00:02,000\nC:\\New\\table {b} & --> “3 < 4”\nNOTE 5:1\n".encode(),
        "ann.en.srt",
        one("C:\\New\\table {b} & --> “3 < 4”|NOTE 5:1"),
        (),
    ),
}


@pytest.mark.parametrize(("data", "name", "shown", "said"), READ.values(), ids=READ)
def test_an_awkward_file_is_read_and_what_was_mended_is_said(data, name, shown, said):
    assert read(data, name) == (shown, said)


REFUSED = {
    "empty": (b"", "it is empty"),
    "a byte order mark and nothing else": (b"\xff\xfe", "it is empty"),
    "blank lines": (b"\r\n\r\n", "it is empty"),
    "a letter to the producer": (
        b"\nDear Ann,\nhere are the captions.\n",
        "line 2: there is no caption in it (no line with times and an arrow -->)",
    ),
    "WebVTT with a head alone": (
        b"WEBVTT\n\n",
        "line 1: there is no caption in it (no line with times and an arrow -->)",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "it is not a text file"),
    "a Word document under the name of SubRip": (
        b"PK\x03\x04" + bytes(range(32)) * 40,
        "it is not a text file",
    ),
    "zeros": (bytes(4000), "it is empty"),
    "another recording's times": (
        b"1\n01:00:01,000 --> 01:00:02,000\nTape\n",
        "line 2: none of its captions lies within the recording",
    ),
    "nothing but backwards times": (
        b"1\n00:00:02,000 --> 00:00:01,000\nBack\n",
        "line 2: none of its captions lies within the recording",
    ),
    "5 MB": (b"x" * 5_000_000, "it is larger than 4 MB"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_holds_no_captions_is_refused_with_the_line(data, why):
    with pytest.raises(NotCaptions) as caught:
        read(data)
    assert str(caught.value) == why


def test_ten_thousand_captions_are_read():
    def second(n):
        return f"{n // 18000:02d}:{n // 300 % 60:02d}:{n // 5 % 60:02d}"

    data = "\n\n".join(
        f"{n}\n{second(n)},{n % 5 * 200:03d} --> {second(n)},{n % 5 * 200 + 199:03d}\ncaption {n}"
        for n in range(1, 10_001)
    ).encode()
    cues, notes = read_captions(data, "ann.en.srt", PAL, 100_000)
    assert len(cues) == 10_000
    assert cues[-1] == Cue(50_000, 50_005, ("caption 10000",))
    assert notes == ()


def test_a_file_with_hundreds_of_faults_is_said_to_have_them_in_a_dozen_lines():
    data = (
        "\n\n".join(f"{n}\n00:00:0{n % 9},900 --> 00:00:0{n % 9},100\nback" for n in range(1, 300))
        + "\n\n300\n00:00:10,000 --> 00:00:11,000\nforward\n"
    )
    cues, notes = read(data.encode())
    assert cues == one("forward", 250, 275)
    assert len(notes) == 12
    assert notes[-1].endswith("more things like these")


@pytest.mark.parametrize(
    "line",
    [
        "1:" * 500_000,
        "<i " * 500_000,
        "{\\a" * 500_000,
        "00:00:01,000 -->" + " " * 900_000,
        "- " * 900_000,
        "&lt;" * 500_000,
    ],
)
def test_a_line_made_to_stall_a_reader_does_not(line):
    text = f"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n{line}\n"
    cues, _ = read(text.encode(), "ann.en.vtt")
    assert cues[0].lines[0] == "Hi"


# --- captions that roll ---------------------------------------------------------------------------

YOUTUBES_OWN = """WEBVTT
Kind: captions
Language: en

00:00:01.000 --> 00:00:03.000 align:start position:0%
\x20
good<00:00:01.300><c> morning</c><00:00:01.700><c> from</c><00:00:02.100><c> Dublin</c>

00:00:03.000 --> 00:00:03.010 align:start position:0%
good morning from Dublin
\x20

00:00:03.010 --> 00:00:05.000 align:start position:0%
good morning from Dublin
we<00:00:03.300><c> write</c><00:00:03.700><c> the</c><00:00:04.000><c> register</c>

00:00:05.000 --> 00:00:05.010 align:start position:0%
we write the register
\x20

00:00:05.010 --> 00:00:07.000 align:start position:0%
we write the register
of<00:00:05.300><c> all</c><00:00:05.700><c> awards</c>
"""


def test_youtubes_rolling_captions_are_read_as_the_lines_they_are():
    shown, notes = read(YOUTUBES_OWN.encode(), "ann.en.vtt")
    assert shown == (
        Cue(25, 75, ("good morning from Dublin",)),
        Cue(75, 125, ("we write the register",)),
        Cue(125, 175, ("of all awards",)),
    )
    assert notes == (
        "each caption repeats the last line of the one before; every line is read once",
    )


def test_rolling_captions_that_overlap_are_lines_one_after_the_other():
    rolling = [("a b", 1, 5), ("a b\nc d", 3, 7), ("c d\ne f", 5, 9), ("e f\ng h", 7, 11)]
    blocks = [
        f"{number}\n00:00:{start:02d},000 --> 00:00:{end:02d},000\n{text}\n"
        for number, (text, start, end) in enumerate(rolling, 1)
    ]
    shown, _ = read("\n".join(blocks).encode())
    assert [(cue.start_frame, cue.end_frame, cue.lines) for cue in shown] == [
        (25, 75, ("a b",)),
        (75, 125, ("c d",)),
        (125, 175, ("e f",)),
        (175, 275, ("g h",)),
    ]


def test_a_refrain_is_said_twice():
    words = ["We go on.", "And on.", "We go on.", "We go on.", "To the end.", "Thank you."]
    blocks = [
        f"{n}\n00:00:{2 * n:02d},000 --> 00:00:{2 * n + 1:02d},900\n{text}\n"
        for n, text in enumerate(words, 1)
    ]
    shown, notes = read("\n".join(blocks).encode())
    assert [" ".join(cue.lines) for cue in shown] == words
    assert notes == ()
