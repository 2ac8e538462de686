#!/usr/bin/env python3
"""facenet-pytorch's MTCNN on the photos that benchmark_detector writes, for comparison: processor seconds of one thread.

usage: detector_facenet.py SECONDS MIN_FACE PHOTO...      (needs facenet-pytorch 2.6.0, torch, torchvision, numpy and pillow)

Prints a line a photo: faces found, milliseconds of the fastest search.
"""
import sys
import time

import torch
from facenet_pytorch import MTCNN
from PIL import Image


def main(seconds, min_face, photos):
    torch.set_num_threads(1)
    detector = MTCNN(keep_all=True, min_face_size=min_face)
    for path in photos:
        photo = Image.open(path).convert("RGB")
        fastest, spent = float("inf"), 0.0
        while spent < seconds or fastest == float("inf"):
            start = time.process_time()
            try:
                boxes, _, _ = detector.detect(photo, landmarks=True)
            except RuntimeError:  # it stumbles over photos on which the first network finds nothing
                boxes = None
            took = time.process_time() - start
            fastest, spent = min(fastest, took), spent + took
        print(0 if boxes is None else len(boxes), 1000 * fastest, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
