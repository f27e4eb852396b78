"""Who is let in to the review page, and what it gives away: nothing to other pages, to other
machines' names, to whoever has not opened the address that was printed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from review_site import Site, served, workspace


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    """A page that is only looked at."""
    with served(workspace(tmp_path_factory.mktemp("door"))) as site:
        yield site


def test_the_printed_address_gives_a_cookie_and_leaves_the_address(site: Site):
    answer = site.raw("GET", f"/?token={site.token}", None, {"host": site.host})
    assert answer.status == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie == f"perspectives-{site.port}={site.token}; Path=/; HttpOnly; SameSite=Strict"
    assert len(site.token) >= 43


@pytest.mark.parametrize(
    "path",
    [
        "/", "/speaker/ana", "/api/overview", "/media/ana.mp4", "/media/ana.jpg", "/static/api.js",
        "/api/captions/ana/en", "/favicon.ico", "/nothing",
    ],
)  # fmt: skip
def test_nothing_is_seen_without_the_cookie(site: Site, path: str):
    for cookie in (None, "perspectives=1", f"perspectives-{site.port}=wrong", "\xff=\xfe; a"):
        answer = site.ask(path, cookie=cookie)
        assert answer.status == 403
        assert "address that `perspectives review` printed" in answer.text


def test_a_wrong_token_opens_nothing(site: Site):
    answer = site.raw("GET", "/?token=wrong", None, {"host": site.host})
    assert answer.status == 403 and "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "localhost:1", "127.0.0.1", ""])
def test_another_name_that_was_led_here_is_refused(site: Site, host: str):
    assert site.ask("/", host=host or None).status == 400
    opened = site.raw("GET", f"/?token={site.token}", None, {"host": host} if host else {})
    assert opened.status == 400 and "set-cookie" not in opened.headers


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", None])
def test_another_page_cannot_write(site: Site, origin: str | None):
    asked = {"do": "undo", "known": 0}
    assert site.ask("/api/captions/ana/en", asked, origin=origin).status == 403
    assert site.ask("/api/build", {"draft": True}, origin=origin).status == 403
    assert site.ask("/api/approval/ana", {"by": "Eve"}, origin=origin).status == 403


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
def test_another_page_cannot_look_either(site: Site, where: str):
    assert site.ask("/api/overview", sec_fetch_site=where).status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_way_of_asking_is_answered(site: Site, method: str):
    assert site.ask("/api/captions/ana/en", b"{}", method=method).status == 405


def test_a_body_has_an_end(site: Site):
    large = b'{"do": "undo", "known": 0, "find": "' + b"x" * (1 << 20) + b'"}'
    assert site.ask("/api/captions/ana/en", large).status == 413
    assert site.ask("/api/captions/ana/en", large, transfer_encoding="chunked").status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/media/../config.yaml", "/media/%2e%2e%2fconfig.yaml", "/media/..%2fana.mp4",
        "/media/nobody.mp4", "/media/bo.mp4", "/media/", "/static/", "/static/../server.py",
        "/static/%2e%2e%2fserver.py", "/static/templates", "/speaker/..%2f..", "/speaker/nobody",
        "/speaker/ana?language=../x", "/api/captions/ana/..%2f..%2fconfig", "/docs",
        "/api/captions/ana/fr", "/openapi.json", "/inputs/ana.mp4", "//evil.example/",
    ],
)  # fmt: skip
def test_no_path_comes_out_of_a_request(site: Site, path: str):
    answer = site.ask(path)
    assert answer.status == 404
    assert "Ana's recording" not in answer.text and "title: Test" not in answer.text


def test_a_link_among_the_clips_is_not_served(site: Site):
    clips = site.root / "outputs/clips"
    kept = (clips / "ana.mp4").read_bytes()
    try:
        for name in ("ana.mp4", "ana.captioned.mp4"):
            (clips / name).rename(clips / f"{name}.kept")
            (clips / name).symlink_to(site.root / "config.yaml")
        assert site.ask("/media/ana.mp4").status == 404
    finally:
        for name in ("ana.mp4", "ana.captioned.mp4"):
            (clips / f"{name}.kept").replace(clips / name)
    assert site.ask("/media/ana.mp4").body == kept


def test_a_player_gets_the_bytes_that_it_asks_for(site: Site):
    whole = (site.root / "outputs/clips/ana.mp4").read_bytes()
    part = site.ask("/media/ana.mp4", range="bytes=2-5")
    assert (part.status, part.body) == (206, whole[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(whole)}"
    assert site.ask("/media/ana.mp4").headers["accept-ranges"] == "bytes"
    assert site.ask("/media/ana.mp4", range=f"bytes={len(whole)}-").status == 416


@pytest.mark.parametrize("path", ["/", "/speaker/ana", "/media/ana.mp4", "/nothing", "/api/x"])
def test_every_answer_says_what_a_browser_may_not_do(site: Site, path: str):
    for answer in (site.ask(path), site.ask(path, cookie=None)):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


def test_pages_hold_no_script_and_no_style_of_their_own(site: Site):
    for path in ("/", "/speaker/ana"):
        text = site.ask(path).text
        assert "<style" not in text and " style=" not in text and "javascript:" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/')
        assert not re.search(r"<[^>]* on[a-z]+=", text)
        assert "http://" not in text and "https://" not in text


def test_the_first_load_is_light(site: Site):
    files = ["/speaker/ana", "/media/captions.woff", "/api/captions/ana/en"]
    static = Path(__file__).parents[2] / "pipeline/review/static"
    files += [f"/static/{path.name}" for path in static.iterdir()]
    sizes = {path: len(site.ask(path).body) for path in files}
    assert min(sizes.values()) > 100 and sum(sizes.values()) < 300_000, sizes
