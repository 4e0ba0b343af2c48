"""What the usual methods make of the same messages: the references beside which the issues are measured.

Each takes the table of messages and returns a label per message, -1 for none. They are built as published: dense
matrices are allowed here, and nothing of them is used by the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

# As the issue's authors measured them: issue-F1, pair-F1, B3-F1.
QUOTED = {
    "BERTopic": "0.30 0.21 0.25",
    "DBSCAN": "0.41 0.47 0.45",
    "linkage": "0.61 0.67 0.62",
    "boosted": "0.63 0.81 0.64",
}
NEIGHBOURS = 30
FOLDS = 5


def references(table: pd.DataFrame, issue: np.ndarray, unsure: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield (name, quoted figures, labels) of each method, recomputed here.

    Parameters
    ----------
    issue : array of str
        Gold issue of each message, "" for none; used by the learned pair similarity alone, cross-validated.
    unsure : array of bool
        Messages that the gold leaves open: nothing is learned from them.
    """
    whole = [f"{title} {text}" for title, text in zip(table["title_words"], table["words"], strict=True)]
    short = [f"{t} {t} {lead(x)}" for t, x in zip(table["title_words"], table["words"], strict=True)]
    if (labels := bertopic(whole)) is not None:
        yield "BERTopic (TF-IDF + SVD, UMAP, HDBSCAN, min size 4)", QUOTED["BERTopic"], labels
    yield "DBSCAN on TF-IDF, cosine, eps 0.7", QUOTED["DBSCAN"], dbscan(weigh(whole))
    yield "  the same with sublinear counts", "", dbscan(weigh(whole, sublinear=True))
    matrix = weigh(short, sublinear=True)
    similar = (matrix @ matrix.T).toarray()
    for cut, quoted in ((0.15, QUOTED["linkage"]), (0.2, "")):
        yield f"average linkage on TF-IDF of titles and leads, cut {cut}", quoted, average_linkage(similar, cut)
    learned = boosted(table, matrix, issue, unsure)
    for cut, quoted in ((0.1, QUOTED["boosted"]), (0.2, "")):
        yield f"  with a boosted pair similarity, cut {cut}", quoted, average_linkage(learned, cut)


def lead(words: str, length: int = 200) -> str:
    """Return the words of the first `length` characters."""
    kept: list[str] = []
    for word in words.split():
        length -= len(word)
        if length < 0:
            break
        kept.append(word)
    return " ".join(kept)


def weigh(texts: list[str], *, sublinear: bool = False) -> sparse.csr_matrix:
    """Return the TF-IDF rows of texts of words: scikit-learn's defaults, so words of two characters and more."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=sublinear).fit_transform(texts)


def dbscan(matrix: sparse.csr_matrix) -> np.ndarray:
    """Return the clusters of scikit-learn's DBSCAN over cosine distances."""
    from sklearn.cluster import DBSCAN

    return DBSCAN(eps=0.7, min_samples=4, metric="cosine").fit_predict(matrix)


def average_linkage(similar: np.ndarray, cut: float) -> np.ndarray:
    """Return the groups of average linkage whose mean similarity is at least `cut`."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = np.clip(1 - similar, 0, None)
    np.fill_diagonal(distance, 0)
    return fcluster(linkage(squareform(distance, checks=False), "average"), 1 - cut, "distance")


def bertopic(texts: list[str]) -> np.ndarray | None:
    """Return the topics of BERTopic over TF-IDF reduced by SVD; ``None`` where it is not installed."""
    try:
        from bertopic import BERTopic
        from hdbscan import HDBSCAN
        from umap import UMAP
    except ImportError:
        print("BERTopic is not installed: pip install --no-deps bertopic; pip install umap-learn hdbscan plotly tqdm")
        return None
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    embedded = normalize(TruncatedSVD(200, random_state=0).fit_transform(weigh(texts, sublinear=True)))
    model = BERTopic(
        embedding_model=None,
        umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0),
        hdbscan_model=HDBSCAN(min_cluster_size=4, metric="euclidean", prediction_data=False),
        vectorizer_model=CountVectorizer(),
        min_topic_size=4,
    )
    topics, _ = model.fit_transform(texts, embeddings=embedded)
    return np.array(topics)


def boosted(table: pd.DataFrame, matrix: sparse.csr_matrix, issue: np.ndarray, unsure: np.ndarray) -> np.ndarray:
    """Return the dense similarity of all pairs as boosting learned it from the gold, cross-validated.

    A pair is judged by a model that saw neither the issue of the one message nor that of the other.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    left, right = neighbours(matrix)
    traits = compare(table, matrix, left, right)
    same = (issue[left] == issue[right]) & (issue[left] != "")
    fold = np.array([
        hashlib.md5((name or message).encode()).digest()[1] % FOLDS
        for name, message in zip(issue, table["msg_id"], strict=True)
    ])  # fmt: skip
    total, votes = np.zeros(len(left)), np.zeros(len(left))
    for number in range(FOLDS):
        touched = (fold[left] == number) | (fold[right] == number)
        known = ~touched & ~unsure[left] & ~unsure[right]
        model = HistGradientBoostingClassifier(random_state=0).fit(traits[known], same[known])
        total[touched] += model.predict_proba(traits[touched])[:, 1]
        votes[touched] += 1
    similar = np.zeros((len(table), len(table)))
    similar[left, right] = similar[right, left] = total / votes
    return similar


def neighbours(matrix: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (left < right) of each message with those nearest to it."""
    similar = (matrix @ matrix.T).toarray()
    np.fill_diagonal(similar, 0)
    nearest = np.argpartition(-similar, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    rows = np.repeat(np.arange(len(similar)), NEIGHBOURS)
    found = np.sort(np.column_stack([rows, nearest.ravel()]), axis=1)
    found = np.unique(found[similar[found[:, 0], found[:, 1]] > 0], axis=0)
    return found[:, 0], found[:, 1]


def compare(table: pd.DataFrame, matrix: sparse.csr_matrix, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return what is known of each pair: likeness of words, titles and characters, days between, lengths, caller."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2, sublinear_tf=True)
    views = [
        matrix,
        weigh(table["words"].tolist(), sublinear=True),
        weigh(table["title_words"].tolist(), sublinear=True),
        characters.fit_transform(table["title"] + table["text"].str[:200]),
    ]
    likeness = [np.asarray(view[left].multiply(view[right]).sum(axis=1)).ravel() for view in views]
    shared = views[0][left].minimum(views[0][right])
    days = table["time"].to_numpy().astype("datetime64[s]").astype(float) / 86400
    length = table["text"].str.len().to_numpy(float)
    caller = table["caller"].to_numpy()
    return np.column_stack([
        *likeness,
        np.asarray(shared.max(axis=1).todense()).ravel(),
        np.diff(shared.indptr),
        np.abs(days[left] - days[right]),
        np.minimum(length[left], length[right]),
        np.maximum(length[left], length[right]),
        caller[left] == caller[right],
    ])  # fmt: skip
