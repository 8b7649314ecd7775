"""What a video says of itself, in plain words."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tyro.conf import Positional

from stickdance.checkpoints.errors import UsageError
from stickdance.tools.display import unbroken

if TYPE_CHECKING:
    from stickdance.synth.credentials.reading import Credentials
    from stickdance.synth.verification import Texts, Verified

_CHANGED = (
    "content credentials: do NOT hold; the file is not the one that was signed: it was changed "
    "afterwards, cut short, or they are another video's"
)


def verify(
    video: Positional[Path],
    trust: Path | None = None,
    videoseal: Path | None = None,
    videoseal_sha256: str = "",
) -> dict[str, Any]:
    """Tell whether a video says that it is synthetic: by credentials, mark or texts.

    The answer is 0 whatever was found. That nothing was found does not show that a video is real,
    and nothing here tells whether a video meets any law.

    Example:
        stickdance verify out/anna.mp4

    Args:
        video: any video, from whomever.
        trust: certificates of authorities, as PEM, whose signers you trust; without it every signer
            is called untrusted.
        videoseal: the file y_256b_img.jit of Meta's Video Seal, whose mark is looked for too; it
            holds code, and is run only with its SHA-256.
        videoseal_sha256: of that file, from whoever you trust about it.
    """
    from stickdance.synth.verification import verify

    if videoseal is None and videoseal_sha256:
        raise UsageError("--videoseal-sha256: goes with --videoseal FILE")
    seal = None if videoseal is None else (videoseal, videoseal_sha256)
    found = verify(video, trust, seal)
    lines = list(lines_about(found))
    return {**found.as_json(), "is_said_to_be_synthetic": is_said(found), "in_a_line": _text(lines)}


def is_said(found: "Verified") -> bool:
    """Return whether anything in a video says that it is synthetic, be it true or not."""
    signed = found.credentials is not None and found.credentials.is_synthetic
    seen = found.mark.found or bool(found.videoseal)
    return signed or seen or found.texts.recipe is not None


def lines_about(found: "Verified") -> Iterator[str]:
    """Yield what was found, the sentence that matters first."""
    yield f"{unbroken(found.path.name)}: {_verdict(found)}"
    if found.credentials is None:
        yield f"content credentials: not looked for; {found.why_unread}"
    else:
        yield from _of_credentials(found.credentials, found.texts)
    yield from _of_mark(found)
    if found.videoseal is not None:
        told = f"a message of stickdance, {found.videoseal}" if found.videoseal else "none of ours"
        yield f"mark of Video Seal: {told}"
    yield from _of_texts(found.texts)


def _text(lines: list[str]) -> str:
    return "\n  ".join(lines)


def _verdict(found: "Verified") -> str:
    """Return the whole of it: what the credentials are worth, and what else says synthetic."""
    state = found.credentials.state if found.credentials is not None else "unreadable"
    if state == "changed":
        return f"its content credentials do NOT hold; {_besides(found)}"
    if state == "valid":
        if found.credentials is not None and found.credentials.is_synthetic:
            return "synthetic, by content credentials that hold"
        return f"its content credentials hold and do not say synthetic; {_besides(found)}"
    if state == "unreadable":
        return f"its content credentials were not read; {_besides(found)}"
    if found.mark.found or found.videoseal:
        also = "alone" if found.texts.recipe is None else "and its comment"
        return f"synthetic, by the mark in its pixels {also}; NO content credentials (stripped?)"
    if found.texts.recipe is not None:
        return "synthetic, by its comment alone, which anybody can write; NO content credentials"
    return "nothing in it says that it is synthetic; that does not show that it is real"


def _besides(found: "Verified") -> str:
    if found.mark.found or found.videoseal:
        return "the mark in its pixels says synthetic"
    if is_said(found):
        return "it still says that it is synthetic"
    return "nothing in it says that it is synthetic"


def _of_credentials(told: "Credentials", texts: "Texts") -> Iterator[str]:
    if told.state == "absent":
        yield f"content credentials: none{told.why and f' ({told.why})'}"
    elif told.state == "unreadable":
        yield f"content credentials: cannot be read ({told.why})"
    else:
        holds = "hold; the file is as it was signed"
        yield _CHANGED if told.state == "changed" else f"content credentials: {holds}"
        yield f"  signed by {told.signer or 'nobody named'!r}, {_standing(told)}"
        yield from _claims(told, texts)


def _standing(told: "Credentials") -> str:
    if told.is_trusted:
        return "for whom an authority vouches that you trust"
    if told.is_local:
        return "an untrusted signer: a certificate that somebody's own computer made"
    return "an untrusted signer: no authority that you named (--trust FILE) vouches for them"


def _claims(told: "Credentials", texts: "Texts") -> Iterator[str]:
    made = f"made with {told.generator}" if told.generator else "the program is not told"
    copied = ", as a copy of another video" if told.is_copy else ""
    what = "synthetic (by a trained model)" if told.is_synthetic else "not said to be synthetic"
    yield f"  says: {what}, {made}{copied}"
    if told.recipe is not None:
        yield f"  says: shows the performer {_plain(told.recipe.get('performer'))!r}"
        yield f"  says of consent: {_plain(told.recipe.get('consent'))}"
        if texts.recipe is not None:
            fits = told.recipe.get("sha256") == texts.recipe_sha256
            yield f"  the comment is {'the' if fits else 'NOT the'} recipe that was signed"
    for each in told.ingredients:
        yield f"  says: made of {each['what']}, SHA-256 {each['sha256']}"


def _of_mark(found: "Verified") -> Iterator[str]:
    mark, fits = found.mark, found.mark_fits_recipe
    if not mark.found:
        yield "mark in the pixels: none found, in the first minute"
        return
    number = f"number {mark.digits}" if mark.digits else "its number cannot be read for sure"
    yield f"mark in the pixels: that of stickdance; {number}"
    if fits is None:
        yield "  no recipe stands beside it to compare it with: removed, or never there"
    else:
        yield f"  it is {'the mark' if fits else 'NOT the mark'} of the recipe that is told here"


def _of_texts(texts: "Texts") -> Iterator[str]:
    if texts.recipe is None:
        yield "title and comment: nothing of stickdance"
        return
    yield f"title: {_plain(texts.title)}"
    performer, song = (_plain(texts.recipe.get(key) or "") for key in ("performer", "song"))
    heard = repr(song) if song else "not told"
    yield f"comment: a recipe of stickdance; performer {performer!r}, song {heard}"


def _plain(text: object) -> str:
    """Return somebody's text in one line, without letters that could mislead a terminal."""
    line = "".join(each for each in " ".join(str(text).split()) if each.isprintable())
    return line if len(line) <= 200 else f"{line[:199]}…"
