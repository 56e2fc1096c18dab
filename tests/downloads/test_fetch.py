"""Servers that misbehave: what each fault leads to, and what is kept."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from downloads.bad_server import (
    CONTENT,
    ETAG,
    HASTY,
    IMPATIENT,
    Download,
    Fault,
    Request,
    Server,
    breaking_after,
    status,
    well,
)

from her_desktop.downloads.progress import State

HALF = len(CONTENT) // 2


def test_a_file_arrives_whole(download: Download) -> None:
    download.succeeds()
    assert download.states[-1] is State.DONE
    assert State.DOWNLOADING in download.states
    assert State.VERIFYING in download.states
    (path, headers) = download.server.asked[0]
    assert path.endswith("/someone/toy/resolve/0123456789abcdef0123456789abcdef01234567/model.bin")
    assert headers["accept-encoding"] == "identity"


def test_what_is_there_already_is_not_fetched_again(download: Download) -> None:
    download.succeeds()
    download.told.clear()
    download.succeeds()
    assert len(download.server.asked) == 1


def test_an_interrupted_file_is_continued(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    download.succeeds()
    assert download.server.ranges == [f"bytes={HALF}-"]
    assert download.server.asked[0][1]["if-range"] == ETAG


def test_a_connection_reset_midway_is_continued(download: Download) -> None:
    def reset(request: Request) -> None:
        request.head(200, len(CONTENT), ETag=ETAG)
        request.wfile.write(CONTENT[:HALF])
        request.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.connection.close()

    download.succeeds(reset)
    assert len(download.server.asked) == 2


def test_a_body_that_ends_early_is_continued(download: Download) -> None:
    download.succeeds(breaking_after(70_000), breaking_after(70_000))
    assert download.server.ranges == [None, "bytes=70000-", "bytes=140000-"]


def test_a_body_that_always_ends_early_keeps_what_came(download: Download) -> None:
    message = download.fails(*[breaking_after(1000)] * 3)
    assert "broke off" in message
    assert download.kept == CONTENT[:3000]


def test_a_server_that_ignores_range(download: Download) -> None:
    download.leave(CONTENT[:HALF])

    def whole(request: Request) -> None:
        request.head(200, len(CONTENT))
        request.wfile.write(CONTENT)

    download.succeeds(whole)


def test_a_server_that_ignores_range_and_breaks_loses_nothing(download: Download) -> None:
    download.leave(CONTENT[:HALF])

    def whole_but_broken(request: Request) -> None:
        request.head(200, len(CONTENT))
        request.wfile.write(CONTENT[:1000])

    download.fails(*[whole_but_broken] * 3)
    assert download.kept == CONTENT[:HALF]


@pytest.mark.parametrize(
    "span", ["bytes 5-199999/200000", "bytes 0-199999/200000", "nonsense", "bytes */200000"]
)
def test_a_wrong_content_range_leads_to_the_whole_file(download: Download, span: str) -> None:
    download.leave(CONTENT[:HALF])

    def wrong(request: Request) -> None:
        request.head(206, HALF, Content_Range=span)
        request.wfile.write(b"x" * HALF)

    download.succeeds(wrong)
    assert download.server.ranges == [f"bytes={HALF}-", None]


def test_a_content_range_of_another_file_is_refused(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    span = f"bytes {HALF}-299999/300000"
    assert "300000" in download.fails(status(206, Content_Range=span))
    assert download.kept == CONTENT[:HALF]


def test_416_leads_to_the_whole_file(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    download.succeeds(status(416))
    assert download.server.ranges == [f"bytes={HALF}-", None]


def test_416_of_a_shorter_file_keeps_what_is_there(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    assert "1000 bytes" in download.fails(status(416), lambda request: request.head(200, 1000))
    assert download.kept == CONTENT[:HALF]


def test_a_file_that_changed_on_the_server_starts_over(download: Download) -> None:
    download.leave(b"y" * HALF, etag='"older"')
    download.succeeds()
    assert download.server.asked[0][1]["if-range"] == '"older"'


def test_a_weak_etag_is_not_used_to_continue(download: Download) -> None:
    def weak(request: Request) -> None:
        request.head(200, len(CONTENT), ETag='W/"weak"')
        request.wfile.write(CONTENT[:HALF])

    download.succeeds(weak)
    assert "if-range" not in download.server.asked[1][1]


def test_a_full_partial_file_needs_no_network(download: Download) -> None:
    download.leave(CONTENT)
    download.succeeds()
    assert download.server.asked == []


@pytest.mark.parametrize("left", [b"z" * HALF, b"z" * len(CONTENT), b"z" * (len(CONTENT) + 1)])
def test_a_spoiled_partial_file_is_replaced(download: Download, left: bytes) -> None:
    download.leave(left)
    download.succeeds()
    assert download.server.ranges[-1] is None


def test_a_wrong_length_is_refused_before_anything_is_written(download: Download) -> None:
    message = download.fails(lambda request: request.head(200, 123_456))
    assert "123456" in message
    assert "200000" in message
    assert download.kept == b""


def test_a_wrong_hash_is_thrown_away(download: Download) -> None:
    def wrong(request: Request) -> None:
        request.head(200, len(CONTENT), ETag=ETAG)
        request.wfile.write(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))

    assert "thrown away" in download.fails(wrong)
    assert list(download.target.parent.iterdir()) == []


def test_a_body_longer_than_expected_counts_only_as_far_as_it_should(download: Download) -> None:
    def endless(request: Request) -> None:
        request.head(200, None)
        request.wfile.write(CONTENT)
        while not request.server.over.is_set():
            request.wfile.write(b"more" * 1000)

    download.succeeds(endless)


def test_a_web_page_in_place_of_a_model(download: Download) -> None:
    page = b"<html>Please sign in</html>"

    def portal(request: Request) -> None:
        request.head(200, len(page), Content_Type="text/html; charset=utf-8")
        request.wfile.write(page)

    download.leave(CONTENT[:HALF])
    assert "web page" in download.fails(portal)
    assert download.kept == CONTENT[:HALF]


def test_an_empty_body(download: Download) -> None:
    assert "sent nothing" in download.fails(status(200))


def test_an_empty_body_without_a_length(download: Download) -> None:
    assert "broke off" in download.fails(*[lambda request: request.head(200, None)] * 3)


def test_a_stalled_connection_is_given_up_and_continued(download: Download) -> None:
    def stalled(request: Request) -> None:
        request.head(200, len(CONTENT), ETag=ETAG)
        request.wfile.write(CONTENT[:HALF])
        request.wfile.flush()
        request.server.over.wait(60)

    # As soon as half has arrived, nothing but the client's own patience can end the wait.
    download.succeeds(stalled, patience=replace(HASTY, silence=1.0))
    assert download.server.ranges[:2] == [None, f"bytes={HALF}-"]


def test_a_server_that_never_answers(download: Download) -> None:
    def silent(request: Request) -> None:
        request.server.over.wait(60)

    assert "stopped sending" in download.fails(*[silent] * 3, patience=HASTY)


def test_a_slow_trickle_ends_and_keeps_what_came(download: Download) -> None:
    def trickle(request: Request) -> None:
        start = request.start or 0
        span = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
        request.head(206 if start else 200, len(CONTENT) - start, Content_Range=span)
        for byte in CONTENT[start:]:
            request.wfile.write(bytes([byte]))
            if request.server.over.wait(0.05):
                return

    hurried = replace(IMPATIENT, slowest=50_000.0, slow_window=0.2)
    assert "too slowly" in download.fails(*[trickle] * 3, patience=hurried)
    assert download.kept == CONTENT[: len(download.kept)] != b""


def test_a_packed_body_is_unpacked(download: Download) -> None:
    packed = gzip.compress(CONTENT)

    def zipped(request: Request) -> None:
        request.head(200, len(packed), Content_Encoding="gzip")
        request.wfile.write(packed)

    download.succeeds(zipped)


def test_a_packed_rest_is_not_mistaken_for_the_rest(download: Download) -> None:
    download.leave(CONTENT[:HALF])

    def zipped(request: Request) -> None:
        span = f"bytes {HALF}-{len(CONTENT) - 1}/{len(CONTENT)}"
        request.head(206, HALF, Content_Encoding="gzip", Content_Range=span)
        request.wfile.write(b"x" * HALF)

    download.succeeds(zipped)


def test_a_body_that_cannot_be_unpacked(download: Download) -> None:
    def garbled(request: Request) -> None:
        request.head(200, 1000, Content_Encoding="gzip")
        request.wfile.write(b"x" * 1000)

    assert "unpacked" in download.fails(garbled)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (404, "no longer"),
        (410, "no longer"),
        (401, "refused"),
        (403, "refused"),
        (407, "proxy"),
        (418, "no sense (418)"),
        (204, "no sense (204)"),
        (206, "no sense (206)"),
    ],
)
def test_a_refusal_is_final(download: Download, code: int, words: str) -> None:
    assert words in download.fails(status(code))
    assert len(download.server.asked) == 1


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(download: Download, code: int) -> None:
    download.succeeds(status(code), status(code, Retry_After="0"))
    waits = [progress.message for progress in download.told if progress.state is State.WAITING]
    assert f"(answer {code})" in waits[0]


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_server_that_stays_busy(download: Download, code: int) -> None:
    assert "try again later" in download.fails(*[status(code)] * 3)
    assert len(download.server.asked) == 3


def test_a_long_wait_is_said_in_minutes(download: Download) -> None:
    assert "11 minutes" in download.fails(status(503, Retry_After="600"))
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)
    assert "minutes" in download.fails(status(429, Retry_After=date))


@pytest.mark.parametrize("value", ["soon", "-5", "Mon, 99 Jan 99999 00:00:00 GMT"])
def test_a_retry_after_that_means_nothing(download: Download, value: str) -> None:
    download.succeeds(status(503, Retry_After=value))


def test_a_retry_after_of_more_digits_than_a_number_has(download: Download) -> None:
    assert "minutes" in download.fails(status(503, Retry_After="9" * 5000))


def test_a_content_range_of_more_digits_than_a_number_has(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    download.succeeds(status(206, Content_Range=f"bytes {HALF}-{'9' * 5000}/{len(CONTENT)}"))


@pytest.mark.parametrize("etag", ["not quoted", '"caf\xe9"', '"two\nlines"', ""])
def test_a_spoiled_note_of_the_etag_is_not_sent(download: Download, etag: str) -> None:
    download.leave(CONTENT[:HALF], etag=etag)
    download.succeeds()
    assert "if-range" not in download.server.asked[0][1]


def test_a_redirect_to_another_host_keeps_the_range(download: Download) -> None:
    download.leave(CONTENT[:HALF])
    elsewhere = download.server.url.replace("127.0.0.1", "localhost") + "/cdn/file?signed=1"
    download.succeeds(status(302, Location=elsewhere))
    assert download.server.asked[1][0] == "/cdn/file?signed=1"
    assert download.server.asked[1][1]["host"].startswith("localhost")
    assert download.server.ranges == [f"bytes={HALF}-"] * 2


def test_a_redirect_loop(download: Download) -> None:
    assert "in circles" in download.fails(*[status(302, Location="/again")] * 50)
    assert len(download.server.asked) < 20


@pytest.mark.parametrize("place", ["ftp://example.org/x", "file:///etc/passwd"])
def test_a_redirect_to_another_protocol(download: Download, place: str) -> None:
    assert "not safe" in download.fails(status(302, Location=place))


def test_an_answer_that_is_no_http(download: Download) -> None:
    def rubbish(request: Request) -> None:
        request.wfile.write(b"\x00\x01 what?\r\n\r\n")

    assert "broke off" in download.fails(*[rubbish] * 3)


def test_nobody_listens(download: Download) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    download.server.server_port = port
    assert "could not be reached" in download.fails()


def test_a_server_that_does_not_speak_tls(
    download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "url", f"https://127.0.0.1:{download.server.server_port}")
    assert "safely" in download.fails()


@pytest.fixture
def certificate(download: Download, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the server speak TLS with a certificate of its own, and return that."""
    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate with openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = download.server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(Server, "url", f"https://localhost:{server.server_port}")
    return certificate


