"""How frames are compared."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.options import DeviceName
from stickdance.synth.quality.metrics import LPIPS, asked_metrics, chosen_metrics

PairBy = Literal["auto", "name", "number"]

_LONGEST_OFFSET = 6  # digits of --align


@dataclass(frozen=True)
class CompareOptions:
    """How two sides are compared."""

    metrics: str = "default"
    """Which scores, comma-separated: psnr, ssim, ms_ssim, lpips, mse, flicker, sharpness,
    keypoints, frechet, faults (of frames that should show the poses of --take or --poses; --take
    tells what is usual of the person), l1, luma, ssim_wang, fid (and kid), csim (identity of
    faces); of two videos y (the luma that they
    store), ffmpeg, vmaf, xpsnr, cambi; default is the first five, and sharpness where regions are
    known; all is the first nine. What is not asked for is not computed."""
    ssim: Literal["gaussian", "skimage", "luma"] = "gaussian"
    """Which definition "ssim" means: Gaussian window of 11, scikit-image's default (uniform window
    of 7), or Gaussian on the luma."""
    lpips: Literal["alex", "vgg", "squeeze", "none"] = "alex"
    """The network of LPIPS v0.1, or none."""
    keypoints: bool = False
    """Also the MSE around every body keypoint; poses are estimated on both sides, which is slow."""
    regions: bool = False
    """Score person, background, face and hands by themselves, found by the estimator in the
    reference; not needed with a take, mattes or poses."""
    take: Path | None = None
    """The take that the reference comes from: its mattes and poses tell the regions."""
    mattes: Path | None = None
    """Mattes of the reference (255 the person): a video or a folder of pictures."""
    poses: Path | None = None
    """Poses of the reference: `poses.npz` of a take."""
    first: int = 0
    """Number of the frame of take, mattes and poses that the reference begins with."""
    estimator: str = "blazepose"
    """The pose estimator for keypoints and regions."""
    faults_per_second: float = 4.0
    """With --metrics faults: frames a second that are looked at, 0.4 s each; all pictures are."""
    pair_by: PairBy = "auto"
    """How frames find their partner: by name, by number, or auto: by name between folders and by
    time between videos."""
    align: str = "auto"
    """Frames by which the rendered side lags: 1 lays its second frame on the reference's first.
    auto tells where another offset, up to 12 frames, or another rate would fit better, and changes
    nothing; off does not look."""
    depth: Literal["auto", "8"] = "auto"
    """Bits a channel: auto compares videos of 10 or 12 bits, and pictures of 16, with fractions of
    a level; 8 rounds videos to 8 bits."""
    resize: bool = False
    """Scale rendered frames of another size to the reference's, instead of refusing them."""
    device: DeviceName = "auto"
    """Where PSNR, SSIM, MS-SSIM and LPIPS are computed: cpu, one frame a thread; cuda or mps, in
    batches (the seventh digit may differ); auto takes CUDA, then Apple's MPS, then the CPU."""
    bfloat16: bool = False
    """Run LPIPS's network in bfloat16: faster, and good to two digits."""

    @property
    def offset(self) -> int:
        """Return the frames of `align`, 0 where it names none.

        Raises:
            UsageError: it is neither auto, off nor a whole number.
        """
        if self.align in ("auto", "off"):
            return 0
        digits = self.align.strip().lstrip("+-")
        if digits.isdecimal() and len(digits) <= _LONGEST_OFFSET:
            return int(self.align)
        raise UsageError(
            f"--align {self.align!r:.40}: expected auto, off or a number of frames, e.g. 1 or -2"
        )

    def wanted(self) -> tuple[str, ...]:
        """Return the keys of the scores that are asked for.

        Raises:
            UsageError: --metrics names no score, or one that is unknown.
        """
        knows = self.regions or self.take or self.mattes or self.poses
        default = knows and "default" in self._words.lower().split(",")
        words = f"{self._words},sharpness" if default else self._words
        return chosen_metrics(words, self.ssim, self.lpips)

    def asked(self) -> tuple[str, ...]:
        """Return those of `wanted` that are asked for by name, which must not be left out.

        LPIPS of another network than the usual one is, however it came in.

        Raises:
            UsageError: as for `wanted`.
        """
        chosen = {LPIPS[self.lpips]} if self.lpips in ("vgg", "squeeze") else set()
        named = {*asked_metrics(self._words, self.ssim, self.lpips), *chosen}
        return tuple(key for key in self.wanted() if key in named)

    @property
    def _words(self) -> str:
        return f"{self.metrics},keypoints" if self.keypoints else self.metrics
