# SPDX-License-Identifier: Apache-2.0
"""Rows a second that PyTorch predicts with a network 784-256-10; for scripts/bench predict.

Arguments: rows, threads. Prints the median of three runs, after one for warmth.
"""

import statistics
import sys
import time

import torch

BATCH = 1024
BASE_ROWS = 20_000


def run(network, images, rows):
    start = time.perf_counter()
    done = 0
    with torch.inference_mode():
        while done < rows:
            for batch in images.split(BATCH):
                torch.softmax(network(batch), 1).argmax(1)
                done += len(batch)
    return done / (time.perf_counter() - start)


def main():
    rows, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    network = torch.nn.Sequential(
        torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10)
    ).eval()
    images = torch.rand(BASE_ROWS, 784)
    run(network, images, rows)
    print(statistics.median(run(network, images, rows) for _ in range(3)))


main()
