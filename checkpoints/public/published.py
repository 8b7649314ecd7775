"""All that `stickdance models` lists and gets: public weights, and the networks of estimators."""

from collections.abc import Sequence

from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.public.model_files import BLAZEPOSE, BLAZEPOSE_HEAVY, PackagedModels
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS, PublicWeights

Published = PublicWeights | PackagedModels

PUBLISHED: dict[str, Published] = {
    **PUBLIC_WEIGHTS,
    BLAZEPOSE.name: BLAZEPOSE,
    BLAZEPOSE_HEAVY.name: BLAZEPOSE_HEAVY,
}
"""All of them, by name."""


def published(names: Sequence[str]) -> list[Published]:
    """Return what has these names.

    Raises:
        UsageError: there is no such name.
    """
    for name in names:
        if name not in PUBLISHED:
            raise UsageError(
                f"no public weights are called {name!r:.60}; known: {', '.join(PUBLISHED)}"
            )
    return [PUBLISHED[name] for name in names]
