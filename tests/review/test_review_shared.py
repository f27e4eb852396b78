"""A review that is shared on the network: who is let in, what is refused, who did what."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from urllib.parse import urlencode

import pytest
from review_site import CONFIG, Site, served, workspace

from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid, UsageWrong
from pipeline.event import Workspace
from pipeline.review import start
from pipeline.review.certificate import self_made
from pipeline.review.guests import Guests, NotLetIn, hashed

SECRET = "a long password"
HASH = hashed(SECRET)


@pytest.fixture
def site(tmp_path: Path):
    """A shared page with two people."""
    with served(workspace(tmp_path / "event"), reviewers={"Ana": HASH, "Bo": HASH}) as site:
        yield site


def enter(site: Site, name: str, password: str, **headers: str | None):
    form = {"content_type": "application/x-www-form-urlencoded", "cookie": None, **headers}
    body = urlencode({"name": name, "password": password}).encode()
    return site.ask("/login", body, **form)


def cookie_of(site: Site, name: str) -> str:
    """Somebody comes in; what their browser keeps."""
    return enter(site, name, SECRET).headers["set-cookie"].split(";")[0]


def log(site: Site) -> list[dict]:
    return [
        json.loads(line) for line in (site.root / "outputs/review.log").read_text().splitlines()
    ]


# --- coming in ------------------------------------------------------------------------------------


def test_with_name_and_password_one_comes_in_over_tls(site: Site):
    answer = enter(site, "Ana", SECRET)
    assert answer.status == 303 and answer.headers["location"] == "/"
    assert answer.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
    page = site.ask("/", cookie=answer.headers["set-cookie"].split(";")[0])
    assert page.status == 200 and "Shared on the network." in page.text


@pytest.mark.parametrize("path", ["/", "/speaker/ana", "/media/ana.mp4", "/nothing"])
def test_whoever_is_not_in_is_asked_who_they_are(site: Site, path: str):
    for cookie in (None, f"perspectives-{site.port}=wrong"):
        answer = site.ask(path, cookie=cookie)
        assert answer.status == 303 and answer.headers["location"] == "/login"
        assert "Ana" not in answer.text


@pytest.mark.parametrize("path", ["/api/overview", "/api/captions/ana/en", "/api/approval/ana"])
def test_nothing_is_told_to_whoever_is_not_in(site: Site, path: str):
    assert site.ask(path, cookie=None).status == 403
    assert site.ask(path, {"by": "Eve", "known": 0, "do": "undo"}, cookie=None).status == 403


def test_the_page_before_the_door_says_nothing_of_the_event(site: Site):
    page = site.ask("/login", cookie=None)
    assert page.status == 200 and "Test segment" not in page.text and "Ana" not in page.text
    assert site.ask("/static/review.css", cookie=None).status == 200
    assert site.ask("/static/", cookie=None).status == 404
    assert site.ask("/static/..%2fserver.py", cookie=None).status == 404


@pytest.mark.parametrize(("name", "password"), [("Ana", "wrong"), ("Eve", SECRET), ("", "")])
def test_a_wrong_name_or_password_is_not_told_apart(site: Site, name: str, password: str):
    answer = enter(site, name, password)
    assert answer.status == 403 and "set-cookie" not in answer.headers
    assert "That name and password do not fit together." in answer.text


def test_another_page_cannot_log_somebody_in(site: Site):
    assert enter(site, "Ana", SECRET, origin="https://evil.example").status == 403
    assert enter(site, "Ana", SECRET, host="evil.example").status == 400
    assert enter(site, "Ana", SECRET, sec_fetch_site="cross-site").status == 403


def test_whoever_tries_too_often_waits(site: Site):
    answers = [enter(site, "Ana", f"guess {number}").status for number in range(7)]
    assert answers == [403] * 5 + [429] * 2
    assert enter(site, "Ana", SECRET).status == 429
    tries = [line for line in log(site) if line["what"].startswith("not let in")]
    assert len(tries) == 5  # who waits fills no disk


def test_after_a_minute_one_may_try_again_and_after_twelve_hours_one_says_it_again():
    now = [0.0]
    guests = Guests({"Ana": HASH}, clock=lambda: now[0])
    for _ in range(5):
        with pytest.raises(NotLetIn, match="do not fit"):
            guests.enter("Ana", "wrong", "10.0.0.1")
    with pytest.raises(NotLetIn, match="Wait a minute"):
        guests.enter("Ana", SECRET, "10.0.0.2")
    now[0] = 61.0
    token = guests.enter("Ana", SECRET, "10.0.0.1")
    assert guests.who(token) == "Ana"
    now[0] += 12 * 3600
    assert guests.who(token) is None


def test_whoever_signs_out_is_out_and_their_cookie_opens_nothing_more(site: Site):
    ana, bo = cookie_of(site, "Ana"), cookie_of(site, "Bo")
    assert 'action="/logout"' in site.ask("/", cookie=ana).text
    assert 'action="/logout"' in site.ask("/speaker/ana", cookie=ana).text
    assert site.ask("/logout", b"", cookie=ana, origin="https://evil.example").status == 403
    answer = site.ask("/logout", b"", cookie=ana)
    assert answer.status == 303 and answer.headers["location"] == "/login"
    assert "=; " in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
    assert site.ask("/api/overview", cookie=ana).status == 403
    assert site.ask("/", cookie=ana).headers["location"] == "/login"
    assert site.ask("/api/overview", cookie=bo).status == 200
    assert [(line["by"], line["what"]) for line in log(site)][-1] == ("Ana", "left")
    assert 'action="/logout"' not in site.ask("/").text  # who has the printed address stays


# --- who did what ---------------------------------------------------------------------------------


def test_what_a_guest_does_stands_under_their_name(site: Site):
    cookie = cookie_of(site, "Ana")
    edit = {"known": 0, "do": "remove", "id": 1}
    assert site.ask("/api/captions/ana/en", edit, cookie=cookie).json["steps"][0]["by"] == "Ana"
    answer = site.ask("/api/approval/ana", {"by": "Somebody Else"}, cookie=cookie)
    assert answer.json["by"] == "Ana"
    done = [(line["by"], line["what"], line["speaker"]) for line in log(site)]
    assert done[1:] == [("Ana", "remove 1", "ana"), ("Ana", "approved by Ana", "ana")]
    assert SECRET not in (site.root / "outputs/review.log").read_text()


def test_who_else_is_in_a_speakers_captions_is_said(site: Site):
    ana, bo = cookie_of(site, "Ana"), cookie_of(site, "Bo")
    since = "/api/captions/ana/en/since/0"
    assert site.ask(since, cookie=ana).json["others"] == []
    assert site.ask(since, cookie=bo).json["others"] == ["Ana"]
    assert site.ask(since, cookie=ana).json["others"] == ["Bo"]


# --- config, certificate, command -----------------------------------------------------------------


def test_a_password_in_the_open_is_refused_and_not_repeated():
    text = CONFIG + "reviewers: [{name: Ana, password: hunter2}]\n"
    with pytest.raises(ConfigInvalid) as caught:
        read_config(text)
    assert "write what `perspectives review --password` prints" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    twice = (
        CONFIG
        + f'reviewers: [{{name: Ana, password: "{HASH}"}}, {{name: Ana, password: "{HASH}"}}]\n'
    )
    with pytest.raises(ConfigInvalid, match="another reviewer has this name"):
        read_config(twice)


def test_the_key_is_its_owners_alone_and_a_good_certificate_is_kept(tmp_path: Path):
    path, fingerprint = self_made(tmp_path, ("127.0.0.1", "here"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert self_made(tmp_path, ("127.0.0.1", "here")) == (path, fingerprint)
    assert self_made(tmp_path, ("127.0.0.1", "there"))[1] != fingerprint
    assert len(fingerprint.split(":")) == 32


def test_a_review_that_nobody_could_come_to_is_not_shared(tmp_path: Path):
    root = workspace(tmp_path / "event")
    with pytest.raises(UsageWrong, match="nobody could come in"):
        start.run(Workspace(root), print, None, 0, False, None, start.Shared())


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path, text: str | None):
    config = CONFIG + f'reviewers: [{{name: Ana, password: "{HASH}"}}]\n'
    root, pem = workspace(tmp_path / "event", config), tmp_path / "mine.pem"
    if text is not None:
        pem.write_text(text)
    with pytest.raises(UsageWrong, match="they cannot be used") as caught:
        start.run(Workspace(root), print, None, 0, False, None, start.Shared(pem, pem))
    assert "name two PEM files that belong together" in str(caught.value)
