#!/usr/bin/env python3
"""One attention in training, forward and backward on one thread: LibTorch's fused one beside plain products.

usage: attention_bfloat16.py            (needs torch)

Why nn/attention.hpp uses plain products in bfloat16 on CPUs. Milliseconds of the processor, median of ten runs.
"""
import statistics
import time

import torch

SHAPES = [(16, 6, 65, 65, 32), (12, 6, 50, 50, 32), (16, 8, 114, 64, 16), (8, 6, 145, 145, 32), (2, 12, 1025, 1025, 64)]


def fused(q, k, v):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v)


def plain(q, k, v):
    return ((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)).softmax(-1) @ v


def milliseconds(attend, batch, heads, queries, keys, width, dtype):
    tensor = lambda length: torch.randn(batch, heads, length, width, dtype=dtype, requires_grad=True)
    q, k, v = tensor(queries), tensor(keys), tensor(keys)
    way = torch.randn(batch, heads, queries, width, dtype=dtype)
    times = []
    for _ in range(12):
        begun = time.process_time()
        attend(q, k, v).backward(way)
        times.append(1e3 * (time.process_time() - begun))
    return statistics.median(times[2:])


torch.manual_seed(0)
torch.set_num_threads(1)
print(f"torch {torch.__version__}; batch x heads x queries x keys x width: fused, plain (ratio)")
for shape in SHAPES:
    for dtype in (torch.float32, torch.bfloat16):
        a, b = milliseconds(fused, *shape, dtype), milliseconds(plain, *shape, dtype)
        print(f"{' x '.join(map(str, shape)):<24} {str(dtype)[6:]:<9} {a:8.2f} {b:8.2f}  ({a / b:.2f})")
