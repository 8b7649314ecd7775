"""Which songs sound alike: clusters of their features, and how sure one may be of them.

Stages
    1. Features that never change are left out, the others standardised.
    2. Principal components, the leading five.
    3. Agglomerative clusters, seven, by Mahalanobis distance. Principal components are
       uncorrelated, so that after each is divided by its spread the Mahalanobis distance is the
       Euclidean one; that is what scikit-learn is given.
    4. Scores there: silhouette, Calinski-Harabasz, Davies-Bouldin. A multivariate analysis of
       variance tells whether plain descriptions of the songs differ between clusters.

With few songs there are fewer components and clusters, and no analysis of variance; the result
says so.

Sources: "What if we are able to predict movement?"; De Maesschalck et al., "The Mahalanobis
distance" (2000).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.choreography.movement.cluster_averages import above_and_below, cluster_averages
from stickdance.choreography.movement.options import ClusterOptions
from stickdance.choreography.movement.song_features import DESCRIPTORS, SongFeatures

_FEWEST = 3  # songs of which two clusters can be scored


@dataclass(frozen=True)
class SongClusters:
    """Clusters of songs, and how good they are."""

    labels: np.ndarray
    """(songs,) int, 0 the largest cluster."""
    components: int
    explained: float
    """Share of the features' variance that the components explain, 0..1."""
    silhouette: float
    """-1..1, more is better."""
    calinski_harabasz: float
    """More is better."""
    davies_bouldin: float
    """Less is better."""
    averages: np.ndarray
    """(clusters, descriptions), see `cluster_averages`."""
    manova: dict[str, float] = field(default_factory=dict)
    """Wilks' lambda, its F and p, where there are songs enough."""
    notes: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """Return the scores for people and JSON."""
        return {
            "songs": len(self.labels),
            "clusters": int(self.labels.max()) + 1,
            "components": self.components,
            "variance_explained": self.explained,
            "silhouette": self.silhouette,
            "calinski_harabasz": self.calinski_harabasz,
            "davies_bouldin": self.davies_bouldin,
            "manova": self.manova,
            **above_and_below(self.averages),
            "notes": list(self.notes),
        }


def song_clusters(features: SongFeatures, options: ClusterOptions) -> SongClusters:
    """Put songs that sound alike into one cluster.

    Raises:
        BadInput: fewer than 3 songs, all alike, or options out of range.
        MissingDependency: scikit-learn is absent.
    """
    _check(features, options)
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import (
        calinski_harabasz_score,
        davies_bouldin_score,
        silhouette_score,
    )

    where, explained = whitened(features.values, options.components)
    count = min(options.clusters, len(where) - 1)
    notes = [] if count == options.clusters else [f"{len(where)} songs make {count} clusters"]
    if where.shape[1] < options.components:
        notes.append(f"{len(where)} songs have {where.shape[1]} components")
    found = AgglomerativeClustering(n_clusters=count, linkage=options.linkage).fit_predict(where)
    labels = _largest_first(found)
    manova, note = analysis_of_variance(features.descriptors, labels)
    if manova and features.kind.startswith("librosa"):
        notes.append(
            "songs were clustered by what the analysis of variance tests: its p proves little"
        )
    return SongClusters(
        labels=labels,
        components=where.shape[1],
        explained=explained,
        silhouette=float(silhouette_score(where, labels)),
        calinski_harabasz=float(calinski_harabasz_score(where, labels)),
        davies_bouldin=float(davies_bouldin_score(where, labels)),
        averages=cluster_averages(features.descriptors, labels),
        manova=manova,
        notes=(*notes, *note),
    )


def whitened(values: np.ndarray, components: int) -> tuple[np.ndarray, float]:
    """Return songs by their leading components, each of variance 1, and the variance explained.

    Args:
        values: (songs, features).
        components: how many at most; one less than there are songs can be told.

    Raises:
        BadInput: all songs are alike.
    """
    from sklearn.decomposition import PCA

    spread = values.std(axis=0)
    told = spread > 1e-9 * np.maximum(1.0, np.abs(values).max(axis=0))
    if not told.any():
        raise BadInput("the songs all sound alike; clusters need different ones")
    standard = (values[:, told] - values[:, told].mean(axis=0)) / spread[told]
    rank = int(np.linalg.matrix_rank(standard))
    model = PCA(min(components, rank), whiten=True, svd_solver="full")
    return model.fit_transform(standard), float(model.explained_variance_ratio_.sum())


def analysis_of_variance(
    descriptors: np.ndarray, labels: np.ndarray
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Tell whether descriptions of songs differ between clusters, by Wilks' lambda.

    Args:
        descriptors: (songs, descriptions).
        labels: (songs,) cluster of each.

    Returns:
        Wilks' lambda, F and p; nothing and a note, where songs are too few or statsmodels absent.
    """
    spare = len(labels) - (int(labels.max()) + 1) - descriptors.shape[1]
    if spare < 1:
        return {}, (
            f"no analysis of variance: {len(labels)} songs in {int(labels.max()) + 1} clusters are "
            f"too few for {descriptors.shape[1]} descriptions ({', '.join(DESCRIPTORS)})",
        )
    try:
        from statsmodels.multivariate.manova import MANOVA
    except ModuleNotFoundError:
        return {}, (
            "no analysis of variance: it needs statsmodels; pip install 'stickdance[movement]'",
        )
    # Without an intercept the columns are the clusters; contrasts compare each with the first.
    clusters = np.eye(int(labels.max()) + 1)[labels]
    contrasts = np.eye(clusters.shape[1])[1:] - np.eye(clusters.shape[1])[0]
    standard = (descriptors - descriptors.mean(axis=0)) / np.maximum(descriptors.std(axis=0), 1e-12)
    tests = MANOVA(standard, clusters).mv_test([("cluster", contrasts)])
    row = tests.results["cluster"]["stat"].loc["Wilks' lambda"]
    return {
        "wilks_lambda": float(row["Value"]),
        "f": float(row["F Value"]),
        "p": float(row["Pr > F"]),
    }, ()


def _check(features: SongFeatures, options: ClusterOptions) -> None:
    if options.linkage not in ("ward", "complete", "average", "single"):
        raise BadInput(
            f"--linkage {options.linkage!r:.40}: expected ward, complete, average or single"
        )
    if options.clusters < 2 or options.components < 1:
        raise BadInput(
            f"--clusters {options.clusters} --components {options.components}: expected at least 2 "
            "and 1"
        )
    if len(features.values) < _FEWEST:
        raise BadInput(f"{len(features.values)} songs make no clusters, at least {_FEWEST} do")
    try:
        import sklearn  # noqa: F401
    except ModuleNotFoundError:
        raise MissingDependency(
            "clusters of songs need scikit-learn; pip install 'stickdance[movement]'"
        ) from None


def _largest_first(found: np.ndarray) -> np.ndarray:
    names, places, counts = np.unique(found, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), int)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
    return rank[places]
