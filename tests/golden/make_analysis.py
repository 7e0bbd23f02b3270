"""Writes analysis_golden.h: neighbours, PCA, joint probabilities, KL, its gradient and trustworthiness by scikit-learn.

    pip install scikit-learn
    python make_analysis.py > analysis_golden.h
"""

import numpy
import sklearn
from scipy.spatial.distance import squareform
from sklearn.decomposition import PCA
from sklearn.manifold import _t_sne, trustworthiness
from sklearn.neighbors import NearestNeighbors

POINTS, FEATURES, PERPLEXITY, COMPONENTS = 26, 5, 4.0, 3
NEIGHBORS = int(3 * PERPLEXITY)


def numbers(values):
    return "{" + ", ".join(repr(v) for v in numpy.asarray(values).flatten().tolist()) + "}"


def joint_probabilities(features):
    """Dense [N,N], from each point's NEIGHBORS nearest."""
    graph = NearestNeighbors(n_neighbors=NEIGHBORS).fit(features).kneighbors_graph(mode="distance")
    graph.data **= 2
    return _t_sne._joint_probabilities_nn(graph, PERPLEXITY, 0).toarray()


def put(kind, name, values):
    print(f"inline const std::vector<{kind}> {name} = {numbers(values)};")


def main():
    rng = numpy.random.default_rng(20261126)
    centers = 3 * rng.standard_normal((3, FEATURES))
    features = (centers[numpy.arange(POINTS) % 3] + rng.standard_normal((POINTS, FEATURES))).astype(numpy.float32)
    wide = numpy.ascontiguousarray(features.T)
    embedding = (features[:, :2] * 0.7 + 0.5 * rng.standard_normal((POINTS, 2))).astype(numpy.float32)
    in_3d = rng.standard_normal((POINTS, 3)).astype(numpy.float32)

    print("// Made by make_analysis.py with scikit-learn " + sklearn.__version__ + ".")
    print("#pragma once\n\n#include <cstdint>\n#include <vector>\n")
    print("namespace carica::golden {\n\n// clang-format off")
    print(f"inline constexpr int kPoints = {POINTS}, kFeatures = {FEATURES}, kNeighbors = {NEIGHBORS};")
    print(f"inline constexpr int kComponents = {COMPONENTS};")
    print(f"inline constexpr double kPerplexity = {PERPLEXITY};")
    put("float", "kPointFeatures", features)
    put("float", "kEmbedding", embedding)
    put("float", "kEmbedding3d", in_3d)

    distances, indices = NearestNeighbors(n_neighbors=NEIGHBORS).fit(features).kneighbors()
    put("std::int64_t", "kNeighborIndices", indices)
    put("float", "kNeighborDistances", distances.astype(numpy.float64))
    for name, data in (("Tall", features), ("Wide", wide)):
        pca = PCA(n_components=COMPONENTS, svd_solver="full").fit(data.astype(numpy.float64))
        put("double", f"k{name}Components", pca.components_)
        put("double", f"k{name}Ratios", pca.explained_variance_ratio_)
        put("double", f"k{name}Scores", pca.transform(data.astype(numpy.float64)))

    p = joint_probabilities(features)
    put("double", "kJoint", p)
    condensed = squareform(p, checks=False)
    for name, y in (("", embedding), ("3d", in_3d)):
        kl, gradient = _t_sne._kl_divergence(y.astype(numpy.float64).ravel(), condensed, 1, POINTS, y.shape[1])
        print(f"inline constexpr double kKl{name} = {float(kl)!r};")
        put("double", f"kGradient{name}", gradient)
    for k in (1, 5, 12):
        print(f"inline constexpr double kTrust{k} = {float(trustworthiness(features, embedding, n_neighbors=k))!r};")
    print("// clang-format on\n\n}  // namespace carica::golden")


if __name__ == "__main__":
    main()
