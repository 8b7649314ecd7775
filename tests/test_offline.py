"""Nothing leaves the machine: seen from below, where every library and child process passes.

A library in C is preloaded (native/watch_network.c) that writes down each look-up of a name and
each address called, and lets only loopback through. Programs that are linked statically, as the
ffmpeg that comes with imageio-ffmpeg, do not pass it.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from stickdance.checkpoints.offline import SETTINGS, TALKATIVE

ROOT = Path(__file__).resolve().parent.parent
OURS = [
    file
    for package in ("capture", "checkpoints", "choreography", "synth", "tools")
    for file in (ROOT / package).rglob("*.py")
]
CALLS = """
    import ctypes, socket, subprocess, sys
    socket.create_server(("127.0.0.1", 0))
    here = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(here.getsockname()).close()
    socket.getaddrinfo("localhost", 80)
    ctypes.CDLL(None).gethostbyname(b"native.invalid")
    try: socket.getaddrinfo("python.invalid", 80)
    except OSError: pass
    try: socket.create_connection(("192.0.2.1", 443), 1)
    except OSError: pass
    try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"?", ("192.0.2.2", 53))
    except OSError: pass
    again = "import socket; socket.gethostbyname('child.invalid')"
    subprocess.run([sys.executable, "-c", again], stderr=subprocess.DEVNULL)
"""
ENGINES = """
    import sys, time, torch
    from stickdance.synth.generators.compact import CompactGenerator
    from stickdance.synth.engines.engine import build_engine, installed_engines
    from stickdance.synth.engines.int8 import in_int8

    generator = CompactGenerator((4, 4, 4, 4), 1).eval().requires_grad_(False)
    window = {name: torch.zeros(1, n, 32, 32)
              for name, n in (("stick", 3), ("warped", 4), ("plate", 3))}
    names = installed_engines()
    for name in names:
        engine = build_engine(name, generator, torch.device("cpu"))
        engine.paint(window)
    if "openvino" in names:
        in_int8(build_engine("openvino", generator, torch.device("cpu")), generator, [window] * 2)
    print(*names)
    time.sleep(float(sys.argv[1]))
"""
COMMANDS = """
    import json, sys
    from stickdance.tools import cli
    for words in json.loads(sys.argv[1]):
        try: cli.main(words)
        except SystemExit as left: print(words, left.code, file=sys.stderr)
