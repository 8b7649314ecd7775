import json
from dataclasses import replace

import pytest

from stickdance.checkpoints.public.published import PUBLISHED
from stickdance.tools import cli

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4's example


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    def run(*words):
        with pytest.raises(SystemExit) as left:
            cli.main(["models", *words])
        return left.value.code, capsys.readouterr()

    return run


@pytest.fixture
def small_alexnet(monkeypatch, run):
    """AlexNet's weights as the three letters abc, on this computer."""
    weights = replace(PUBLISHED["alexnet"], sha256=ABC, bytes=3)
    monkeypatch.setitem(PUBLISHED, "alexnet", weights)
    weights.path.parent.mkdir(parents=True)
    weights.path.write_bytes(b"abc")
    return weights.path


def test_the_list_says_what_is_here_and_what_is_absent(run, small_alexnet):
    status, printed = run("list", "--json")
    rows = {row["name"]: row for row in json.loads(printed.out)["weights"]}
    assert status == 0
    assert rows.keys() == PUBLISHED.keys()
    assert (rows["alexnet"]["state"], rows["alexnet"]["path"]) == ("here", str(small_alexnet))
    assert (rows["vgg19"]["state"], rows["vgg19"]["bytes"]) == ("absent", 574_673_361)
    assert "ImageNet" in rows["vgg19"]["licence"]


def test_what_is_verified_is_read_and_not_only_looked_at(run, small_alexnet):
    assert run("verify")[0] == 0
    assert run("verify", "alexnet")[0] == 0
    assert run("verify", "alexnet", "vgg19")[0] == 4
    small_alexnet.write_bytes(b"abd")
    for words in ((), ("alexnet", "vgg19")):
        status, printed = run("verify", *words)
        assert status == 3
        assert "alexnet         damaged" in printed.out


def test_what_is_here_is_not_fetched_again(run, small_alexnet):
    status, printed = run("get", "alexnet")
    assert status == 0
    assert str(small_alexnet) in printed.out


@pytest.mark.parametrize("words", [(), ("alexnet", "--all"), ("resnet",)])
def test_getting_needs_known_names_or_all(run, words):
    status, printed = run("get", *words)
    assert status == 2
    assert "known: alexnet, vgg16" in printed.err
