"""The review page as a producer has it before them: in Chromium, by the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import AXE, browser, clip, event_site, faults, opened, until
from conftest import REPOSITORY
from PIL import Image
from review_site import CAPTIONS, CONFIG, Site

pytestmark = pytest.mark.browser

SAVED = "document.getElementById('saved').textContent.startsWith('Saved')"
PAUSED = "document.querySelector('video').paused"


def areas(page) -> list[str]:
    """What stands in the captions' texts on the page."""
    return page.eval_on_selector_all("#cues textarea", "all => all.map((one) => one.value)")


def until_said(page, *texts: str) -> None:
    """Waits until the captions on the page are these."""
    want = json.dumps(list(texts))
    until(
        page,
        "JSON.stringify([...document.querySelectorAll('#cues textarea')].map((one) => one.value))"
        f" === JSON.stringify({want})",
    )


def until_in_file(page, site: Site, *texts: str) -> None:
    """Waits until the file on the disk shows these."""
    for _ in range(200):
        if site.said() == list(texts):
            return
        page.wait_for_timeout(50)
    assert site.said() == list(texts)


def active(page) -> str:
    return page.evaluate("document.activeElement.value ?? document.activeElement.textContent")


# --- from opening to approval, by the keys --------------------------------------------------------


def test_a_speaker_is_corrected_and_approved_by_the_keys_alone(event_site, opened):
    site: Site = event_site()
    page = opened(site)
    page.keyboard.press("Tab")  # skip link
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "open-ana":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready]")
    until(page, "document.querySelectorAll('#cues .doubt').length === 1")
    page.keyboard.press("F8")
    assert page.evaluate("String(getSelection())") == "Klinken"
    page.keyboard.press("Alt+KeyN")
    until_in_file(page, site, "The quick brown fox", "jumps over Klinkum.")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Control+End")
    page.keyboard.type(" today")
    until_in_file(page, site, "The quick brown fox today", "jumps over Klinkum.")
    page.keyboard.press("Alt+KeyA")
    page.keyboard.type("Mia Producer")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('standing').dataset.state === 'approved'")
    kept = json.loads((site.root / "inputs/approvals/ana.json").read_text())
    assert [one["by"] for one in kept] == ["Mia Producer"]
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.type("x")
    until(page, "document.getElementById('standing').dataset.state === 'older'")
    page.keyboard.press("Control+KeyZ")
    until(page, "document.getElementById('standing').dataset.state === 'approved'")