"""
SIGNING = """
    import sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    import numpy as np
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
    from stickdance.capture.media.video_writer import VideoWriter
    from stickdance.synth.credentials.c2pa_library import c2pa, offline_context
    from stickdance.synth.credentials.claims import Claims
    from stickdance.synth.credentials.signer import signer_from
    from stickdance.synth.credentials.signing import sign_copy, sign_video

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in ("Anna", "Root")]
    usage = x509.KeyUsage(True, *[False] * 8)
    asks = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.invalid/")
    )
    parts = [
        (x509.BasicConstraints(False, None), True), (usage, True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        (x509.AuthorityInformationAccess([asks]), False),
    ]
    made = x509.CertificateBuilder(
        names[1], names[0], key.public_key(), 7, now - timedelta(1), now + timedelta(9)
    )
    for extension, critical in parts:
        made = made.add_extension(extension, critical)
    Path("a.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Path("a.key").write_bytes(private)
    for name in ("local.mp4", "own.mp4", "copy.mp4", "plain.mp4"):
        with VideoWriter(Path(name), (96, 96), 4) as video:
            for grey in range(8):
                video.write(np.full((96, 96, 3), 90 + grey, np.uint8))
    claims = Claims("anna", "ab" * 32, "yes")
    sign_video(Path("local.mp4"), claims, signer_from(None, None), "local.mp4")
    own = signer_from(Path("a.pem"), Path("a.key"))
    sign_video(Path("own.mp4"), claims, own, "own.mp4")
    sign_copy(Path("copy.mp4"), Path("own.mp4"), own, "copy.mp4")
    builder = c2pa().Builder(claims.manifest("remote.mp4"), context=offline_context())
    builder.set_no_embed()
    builder.set_remote_url("http://manifest.invalid/remote.c2pa")
    with open("plain.mp4", "rb") as source, open("remote.mp4", "w+b") as to:
        builder.sign(own.for_library(), "video/mp4", source, to)
"""
FETCHING = """
    import c2pa
    with open("remote.mp4", "rb") as file:
        try: c2pa.Reader("video/mp4", file)
        except c2pa.C2paError: pass
"""


class Watch:
    """Runs programs and tells whom they called."""

    def __init__(self, library: Path, folder: Path):
        self.log, self.home, self.folder = folder / "calls.txt", folder / "home", folder
        self.home.mkdir()
        # What this process, which imports `stickdance.checkpoints.offline` too, has set must not
        # help.
        foreign = {key: os.environ[key] for key in os.environ.keys() - SETTINGS.keys()}
        self.environment = {
            **{key: value for key, value in foreign.items() if not key.startswith("XDG_")},
            "HOME": str(self.home),
            "LD_PRELOAD": str(library),
            "WATCH_NETWORK": str(self.log),
        }

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *words], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, code: str, *words: str) -> str:
        """Run a program in Python and return what it printed."""
        started = self.start("-c", textwrap.dedent(code), *words)
        printed, errors = started.communicate(timeout=900)
        assert started.returncode == 0, errors[-3000:]
        return printed + errors

    def calls(self) -> list[str]:
        """Return who was called until now, "how whom", and forget it."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.split(" ", 2)[2] for line in lines]

    def kept(self) -> list[str]:
        """Return the folders that something made in the home folder to keep what it will tell."""
        names = ("intel", ".cache/Microsoft", ".cache/huggingface", ".config/Microsoft")
        return [name for name in names if (self.home / name).exists()]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux") or compiler is None:
        pytest.skip("look-ups are watched by a preloaded library: needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("native") / "watch_network.so"
    source = ROOT / "tests" / "native" / "watch_network.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", source, "-o", made, "-ldl"], check=True)
    return made


@pytest.fixture
def watch(library, tmp_path):
    return Watch(library, tmp_path)


def imports(file: Path) -> dict[str, int]:
    """Return what a file imports, each with the first line that does."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module)]
        for name in names:
            found[name] = min(node.lineno, found.get(name, node.lineno))
    return found


def test_what_phones_home_is_imported_below_what_silences_it():
    importing = []
    for file in OURS:
        found = imports(file)
        lines = [line for name, line in found.items() if name.split(".")[0] in TALKATIVE]
        if lines:
            importing.append(file.name)
            assert found.get("stickdance.checkpoints.offline", 10**6) < min(lines), file
    assert {"onnxruntime_engine.py", "openvino_engine.py", "ray_cluster.py"} <= set(importing)


def test_only_two_files_call_other_computers():
    doors = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
    doors.add("huggingface_hub")
    calling = [file for file in OURS if doors & imports(file).keys()]
    calling += [file for file in OURS if "download_url_to_file" in file.read_text()]
    # A benchmark asks the studio that it has opened itself.
    known = [
        "checkpoints/public/downloading.py",
        "tools/benchmarks/studio.py",
        "tools/hub/client.py",
    ]
    assert sorted(file.relative_to(ROOT).as_posix() for file in calling) == known


def test_the_watch_sees_planted_calls_and_lets_loopback_through(watch):
    watch.run(CALLS)
    assert watch.calls() == [
        "gethostbyname native.invalid",
        "getaddrinfo python.invalid",
        "connect 192.0.2.1:443",
        "sendto 192.0.2.2:53",
        "getaddrinfo child.invalid",
    ]


def test_engines_call_nobody_and_keep_nothing_to_tell(watch):
    assert watch.run(ENGINES, "0").split()[0] == "torch"
    assert watch.calls() == []
    assert watch.kept() == []


def test_of_all_commands_only_getting_models_and_the_hub_call_somebody(watch):
    asked = [["models", "list"], ["models", "verify"], ["make", "--help"], ["--help"]]
    asked += [["hub", "pull", "--help"], ["hub", "list", "--limit", "0"]]
    watch.run(COMMANDS, json.dumps(asked))
    assert watch.calls() == []
    printed = watch.run(COMMANDS, json.dumps([["models", "get", "squeezenet"]]))
    assert "squeezenet: could not be fetched" in printed
    assert set(watch.calls()) == {"getaddrinfo download.pytorch.org"}
    pytest.importorskip("huggingface_hub")
    watch.environment["HF_ENDPOINT"] = "https://hub.invalid"
    printed = watch.run(COMMANDS, json.dumps([["hub", "pull", "anna/dancer", "-o", "anna"]]))
    assert "the hub at https://hub.invalid could not be reached" in printed
    assert set(watch.calls()) == {"getaddrinfo hub.invalid"}


def test_signing_and_verifying_ask_no_server_for_credentials_revocation_or_time(watch):
    """Of a certificate that names a server of revocations, and credentials that lie elsewhere."""
    pytest.importorskip("c2pa")
    watch.run(SIGNING)
    names = ("local.mp4", "own.mp4", "copy.mp4", "remote.mp4", "plain.mp4")
    asked = [["verify", name] for name in names]
    printed = watch.run(COMMANDS, json.dumps([*asked, ["verify", "own.mp4", "--trust", "a.pem"]]))
    assert printed.count("credentials: hold") == 4, printed
    assert watch.calls() == []
    watch.run(FETCHING)  # what the library does where nobody tells it not to
    assert set(watch.calls()) == {"getaddrinfo manifest.invalid"}


@pytest.fixture
def manifest(tmp_path):
    import numpy as np

    random = np.random.default_rng(0)
    rows = ["reference,rendered"]
    for number in range(4):
        name = f"{number}.npz"
        np.savez(tmp_path / name, frames=random.integers(0, 256, (3, 48, 64, 3), np.uint8))
        rows.append(f"{name},{name}")
    (tmp_path / "pairs.csv").write_text("\n".join(rows) + "\n")
    return tmp_path / "pairs.csv"


def test_ray_on_this_machine_calls_nobody_and_listens_to_nobody_else(watch, manifest):
    pytest.importorskip("ray")
    words = ["evaluate", "--manifest", str(manifest), "-o", "scores", "--metrics", "psnr"]
    words += ["--ray", "local"]
    started = watch.start("-m", "stickdance.tools.cli", *words)
    seen: dict[str, set[str]] = {}
    while started.poll() is None:
        for program, address in listeners(started.pid):
            seen.setdefault(program, set()).add(address)
        time.sleep(0.2)
    printed, errors = started.communicate()
    assert started.returncode == 0, errors[-3000:]
    assert "occupied" not in printed + errors
    assert watch.calls() == []
    assert {"gcs_server", "raylet"} <= seen.keys()
    elsewhere = {
        program: outside
        for program, addresses in seen.items()
        if (outside := {each for each in addresses if not is_loopback(each)})
    }
    assert elsewhere == {}


@pytest.mark.parametrize(("host", "outside"), [("127.0.0.1", False), ("0.0.0.0", True)])
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc")
def test_who_listens_to_others_is_seen(host, outside):
    code = f"import socket; s = socket.create_server(('{host}', 0)); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        found = [address for _, address in listeners(os.getpid())]
        child.communicate(b"\n")
    assert any(not is_loopback(address) for address in found) is outside


def listeners(root: int) -> list[tuple[str, str]]:
    """Return (program, address) of each TCP socket on which a process or its children listen.

    The addresses are as /proc/net/tcp has them: 32-bit words of the machine's byte order.
    """
    addresses = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A":  # listening
                addresses[f"socket:[{words[9]}]"] = words[1].partition(":")[0]
    found = []
    for process in family(root):
        try:
            name = (process / "comm").read_text().strip()
            links = [os.readlink(handle) for handle in (process / "fd").iterdir()]
        except OSError:  # it has ended, or closed a file
            continue
        found += [(name, addresses[link]) for link in links if link in addresses]
    return found


def family(root: int) -> list[Path]:
    """Return the folders in /proc of a process and all that it started."""
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(process.name)] = int(fields[1])
    members = {root}
    while more := {each for each, parent in parents.items() if parent in members} - members:
        members |= more
    return [Path(f"/proc/{each}") for each in members]


def is_loopback(address: str) -> bool:
    """Return whether an address of /proc/net/tcp or tcp6 is this machine's loopback."""
    mapped = address.startswith("0000000000000000FFFF0000") or len(address) == 8
    return address == "00000000000000000000000001000000" or (mapped and address.endswith("7F"))


@pytest.mark.slow
def test_the_watch_sees_what_the_engines_call_where_nothing_silences_them(watch):
    """What the other tests would find: also the proof that there is something to silence."""
    pytest.importorskip("openvino")
    watch.run("import openvino, time; time.sleep(3)")
    assert any("google-analytics" in call for call in watch.calls())
    assert "intel" in watch.kept()
    pytest.importorskip("onnxruntime")
    loud = "import sys; sys.modules['stickdance.checkpoints.offline'] = sys\n" + textwrap.dedent(
        ENGINES
    )
    watch.run(loud, "30")
    assert any("microsoft" in call for call in watch.calls())
    assert ".cache/Microsoft" in watch.kept()


@pytest.mark.slow
def test_engines_that_go_on_for_long_call_nobody(watch):
    watch.run(ENGINES, "45")  # ONNX Runtime sends what it kept after ten seconds and more
    assert watch.calls() == []
    assert watch.kept() == []


@pytest.mark.slow
def test_every_command_tells_its_options_without_a_call(watch):
    from stickdance.tools.cli import COMMANDS as KNOWN

    printed = watch.run(COMMANDS, json.dumps([[*name.split(), "--help"] for name in KNOWN]))
    assert printed.count("'--help'] 0") == len(KNOWN)
    assert watch.calls() == []


@pytest.mark.slow
def test_the_whole_road_calls_nobody(watch, blazepose_models):
    """From a song and footage to videos, by every engine, and to their scores."""
    watch.environment["STICKDANCE_MODELS"] = str(blazepose_models)
    write_clicks(watch.folder / "song.wav")
    demo = str(ROOT / "checkpoints" / "demo")
    asked = [
        ["listen", "song.wav", "-o", "heard"],
        ["choreograph", "song.wav", "-o", "dance"],
        ["score-dance", "dance"],
        ["make", "--demo", "--preview", "4", "-o", "out/demo.mp4"],
        ["capture", "out/demo.mp4", "-o", "take", "--conditions", "ignore"],
        ["train", "take", "-o", "anna", "--steps", "1", "--size", "64x96"],
        ["export", "anna", "-o", "onnx"],
        ["evaluate", "out/demo.mp4", "out/demo.mp4", "-o", "scores"],
    ]
    for engine in ("torch", "onnxruntime", "openvino", "openvino-int8"):
        more = ["--performer", demo, "--engine", engine, "-o", f"{engine}.mp4"]
        asked.append(["render", "dance", *more])
    printed = watch.run(COMMANDS, json.dumps(asked))
    failed = [line for line in printed.splitlines() if line.startswith("['")]
    assert [line for line in failed if not line.endswith("] 0")] == [], printed[-5000:]
    assert watch.calls() == []
    assert watch.kept() == []


def write_clicks(path: Path) -> None:
    """Write 8 s of clicks, two a second."""
    import numpy as np
    import soundfile

    samples = np.zeros(8 * 22_050, np.float32)
    samples[:: 22_050 // 2] = 0.9
    envelope = np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) / 4)
    soundfile.write(path, np.convolve(samples, envelope)[: len(samples)], 22_050)
