# SPDX-License-Identifier: Apache-2.0
"""Makes hashes.jsonl, what scikit-learn's HashingVectorizer gives: python3 make_hashes.py

Made with scikit-learn 1.9.1. A line: the settings, the text, and the vector.
"""
import json
from sklearn.feature_extraction.text import HashingVectorizer

TEXTS = [
    "The quick brown fox jumps over the lazy dog. The DOG sleeps!",
    "",
    "a I x",
    "naïve café — Überraschung 2024 2024 2024",
    "すもももももももものうち 東京タワー",
    "snake_case and CamelCase, e-mail@example.org",
    "emoji 😀😀 and  many   spaces\tand\nlines",
    "one two three two one three one",
]
SETTINGS = [
    dict(n_features=1 << 18),
    dict(n_features=1000, ngram_range=(1, 3)),
    dict(n_features=97, ngram_range=(2, 2), norm="l2"),
    dict(n_features=64, alternate_sign=False, norm="l1"),
    dict(n_features=512, binary=True, lowercase=False),
    dict(n_features=300, analyzer="char", ngram_range=(2, 4)),
]

with open("hashes.jsonl", "w", encoding="utf-8") as out:
    for setting in SETTINGS:
        full = {"norm": None, "alternate_sign": True, "binary": False, "lowercase": True,
                "analyzer": "word", "ngram_range": (1, 1), **setting}
        vectors = HashingVectorizer(**full).transform(TEXTS).tocsr()
        for text, row in zip(TEXTS, vectors):
            row.sort_indices()
            out.write(json.dumps({**full, "norm": full["norm"] or "none", "text": text,
                                  "indices": row.indices.tolist(),
                                  "values": row.data.tolist()}, ensure_ascii=False) + "\n")