def test_every_key_does_what_the_help_says(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.locator("#cues textarea").first.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+Enter")
    until_said(page, "The quick", "brown fox", "jumps over Klinken.")
    assert active(page) == "brown fox"
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowDown")
    until_said(page, "The quick", "brown", "fox jumps over Klinken.")
    page.keyboard.press("Alt+Shift+KeyJ")
    until_said(page, "The quick brown", "fox jumps over Klinken.")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowUp")
    until_said(page, "The quick brown fox", "jumps over Klinken.")
    page.keyboard.press("Alt+KeyJ")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "no caption after this one" in page.text_content("#trouble")
    page.keyboard.press("Alt+Delete")
    until_said(page, "The quick brown fox")
    for _ in range(5):
        page.keyboard.press("Control+KeyZ")
    until_said(page, "The quick brown fox", "jumps over Klinken.")
    page.keyboard.press("Control+KeyY")
    until_said(page, "The quick", "brown fox", "jumps over Klinken.")
    page.keyboard.press("F1")
    assert page.is_visible("dialog#keys") and "Split at the cursor" in page.text_content("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog#keys")


def test_in_and_out_are_set_by_the_picture_that_is_shown(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.locator(".seek").first.click()
    page.locator("#cues textarea").first.focus()
    for _ in range(3):
        page.keyboard.press("Alt+Period")
    page.keyboard.press("Alt+KeyI")
    until(page, "document.querySelector('.seek').textContent.startsWith('0:00.32')")
    for _ in range(10):
        page.keyboard.press("Alt+Period")
    page.keyboard.press("Alt+KeyO")
    until(page, "document.querySelector('.seek').textContent === '0:00.32 – 0:00.76'")
    text = (site.root / "inputs/captions/ana.en.srt").read_text()
    assert "00:00:00,320 --> 00:00:00,760" in text  # the picture at 0.72 s is the last one with it


def test_a_caption_is_timed_again_by_a_key_and_the_page_says_it_listens(event_site, opened):
    spoken = "1\n00:00:00,360 --> 00:00:02,900\nGood morning from Dublin.\n"
    site: Site = event_site(captions=spoken)
    page = opened(site, "speaker/ana")
    page.locator("#cues textarea").first.focus()
    page.keyboard.press("Alt+KeyT")
    until(page, "document.querySelector('.seek').textContent === '0:00.48 – 0:02.52'")
    until(page, SAVED)


# --- what else was heard --------------------------------------------------------------------------

BY_WHISPER = CONFIG.replace(
    "engine: pocketsphinx", f'engine: whisper, model: "{REPOSITORY}/tests/data/tiny-whisper.pt"'
)


def whispered(*words: tuple[str, float]) -> str:
    """Whisper's answer for three seconds: a word of 0.4 s after the other, how sure of each."""
    said = [
        {"word": f" {text}", "start": 0.4 * place, "end": 0.4 * place + 0.4, "probability": sure}
        for place, (text, sure) in enumerate(words)
    ]
    return json.dumps({"segments": [{"words": said}]})


def sentence(name: str) -> str:
    return whispered(("We", 0.9), ("owe", 0.9), (name, 0.3), ("a", 0.9), ("lot.", 0.9))


TWICE = (
    ("ana: transcribe", sentence("Grant")),
    ("ana: hear names again", sentence("grants")),
    ("ana: fit the words to the speech", '{"slices": [[]]}'),
)


def test_what_a_second_hearing_has_at_a_doubtful_word_is_written_by_a_key(event_site, opened):
    site: Site = event_site(config=BY_WHISPER, captions="", heard=TWICE)
    page = opened(site, "speaker/ana")
    assert areas(page) == ["We owe Grant a lot."]
    page.keyboard.press("F8")
    assert page.evaluate("String(getSelection())") == "Grant"
    notes = page.text_content(".notes")
    assert "Not heard clearly: “Grant”" in notes and "also heard:grants" in notes
    page.keyboard.press("Alt+KeyH")
    until_in_file(page, site, "We owe grants a lot.")
    until(page, "document.querySelectorAll('#cues .doubt').length === 0")
    page.keyboard.press("Control+KeyZ")
    until_said(page, "We owe Grant a lot.")
    page.click("[data-do='besides']")
    until_in_file(page, site, "We owe grants a lot.")


# --- name, trim, crop, sound ----------------------------------------------------------------------


def test_name_and_trim_are_set_beside_the_picture_and_the_card_is_drawn_with_it(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.click("#settings summary")
    drawn = "document.getElementById('{}').naturalWidth > 0"
    until(page, drawn.format("card"))
    until(page, drawn.format("strap"))
    before = page.evaluate("document.getElementById('card').src")
    page.fill("#set-name", "Dr Ana Expertová")
    until(page, f"document.getElementById('card').src !== '{before}'")
    page.fill("#set-name", "  ")
    page.wait_for_selector("#undrawn:not([hidden])")
    page.fill("#set-name", "Dr Ana Expertová")
    page.locator(".seek").first.click()
    for _ in range(5):
        page.keyboard.press("Alt+Period")
    page.click("[data-do='trim-start']")
    assert page.input_value("[name='trim.start']") == "0.4s"  # frame 10 of 25 a second
    page.click("text=Write into config.yaml")
    page.wait_for_selector("#older:not([hidden])")  # the clip still has what was cut off
    until(page, "document.getElementById('older-what').textContent === 'name, trim'")
    assert page.is_visible("#older [data-do='build']")
    text = (site.root / "config.yaml").read_text()
    assert "Dr Ana Expertová" in text and "trim: {start: 0.4s}" in text
    assert page.text_content("h1") == "Dr Ana Expertová"


def test_the_crop_is_drawn_on_the_picture_by_the_mouse_and_by_the_keys(event_site, opened):
    site: Site = event_site(config=CONFIG.replace("role: Dean}", "role: Dean}  # hers"))
    page = opened(site, "speaker/ana")
    picture = (site.root / "ana.jpg", "image/jpeg")
    Image.new("RGB", (400, 200), "gray").save(picture[0])
    page.route(
        "**/ana.whole.jpg*", lambda way: way.fulfill(path=picture[0], content_type=picture[1])
    )
    page.click("#settings summary")
    until(page, "document.getElementById('whole').naturalWidth === 400")
    page.locator("#crop").scroll_into_view_if_needed()
    box = page.locator("#crop").bounding_box()
    at = lambda x, y: (box["x"] + box["width"] * x, box["y"] + box["height"] * y)  # noqa: E731
    page.mouse.move(*at(0.2, 0.25))
    page.mouse.down()
    page.mouse.move(*at(0.5, 0.5), steps=4)
    page.mouse.move(*at(0.9, 0.75), steps=4)
    page.mouse.up()
    shown = {side: page.input_value(f"[name='crop.{side}']") for side in SIDES}
    assert {side: round(float(cut[:-1])) for side, cut in shown.items()} == {
        "left": 20, "right": 10, "top": 25, "bottom": 25,
    }  # fmt: skip
    kept = page.locator("#crop .kept").bounding_box()
    assert abs(kept["x"] - at(0.2, 0)[0]) < 3 and abs(kept["height"] - box["height"] / 2) < 3
    page.mouse.move(*at(0.9, 0.5))
    page.mouse.down()
    page.mouse.move(*at(0.7, 0.5), steps=4)
    page.mouse.up()
    assert round(float(page.input_value("[name='crop.right']")[:-1])) == 30
    page.keyboard.press("ArrowRight")  # the edge that was dragged has the focus
    page.keyboard.press("Shift+ArrowRight")
    assert round(float(page.input_value("[name='crop.right']")[:-1])) == 24
    page.focus("#crop .at-left")
    page.keyboard.press("End")  # 20% are left at least
    left = float(page.input_value("[name='crop.left']")[:-1])
    assert 55.5 < left < 56.5
    assert float(page.get_attribute("#crop .at-left", "aria-valuenow")) == left
    for side, cut in (("left", "20%"), ("right", "24%"), ("top", ""), ("bottom", "25%")):
        page.fill(f"[name='crop.{side}']", cut)
    sides = "getComputedStyle(document.querySelector('#crop .kept')).inset"
    top, right, bottom, left = (float(one[:-2]) for one in page.evaluate(sides).split())
    assert (top, round(bottom / box["height"], 2)) == (0, 0.25)
    assert [round(one / box["width"], 2) for one in (left, right)] == [0.2, 0.24]
    page.click("text=Write into config.yaml")
    page.wait_for_selector("#set:not([hidden])")
    text = (site.root / "config.yaml").read_text("utf-8")
    assert "crop: {left: 20%, right: 24%, bottom: 25%}" in text and "# hers" in text


SIDES = ("left", "right", "top", "bottom")


# --- a translation --------------------------------------------------------------------------------


def test_a_translation_is_written_beside_the_original_and_what_is_missing_is_marked(
    event_site, opened
):
    config = CONFIG.replace("engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]")
    site: Site = event_site(config=config)
    page = opened(site, "speaker/ana")
    page.click("nav.languages a:nth-child(2)")
    page.wait_for_selector("body[data-ready][data-language='fr']")
    assert "2 of the original not translated" in page.text_content("#count")
    page.click("[data-do='room']")
    until(page, "document.querySelectorAll('#cues textarea').length === 2")
    originals = page.eval_on_selector_all(".original", "all => all.map((one) => one.textContent)")
    assert originals == ["The quick brown fox", "jumps over Klinken."]
    assert active(page) == ""
    page.keyboard.type("Le renard brun")
    page.keyboard.press("F8")
    page.keyboard.type("saute.")
    until(page, "!document.getElementById('count').textContent.includes('not translated')")
    path = site.root / "inputs/captions/ana.fr.srt"
    for _ in range(200):
        if path.exists() and "saute." in path.read_text():
            break
        page.wait_for_timeout(50)
    assert "00:00:00,200 --> 00:00:01,400\nLe renard brun" in path.read_text()
    assert "00:00:01,480 --> 00:00:02,800\nsaute." in path.read_text()


# --- typing, playing ------------------------------------------------------------------------------


def test_one_types_while_the_clip_plays_and_sees_the_words_in_the_picture(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.locator("#cues textarea").first.focus()
    page.keyboard.press("Control+Space")
    until(page, f"!{PAUSED}")
    page.keyboard.press("Control+End")
    page.keyboard.type(" runs")
    assert not page.evaluate(PAUSED) or page.evaluate("document.querySelector('video').ended")
    until_in_file(page, site, "The quick brown fox runs", "jumps over Klinken.")
    if not page.evaluate(PAUSED):
        page.keyboard.press("Control+Space")
    until(page, PAUSED)
    page.evaluate("document.querySelector('video').currentTime = 0.5")
    until(page, "document.querySelector('.burned').textContent === 'The quick brown fox runs'")
    page.keyboard.type("!")
    until(page, "document.querySelector('.burned').textContent === 'The quick brown fox runs!'")
    assert active(page) == "The quick brown fox runs!"


def test_one_caption_is_played_to_its_end(event_site, opened):
    page = opened(event_site(), "speaker/ana")
    page.locator("#cues textarea").first.focus()
    page.keyboard.press("Control+Enter")
    until(page, f"{PAUSED} && document.querySelector('video').currentTime > 1.3")
    assert page.evaluate("document.querySelector('video').currentTime") < 1.7


# --- several windows, files, faults ---------------------------------------------------------------


def test_two_windows_on_one_file_see_each_other_and_nothing_is_written_over(event_site, opened):
    site: Site = event_site()
    one, two = opened(site, "speaker/ana"), opened(site, "speaker/ana")
    one.locator("#cues textarea").first.focus()
    one.keyboard.press("Control+End")
    one.keyboard.type(" today")
    until_said(two, "The quick brown fox today", "jumps over Klinken.")
    two.context.set_offline(True)
    two.locator("#cues textarea").first.fill("The quick red fox")
    one.keyboard.type(" too")
    until_in_file(one, site, "The quick brown fox today too", "jumps over Klinken.")
    until(two, "document.getElementById('saved').textContent.startsWith('Not saved yet')")
    two.context.set_offline(False)
    two.wait_for_selector(".both")
    assert "The quick brown fox today too" in two.text_content(".both")
    assert areas(two)[0] == "The quick red fox"
    two.click("text=Keep mine")
    until_in_file(one, site, "The quick red fox", "jumps over Klinken.")
    until_said(one, "The quick red fox", "jumps over Klinken.")


def test_what_an_editor_writes_comes_in_and_what_is_typed_here_stays(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.locator("#cues textarea").first.focus()
    path = site.root / "inputs/captions/ana.en.srt"
    path.write_text(CAPTIONS.replace("jumps", "leaps"))
    until_said(page, "The quick brown fox", "leaps over Klinken.")
    page.keyboard.press("Control+End")
    page.keyboard.type("es")
    until_in_file(page, site, "The quick brown foxes", "leaps over Klinken.")


def test_while_the_program_does_not_answer_nothing_typed_is_lost(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    page.context.set_offline(True)
    page.locator("#cues textarea").first.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" today")
    until(page, "document.getElementById('saved').classList.contains('bad')")
    assert "What you typed is still here" in page.text_content("#saved")
    page.context.set_offline(False)
    until_in_file(page, site, "The quick brown fox today", "jumps over Klinken.")
    until(page, SAVED)


# --- the sound ------------------------------------------------------------------------------------


def test_a_caption_that_is_dragged_lands_on_the_pictures_grid(event_site, opened):
    site: Site = event_site()
    page = opened(site, "speaker/ana")
    box = page.locator("#wave").bounding_box()
    at = lambda seconds: box["x"] + box["width"] * seconds / 3  # noqa: E731
    page.mouse.move(at(0.2), box["y"] + 40)
    page.mouse.down()
    page.mouse.move(at(0.5), box["y"] + 40, steps=7)
    page.mouse.move(at(0.613), box["y"] + 40, steps=7)
    page.mouse.up()
    until(page, "document.querySelector('.seek').textContent.startsWith('0:00.6')")
    text = (site.root / "inputs/captions/ana.en.srt").read_text()
    assert "00:00:00,600 --> 00:00:01,400" in text  # frame 15 of 25 a second
    page.mouse.move(at(1.4), box["y"] + 40)
    page.mouse.down()
    page.mouse.move(at(2.013), box["y"] + 40, steps=9)
    page.mouse.up()
    until(page, "document.querySelectorAll('.seek')[1].textContent.startsWith('0:02.0')")
    text = (site.root / "inputs/captions/ana.en.srt").read_text()
    assert "00:00:00,600 --> 00:00:01,920" in text and "00:00:02,000 --> 00:00:02,800" in text


# --- several people -------------------------------------------------------------------------------


def test_two_people_come_in_by_name_and_password_and_see_each_other(event_site, browser):
    from pipeline.review.guests import hashed

    stored = hashed("a long password")
    site: Site = event_site(reviewers={"Ana": stored, "Bo": stored})
    contexts = [browser.new_context(ignore_https_errors=True) for _ in range(2)]
    pages = []
    for context, name in zip(contexts, ("Ana", "Bo"), strict=True):
        page = context.new_page()
        page.goto(f"https://{site.host}/speaker/ana")
        page.fill("#name", name)
        page.fill("#password", "a long password")
        assert faults(page) == []
        page.keyboard.press("Enter")
        page.wait_for_selector("#speakers")
        page.goto(f"https://{site.host}/speaker/ana")
        page.wait_for_selector("body[data-ready]")
        pages.append(page)
    one, two = pages
    until(one, "document.getElementById('here').textContent === 'Bo is in this one'")
    until(two, "document.getElementById('here').textContent === 'Ana is in this one'")
    one.locator("#cues textarea").first.focus()
    one.keyboard.press("Control+End")
    one.keyboard.type(" today")
    until_said(two, "The quick brown fox today", "jumps over Klinken.")
    two.keyboard.press("Alt+KeyA")
    two.keyboard.press("Enter")
    until(two, "document.getElementById('standing').textContent.startsWith('Approved by Bo')")
    for context in contexts:
        context.close()


# --- for everyone ---------------------------------------------------------------------------------

ARABIC = CAPTIONS.replace("The quick brown fox", "قال NZQA ذلك.")


def test_captions_that_run_from_the_right_do_so_in_text_and_picture(event_site, opened):
    page = opened(event_site(captions=ARABIC), "speaker/ana")
    direction = "(sel) => getComputedStyle(document.querySelector(sel)).direction"
    assert page.evaluate(direction, "#cues textarea") == "rtl"
    page.evaluate("document.querySelector('video').currentTime = 0.5")
    until(page, "document.querySelector('.burned').textContent === 'قال NZQA ذلك.'")
    assert page.evaluate(direction, ".burned") == "rtl"


EVIL = '<script>window.ran=1</script><img src="x" onerror="window.ran=1">'


def test_markup_of_strangers_is_text_everywhere_on_the_page(event_site, opened):
    config = CONFIG.replace("Dr Ana Expert", "<script>window.ran=1</script>")
    captions = CAPTIONS.replace("brown fox", EVIL).replace("jumps", "jumps and" * 9)
    site: Site = event_site(config=config, captions=captions)
    page = opened(site, "speaker/ana")
    page.evaluate("document.querySelector('video').currentTime = 0.5")
    until(page, "document.querySelector('.burned').textContent.includes('<script>')")
    until(page, "document.querySelectorAll('.notes .rule').length > 0")
    page.goto(f"http://{site.host}/")
    assert "<script>window.ran=1</script>" in page.text_content("h2 a")
    assert page.evaluate("window.ran") is None


def test_two_thousand_captions_are_all_there_and_can_be_written_in(event_site, opened):
    site: Site = event_site(captions=_many(2000), config=CONFIG)
    site_root: Path = site.root
    page = opened(site, "speaker/ana")
    assert page.locator("#cues textarea").count() == 74  # three seconds have no room for more
    page.locator("#cues textarea").last.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    for _ in range(200):
        if "Words 73!" in (site_root / "inputs/captions/ana.en.srt").read_text():
            break
        page.wait_for_timeout(50)
    assert "Words 73!" in (site_root / "inputs/captions/ana.en.srt").read_text()


def _many(count: int) -> str:
    blocks = []
    for place in range(count):
        start, end = place * 40, place * 40 + 40
        times = " --> ".join(f"00:00:{ms // 1000:02d},{ms % 1000:03d}" for ms in (start, end))
        if end <= 2960:
            blocks.append(f"{place + 1}\n{times}\nWords {place}\n")
    return "\n".join(blocks)


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(
    "where", ["", "speaker/ana", "speaker/bo", "keys", "find", "settings", "nowhere"]
)
def test_axe_finds_no_serious_fault(
    event_site, opened: Callable, where: str, width: int, dark: bool
):
    site: Site = event_site(captions=CAPTIONS.replace("fox", "fox " * 30))
    options = {
        "viewport": {"width": width, "height": 800},
        "color_scheme": "dark" if dark else "light",
    }
    page = (
        opened(site, "speaker/ana" if where in ("keys", "find", "settings") else where, **options)
        if (where not in ("nowhere", "speaker/bo"))
        else opened(site, "", **options)
    )
    if where in ("nowhere", "speaker/bo"):
        page.goto(f"http://{site.host}/{where}")
    if where in ("keys", "find"):
        page.evaluate(f"document.getElementById('{where}').showModal()")
    if where == "settings":
        page.click("#settings summary")
    if where == "speaker/ana":
        until(page, "document.querySelectorAll('.notes .rule').length > 0")
    assert faults(page) == []


@pytest.mark.parametrize("width", [375, 1280, 2560])
@pytest.mark.parametrize("where", ["", "speaker/ana"])
def test_nothing_is_wider_than_the_window(event_site, opened, where, width):
    page = opened(event_site(), where, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
