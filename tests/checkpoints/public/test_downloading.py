import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.public.downloading import fetch
from stickdance.checkpoints.public.public_weights import PublicWeights

CONTENT = bytes(range(256)) * 20_000  # 5 MB: several blocks
SIZE = len(CONTENT)


class Publisher:
    """A server on this machine's loopback that answers as told and notes what is asked for."""

    def __init__(self):
        self.content, self.knows_ranges, self.stops_after = CONTENT, True, None
        self.ranges = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        asked = request.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.knows_ranges else 0
        part = self.content[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(part)))
        request.end_headers()
        request.wfile.write(part[: self.stops_after])

    def weights(self, size=SIZE):
        address = f"http://127.0.0.1:{self.server.server_address[1]}/net.pth"
        digest = hashlib.sha256(CONTENT).hexdigest()
        return PublicWeights("net", "Net", "tests", "MIT", address, digest, size)


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    publisher = Publisher()
    yield publisher
    publisher.server.shutdown()
    publisher.server.server_close()


def partial_of(weights):
    return weights.path.parent / ".fetching" / weights.path.name


@pytest.mark.parametrize("size", [SIZE, 0], ids=["of known size", "of unknown size"])
def test_what_is_published_comes_whole_and_is_not_fetched_twice(publisher, size):
    weights = publisher.weights(size)
    for _ in range(2):
        assert fetch(weights).read_bytes() == CONTENT
    assert publisher.ranges == [None]
    assert not partial_of(weights).exists()


def test_a_broken_download_is_carried_on_with(publisher):
    weights = publisher.weights()
    publisher.stops_after = 3_000_000
    with pytest.raises(WeightsAbsent, match="net: could not be fetched") as error:
        fetch(weights)
    assert error.value.exit_status == 4
    assert not weights.path.exists()
    assert partial_of(weights).stat().st_size == 3_000_000
    publisher.stops_after = None
    assert fetch(weights).read_bytes() == CONTENT
    assert publisher.ranges == [None, "bytes=3000000-"]


def test_where_parts_are_not_given_it_begins_again(publisher):
    weights = publisher.weights()
    publisher.stops_after = 3_000_000
    with pytest.raises(WeightsAbsent):
        fetch(weights)
    publisher.stops_after, publisher.knows_ranges = None, False
    assert fetch(weights).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"x", CONTENT + b"x"], ids=["other", "longer"])
def test_other_content_than_was_published_is_thrown_away(publisher, content):
    weights, publisher.content = publisher.weights(), content
    with pytest.raises(BadInput, match="SHA-256 is another; nothing was kept"):
        fetch(weights)
    assert not weights.path.exists()
    assert not partial_of(weights).exists()


def test_damaged_weights_are_fetched_anew(publisher):
    weights = publisher.weights()
    weights.path.parent.mkdir(parents=True)
    weights.path.write_bytes(b"damaged")
    assert fetch(weights).read_bytes() == CONTENT


def test_without_network_it_is_one_line_with_address_and_place(publisher):
    weights = publisher.weights()
    publisher.server.shutdown()
    publisher.server.server_close()
    with pytest.raises(WeightsAbsent) as error:
        fetch(weights)
    assert "refused" in str(error.value)
    assert weights.address in str(error.value)
    assert str(weights.path) in str(error.value)
