"""Sets a workspace up; without it a producer would begin with an empty file and the manual."""

from __future__ import annotations

from datetime import datetime
from string import Template

from pipeline.errors import UsageWrong
from pipeline.event import Workspace
from pipeline.themes import DEFAULT, THEMES
from pipeline.tools.running import files

EXAMPLE = Template("""\
# The programme segment. Title, slot and speakers suffice; lines that begin with # show what else
# there is, each with its default or an example: take the # away to use one.
# Lengths are written 8s, 1m30s or 0.4s. A text with a colon in it needs quotes: "Part 1: Trust".
title: Title of the segment
event: Name of the event       # stands above the title
# language: en                 # of dates and of our own words on cards
slot:
  start: $start    # date, time and offset from UTC
  end: $end
  # timezone: Europe/Berlin    # whose clock cards and rundown show; left out: as start
  margin: 15s                  # stays free at the end
  overrun: warn                # warn | strict: refuse to build when it does not fit
  fill: none                   # none | hold: the closing card stays until the exact end of the slot
  missing: hold                # hold: a card for who has sent nothing yet | omit: leave them out
# deadline: 2021-09-10 18:00   # until when speakers may send it; stands in what they are sent
# send_to: https://upload.example/box   # where they send it, in any words
delivery:
  size: 1920x1080              # even numbers from 128 to 8192
  fps: 25
  # surround: blur             # of upright and 4:3 pictures: blur | a colour in quotes, "#0b3c5d"
  loudness: -16                # LUFS, -40 to -9, the same for every message (broadcast: -23)
  true_peak: -1                # dBTP, -9 to 0, never above
  # quality: 20                # x264 crf: smaller is better and larger; 0 (no loss) to 40
  # preset: veryfast           # ultrafast to slower; slower ones: smaller files, more time
  # encoder: x264              # auto: a graphics card that can; nvenc | qsv | videotoolbox | vaapi
  outputs: [soft, burned]      # with caption tracks, with captions in the picture
# publish: yes                 # also what goes onto the web, in outputs/publish/
# deliveries:                  # the same programme in other forms, each in outputs/editions/NAME/
#   podcast: {kind: audio}     # to listen to
#   mail: {kind: small, megabytes: 25}   # 1 to 20000
#   upright: {kind: social}    # for telephones: 1080x1920, cut around the face
cards:
  opening: 8s                  # 0s leaves a card out
  title: 6s
  closing: 6s
  lower_third: 6s
  # fade: 0.4s
  # transition: fade           # fade (over black) | crossfade | cut
  # motion: soft               # soft: words glide to their place | none
  # closing_text: Thank you    # left out: thanks, in the event's language
  # to_follow_text: To follow  # on a holding card, likewise
  # music: music.mp3           # a sound file in this folder, under the cards
  # music_level: -24           # its LUFS, -60 to -9; left out: 8 under delivery.loudness
brand:
  theme: $theme                # $themes: `perspectives still --cards --theme all`
  # background: "#0b3c5d"      # your own colours, in quotes
  # text: "#ffffff"
  # accent: "#f2b134"
  # font: our-font.ttf         # a file in this folder
  # logo: our-logo.png         # PNG or JPEG in this folder
captions:
  burn: en                     # the language drawn into the picture; [es, en]: two
  # burn_fallback: spoken      # where it is not there: spoken (the language spoken) | none
  languages: [en]              # delivered as tracks and files
  # glossary: [NZQA, Cedefop]  # names and terms that are said
  # corrections: {Klinken: Klinkum}   # what was heard: what is to be written
  # style: default             # default | bbc | relaxed | numbers of your own (see README.md):
  #   {line_length: 37, reading_speed: 17, aim: 15, lines: 2, like: bbc}
  # engine: auto               # auto | whisper (alone: no script is read) | pocketsphinx
  # model: small               # Whisper's size, or the path of a file of weights; with [fast]
                               # also of a folder in faster-whisper's form
# limits: {duration: 30m, pixels: 35389440, bytes: 20GiB, gain: 20}   # the longest and largest
                               # recording; the most dB of gain, 0 to 60
# store: {limit: 50GiB}        # what earlier versions left goes, the oldest first, above that
# accept: [slot-over]          # what you know of and air all the same (docs/errors.md)
# approval: required           # build --final refuses what nobody has approved
# reviewers: []                # who may come to `review --share`; each is written as
                               # {name: Ana, password: what `review --password` prints}
# on_built: [./tell.sh, stage]  # a program that `perspectives watch` runs after each build
# segments:                    # several in one event, each in outputs/ID/; the rest is as above
#   - id: morning              # start and end of slot: stand here then, and no longer above
#     title: Title of this segment
#     slot: {start: $start, end: $end}
#     speakers: [example]      # ids in their order; one may be in several segments
#     then: Coffee break       # up to the next one; left out: the moderator's
speakers:
  - id: example                # names the files: inputs/example.mp4, inputs/example.txt
    name: Dr Example Speaker
    role: Director
    organisation: Example University
    country: New Zealand
    timezone: Pacific/Auckland
    language: en               # the language that is spoken
    # contact: name@university.example   # where mail reaches them
    # say: KLING-kum           # how the name is pronounced, for the moderator
    # consent: {publish: yes, until: 2027-01-01}   # may it be published after the event
    # allowance: 4m30s         # how long the message may be; left out: an equal share
    # video: IMG_2041.MOV      # in inputs/; left out: the file that is named like the id
    # script: speech.docx      # likewise
    # script_is_right: true    # it says word for word what was said, whatever machines hear
    # chapters: {0m0s: Welcome, 1m20s: Recognition}   # parts of it, on the recording's own clock
    # still: example.jpg       # a photo in inputs/, for a message that is sound alone
    # intro: example.wav       # in inputs/: who introduces the speaker, under the title card
    # intro_language: en       # left out: the event's language
    # trim: {start: 3s, end: 4m10s}   # nothing is ever cut unasked (`perspectives trim ID`)
    # fit: cover               # contain: the whole picture | cover: fills the frame
    # crop: {bottom: 12%}      # cut off first: left, right, top, bottom
    # sound_track: 2           # of several the one to be heard, from 1 to 32
    # allow_silent: true       # a message without sound is meant to be so
    # denoise: light           # softens a steady noise (a fan, a hum)
    # level: true              # evens out somebody who fades
    # style: relaxed           # the captions' style, if it is to differ
    # accept: [captions-draft] # findings that you know of and air all the same
""")


def init(workspace: Workspace, now: datetime) -> list[str]:
    """Write a commented config.yaml, inputs/ and outputs/. Raises UsageWrong where a config.yaml is
    already there.
    """
    if workspace.config.exists():
        raise UsageWrong(f"{workspace.config} is already there; nothing was changed.")
    start = now.astimezone().replace(hour=14, minute=30, second=0, microsecond=0)
    text = EXAMPLE.substitute(
        start=start.isoformat(),
        end=start.replace(minute=50).isoformat(),
        themes=", ".join(THEMES),
        theme=DEFAULT,
    )
    workspace.made(workspace.inputs / "captions")
    workspace.made(workspace.outputs)
    files.write_whole(workspace.config, text)
    return ["config.yaml", "inputs/", "inputs/captions/", "outputs/"]
