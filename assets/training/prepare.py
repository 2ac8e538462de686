#!/usr/bin/env python3
"""Writes what the demonstration model learns from as manifests, into the unpacked corpus.

usage: prepare.py CORPUS UNPACKED            (needs Python 3.11, numpy and safetensors; takes seconds)

CORPUS holds index.csv and descriptors.safetensors, UNPACKED the pictures and label files in their native layouts. A row is a face: its
picture, the box that its five points give (box_from_five_points in include/faceptor/geometry/similarity.hpp), these points, and labels;
an empty field is one that isn't known.

    landmarks.csv   68 points       } the rows that pictures are drawn from in training: photos stand in several (repeats), as they are few
    identity.csv    a descriptor    }
    faces.csv       expression, age, attributes: each face once
    photos/         the photos of parsing/test alone, with their 19 classes: a data set of LaPa's layout, as links
"""
import csv
import os
import sys
import tomllib

import numpy as np
from safetensors.numpy import load_file

# Those of CelebA's forty that the corpus knows both sides of, often enough. "Blurry" isn't among them: training blurs pictures.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "faceptor-demo.toml"), "rb") as file:
    ATTRIBUTES = tomllib.load(file)["data"]["attributes"]["settings"]["label"].split(",")
# Where eyes, nose tip and mouth corners lie in a detector's box, as in five_points_from_box.
USUAL = np.array([[0.291, 0.284], [0.709, 0.284], [0.5, 0.512], [0.3, 0.71], [0.7, 0.71]])
FIVE = ["left_eye", "right_eye", "nose", "mouth_left", "mouth_right"]
PARTS = [range(36, 42), range(42, 48), [30], [48], [54]]  # of the 68 points, what each of the five is the middle of


def detector_box(five):
    """The upright square in which the five points lie about where they usually do: x0, y0, x1, y1."""
    a, b = USUAL - USUAL.mean(0), five - five.mean(0)
    u, s, vt = np.linalg.svd(b.T @ a)
    turn = np.diag([1.0, np.sign(np.linalg.det(u @ vt))])
    matrix = (s * np.diag(turn)).sum() / (a**2).sum() * (u @ turn @ vt)
    centre = matrix @ (np.array([0.5, 0.5]) - USUAL.mean(0)) + five.mean(0)
    half = 0.5 * np.hypot(matrix[0, 0], matrix[1, 0])
    return np.concatenate([centre - half, centre + half])


def landmarks(unpacked):
    """Name of a picture -> its 68 points. 300W's files hold every coordinate larger by 2."""
    points = {}
    for split in ("train", "valid", "test"):
        with open(os.path.join(unpacked, "align", f"face_landmarks_300w_{split}.csv")) as file:
            for row in list(csv.reader(file))[1:]:
                points[os.path.basename(row[0])[:-4]] = np.array(row[4:], float).reshape(68, 2) - 2
    return points


def attributes(unpacked):
    """Name of a picture -> its attributes: 1 yes, 0 no, empty unknown."""
    known = {"1": "1", "-1": "0", "0": ""}
    with open(os.path.join(unpacked, "faces112", "list_attr_celeba.txt")) as file:
        lines = file.read().split("\n")
    names = next(i for i, line in enumerate(lines) if "Eyeglasses" in line)
    places = [lines[names].split().index(name) for name in ATTRIBUTES]
    rows = {}
    for line in lines[names + 1 :]:
        fields = line.split()
        if fields:
            name = fields[0].split("_", 1)[1].removesuffix("_aligned.jpg")
            rows[name] = [known[fields[1 + place]] for place in places]
    return rows


def descriptors(corpus, index):
    """Name of a picture -> the teacher's descriptor, less the mean of its kind (photos, renders), of length 1."""
    with open(os.path.join(corpus, "descriptors_names.txt")) as file:
        names = file.read().split()
    values = load_file(os.path.join(corpus, "descriptors.safetensors"))["descriptors"].astype(np.float32)
    rows = {row["name"]: row for row in index}
    render = np.array([rows[name]["source"] == "render" for name in names])
    train = np.array([rows[name]["split"] == "train" for name in names])
    for kind in (render, ~render):
        values[kind] -= values[kind & train].mean(0)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return dict(zip(names, values))


def repeats(row):
    """How often a training picture is drawn in a round. Most photos are of smiling men of the Congress: its women, and
    neutral faces of the other sets, come twice as often."""
    if row["source"] == "render":
        return 1
    if row["source"] == "congress":
        return 3 if row["male"] == "1" else 6
    return 16 if row["expression"] == "neutral" else 8


def link_photos(unpacked, index):
    for row in index:
        if row["source"] == "render" or row["split"] != "test" or row["has19"] != "1":
            continue
        for where, part, ending in (("parsing", "images", ".jpg"), ("parsing", "landmarks", ".txt"), ("parsing19", "labels", ".png")):
            source = os.path.join(unpacked, where, "test", part, row["name"] + ending)
            target = os.path.join(unpacked, "photos", "test", part, row["name"] + ending)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.lexists(target):
                os.symlink(os.path.relpath(source, os.path.dirname(target)), target)


def write(path, header, rows):
    with open(path + ".new", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header] + rows)
    os.replace(path + ".new", path)
    print(f"{path}: {len(rows)} rows")


def main(corpus, unpacked):
    with open(os.path.join(corpus, "index.csv")) as file:
        index = list(csv.DictReader(file))
    points, known, teacher = landmarks(unpacked), attributes(unpacked), descriptors(corpus, index)
    where = ["image", "split", "source", "picture", "person", "x0", "y0", "x1", "y1"] + [f"{part}_{axis}" for part in FIVE for axis in "xy"]
    faces, marked, identity = [], [], []
    for row in index:
        name = row["name"]
        five = np.array([points[name][list(part)].mean(0) for part in PARTS])
        kind = "render" if row["source"] == "render" else "photo"
        place = [row["image"], row["split"], row["source"], kind, row["person"]]
        place += [f"{v:.2f}" for v in detector_box(five)] + [f"{v:.2f}" for v in five.ravel()]
        age = "" if row["age"] == "-1" else row["age"]
        faces.append(place + [row["expression"], age] + known[name])
        for _ in range(repeats(row) if row["split"] == "train" else 1):
            marked.append(place + [f"{v:.2f}" for v in points[name].ravel()])
            identity.append(place + [f"{v:.4f}" for v in teacher[name]])
    write(os.path.join(unpacked, "faces.csv"), where + ["expression", "age"] + ATTRIBUTES, faces)
    write(os.path.join(unpacked, "landmarks.csv"), where + [f"p{i}_{axis}" for i in range(68) for axis in "xy"], marked)
    link_photos(unpacked, index)
    write(os.path.join(unpacked, "identity.csv"), where + [f"d{i}" for i in range(128)], identity)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