def test_a_certificate_that_nobody_trusts(download: Download, certificate: Path) -> None:
    assert certificate.exists()
    assert "certificate" in download.fails()
    assert download.server.asked == []


def test_a_certificate_that_the_system_trusts(
    download: Download, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    plain = f"http://localhost:{download.server.server_port}/plain"
    assert "not safe" in download.fails(status(302, Location=plain))
    download.succeeds()


def test_a_stalled_safe_connection_is_cancelled(
    download: Download, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stalled(request: Request) -> None:
        request.head(200, len(CONTENT))
        request.wfile.write(CONTENT[:HALF])
        request.wfile.flush()
        while download.partial.stat().st_size < HALF:
            request.server.over.wait(0.01)
        download.stop.cancel()
        request.server.over.wait(20)
        server_gave_up.set()

    server_gave_up = threading.Event()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    ended = download.run(stalled)
    assert ended.state is State.CANCELLED
    assert not server_gave_up.is_set(), "the reader was woken"
    assert download.kept == CONTENT[:HALF]


def test_the_proxy_of_the_system_is_asked(
    download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{download.server.server_port}")
    monkeypatch.setattr(Server, "url", "http://models.invalid")
    download.succeeds()
    assert download.server.asked[0][0].startswith("http://models.invalid/")


@pytest.mark.parametrize("proxy", ["ftp://nowhere:1", "http://127.0.0.1:notaport"])
def test_proxy_settings_that_make_no_sense(
    download: Download, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    assert "proxy" in download.fails()


def test_what_the_faults_have_in_common(download: Download) -> None:
    """After every kind of failure the next run succeeds and fetches only what is missing."""
    faults: list[Fault] = [status(404), status(403), lambda request: request.head(200, 5)]
    download.leave(CONTENT[:HALF])
    for fault in faults:
        download.fails(fault)
    download.succeeds(well)
    assert download.server.ranges[-1] == f"bytes={HALF}-"
