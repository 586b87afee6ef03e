# SPDX-License-Identifier: Apache-2.0
"""PyTorch as a contestant of scripts/bench train.

Arguments: DATA PROBLEM SEED LIMIT_SECONDS ROWS PROCESSES. Prints its result as the last line, like the
contestants in Java. The clock runs for training alone, after a minute of warm-up; the held-out rows
are scored after each epoch with the clock stopped.
"""

import gzip
import json
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn

BATCH = 64
HELD_OUT = 10_000
WARM_UP_SECONDS = 60
TARGETS = {"perceptron": 0.975, "lenet": 0.98}


def idx(path, header):
    with gzip.open(path) as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def network(problem):
    if problem == "perceptron":
        return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def train(model, features, labels, order):
    optimizer, loss_function = model[1], nn.functional.cross_entropy
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        optimizer.zero_grad(set_to_none=True)
        loss_function(model[0](features[rows]), labels[rows]).backward()
        optimizer.step()


def warm_up(model, features, labels, order):
    start = time.perf_counter()
    going = torch.ones(1)
    while going.item() > 0:
        train(model, features, labels, order)
        going[0] = 1.0 if time.perf_counter() - start < WARM_UP_SECONDS else 0.0
        if dist.is_initialized():  # all stop with rank 0
            dist.broadcast(going, 0)


def accuracy(model, features, labels):
    with torch.no_grad():
        correct = sum(
            (model(features[i : i + 1000]).argmax(1) == labels[i : i + 1000]).sum().item()
            for i in range(0, len(labels), 1000)
        )
    return correct / len(labels)


def fresh(problem, seed, processes):
    torch.manual_seed(seed)
    model = network(problem)
    if processes > 1:
        model = nn.parallel.DistributedDataParallel(model)
    return model, torch.optim.Adam(model.parameters(), lr=1e-3)


def run(rank, data, problem, seed, limit, rows, processes):
    torch.set_num_threads(1)
    if processes > 1:
        dist.init_process_group("gloo", rank=rank, world_size=processes)
    pixels = idx(os.path.join(data, "train-images-idx3-ubyte.gz"), 16).view(-1, 784)
    labels = idx(os.path.join(data, "train-labels-idx1-ubyte.gz"), 8).long()
    features = pixels.float() / 255
    split = len(labels) - HELD_OUT
    rows = min(rows, split)
    warm_up(fresh(problem, seed, processes), features, labels, torch.arange(rank, rows, processes))
    model = fresh(problem, seed, processes)
    seconds, best, trained, go_on = 0.0, 0.0, 0, True
    generator = torch.Generator().manual_seed(seed)
    while go_on:
        order = torch.randperm(split, generator=generator)[:rows][rank::processes]
        if processes > 1:
            dist.barrier()
        start = time.perf_counter()
        train(model, features, labels, order)
        if processes > 1:
            dist.barrier()
        seconds += time.perf_counter() - start
        trained += rows
        best = max(best, accuracy(model[0], features[split:], labels[split:]))
        go_on = best < TARGETS[problem] and seconds < limit
        if processes > 1:  # all stop with rank 0
            decision = torch.tensor([1.0 if go_on else 0.0])
            dist.broadcast(decision, 0)
            go_on = decision.item() > 0
        if rank == 0:
            print(f"{seconds:8.2f} s  {trained:10,d} rows  accuracy {100 * best:.2f}%", file=sys.stderr)
    if rank == 0:
        result = {"seconds": seconds, "accuracy": best, "reached": best >= TARGETS[problem], "rows": trained}
        print("CONTEST-RESULT " + json.dumps(result), flush=True)
    if processes > 1:
        dist.destroy_process_group()


def main():
    data, problem, seed, limit, rows, processes = sys.argv[1:]
    arguments = (data, problem, int(seed), float(limit), int(rows), int(processes))
    if int(processes) == 1:
        run(0, *arguments)
    else:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            os.environ["MASTER_PORT"] = str(probe.getsockname()[1])
        os.environ["MASTER_ADDR"] = "127.0.0.1"
        mp.spawn(run, args=arguments, nprocs=int(processes))


if __name__ == "__main__":
    main()
