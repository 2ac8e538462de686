"""What benchmark_loader measures, with Pillow, OpenCV and numpy on one thread; started by it.

usage: loader_pillow.py FOLDER SECONDS     prints pictures a second of the processor: a line a task, and "base" for steps of all
"""
import math
import pathlib
import random
import sys
import time

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

cv2.setNumThreads(1)
GREY = (128, 128, 128)
CLIP_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
CLIP_STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
BATCHES = {"recog_ms1mv3": 128, "age_morph2": 32, "biattr_celeba": 32, "affect_affectnet": 32, "affect_rafdb": 8,
           "parsing_celebam": 2, "align_300w": 2}


def sign(value):
    return value if random.random() < 0.5 else -value


def affine(image, matrix):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC, fillcolor=GREY)


def solarize_add(image, amount):
    return image.point([min(255, v + amount) if v < 128 else v for v in range(256)] * 3)


def enhance(kind):
    return lambda image, m: kind(image).enhance(max(0.1, 1 + sign(0.9 * m / 10)))


OPERATIONS = [
    lambda image, m: ImageOps.autocontrast(image),
    lambda image, m: ImageOps.equalize(image),
    lambda image, m: ImageOps.invert(image),
    lambda image, m: image.rotate(sign(30 * m / 10), Image.Resampling.BICUBIC, fillcolor=GREY),
    lambda image, m: ImageOps.posterize(image, max(1, 4 - int(4 * m / 10))),
    lambda image, m: ImageOps.solarize(image, 256 - int(256 * m / 10)),
    lambda image, m: solarize_add(image, int(110 * m / 10)),
    enhance(ImageEnhance.Color), enhance(ImageEnhance.Contrast), enhance(ImageEnhance.Brightness), enhance(ImageEnhance.Sharpness),
    lambda image, m: affine(image, (1, sign(0.3 * m / 10), 0, 0, 1, 0)),
    lambda image, m: affine(image, (1, 0, 0, sign(0.3 * m / 10), 1, 0)),
    lambda image, m: affine(image, (1, 0, sign(0.45 * m / 10) * image.width, 0, 1, 0)),
    lambda image, m: affine(image, (1, 0, 0, 0, 1, sign(0.45 * m / 10) * image.height)),
]


def to_planes(pixels, mean, std):
    return ((pixels - mean) / std).transpose(2, 0, 1)


def erase(planes):
    height, width = planes.shape[1:]
    for _ in range(10):
        area = random.uniform(0.02, 1 / 3) * height * width
        ratio = math.exp(random.uniform(math.log(0.3), -math.log(0.3)))
        h, w = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if h < height and w < width:
            top, left = random.randint(0, height - h), random.randint(0, width - w)
            planes[:, top:top + h, left:left + w] = np.random.default_rng().standard_normal((3, h, w), np.float32)
            return


def identity(path, _):
    image = Image.open(path).convert("RGB").resize((112, 112), Image.Resampling.BILINEAR)
    if random.random() < 0.5:
        image = ImageOps.mirror(image)
    return to_planes(np.asarray(image, np.float32) / 255, 0.5, 0.5), None


def face112(path, _):
    image = Image.open(path).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side)).resize((112, 112), Image.Resampling.BICUBIC)
    if random.random() < 0.5:
        image = ImageOps.mirror(image)
    for operation in random.choices(OPERATIONS, k=2):
        if random.random() < 0.5:
            image = operation(image, min(10, max(0, random.gauss(9, 0.5))))
    planes = to_planes(np.asarray(image, np.float32) / 255, 0.5, 0.5)
    if random.random() < 0.25:
        erase(planes)
    return planes, None


def similarity(shift, angle, scale):
    """A random similarity about the centre of a 512-pixel crop."""
    centre, (dx, dy) = 255.5, (random.uniform(-shift, shift) * 512, random.uniform(-shift, shift) * 512)
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    return np.array([[cos, -sin, centre + dx - cos * centre + sin * centre], [sin, cos, centre + dy - sin * centre - cos * centre],
                     [0, 0, 1]])


def degrade(image):
    """Grey, gamma, blur; normalised planes."""
    if random.random() < 0.1:
        image = np.repeat((image @ np.array([0.299, 0.587, 0.114], np.float32))[..., None], 3, 2)
    image = np.clip(image, 0, 1)
    choice = random.randrange(3)
    image = np.sqrt(image) if choice == 0 else image if choice == 1 else image * image
    size = int(512 * random.uniform(0, 0.01))
    if size >= 2:
        image = cv2.blur(image, (size, size))
    return to_planes(image, CLIP_MEAN, CLIP_STD)


def read_rgb(path):
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def parsing(path, _):
    image = cv2.resize(read_rgb(path), (512, 512), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
    label = cv2.imread(str(path.with_suffix(".png")), cv2.IMREAD_GRAYSCALE)
    matrix = similarity(0.01, random.gauss(0, 0.314), random.gauss(1, 0.1))
    image = cv2.warpPerspective(image, matrix, (512, 512), flags=cv2.INTER_LINEAR)
    label = cv2.warpPerspective(label, matrix, (512, 512), flags=cv2.INTER_NEAREST)
    return degrade(image), label


def landmarks(path, numbers):
    x1, y1, x2, y2 = numbers[:4]
    points = np.array(numbers[4:]).reshape(-1, 2)
    image = read_rgb(path).astype(np.float32) / 255
    crop = np.array([[512 / (x2 - x1), 0, -x1 * 512 / (x2 - x1) - 0.5], [0, 512 / (y2 - y1), -y1 * 512 / (y2 - y1) - 0.5], [0, 0, 1]])
    matrix = similarity(0.05, random.uniform(-0.174, 0.174), random.uniform(0.7, 0.9)) @ crop
    image = cv2.warpPerspective(image, matrix, (512, 512), flags=cv2.INTER_LINEAR)
    points = points @ matrix[:2, :2].T + matrix[:2, 2]
    height = 0.2 + 0.6 * random.random()
    width = height - 0.2 + 0.4 * random.random()
    half_height, half_width = int(256 * height) // 2, int(256 * width) // 2
    cx, cy = int(511 * random.random()), int(511 * random.random())
    image[max(0, cy - half_height):cy + half_height + 1, max(0, cx - half_width):cx + half_width + 1] = 0
    if random.random() < 0.5:
        alpha = np.float32(0.5 * random.random())
        image = (1 - alpha) * image + alpha * np.random.default_rng().random((512, 512, 3), np.float32)
    return degrade(image), ((points + 0.5) / 512).astype(np.float32)


class Task:
    def __init__(self, folder, name):
        lines = [line.split() for line in (folder / name / "list.txt").read_text().splitlines()]
        self.samples = [(folder / name / line[0], [float(number) for number in line[1:]]) for line in lines]
        self.batch = BATCHES[name]
        self.prepare = {"recog": identity, "parsing": parsing, "align": landmarks}.get(name.split("_")[0], face112)

    def step(self):
        prepared = [self.prepare(*random.choice(self.samples)) for _ in range(self.batch)]
        images = np.stack([planes for planes, _ in prepared])
        labels = None if prepared[0][1] is None else np.stack([label for _, label in prepared])
        return images, labels


def rate(tasks, seconds):
    for task in tasks:
        task.step()
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds:
        for task in tasks:
            task.step()
            done += task.batch
    return done / (time.process_time() - start)


def main():
    folder, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
    tasks = {name: Task(folder, name) for name in BATCHES}
    for name, task in tasks.items():
        print(name, rate([task], seconds))
    print("base", rate(list(tasks.values()), seconds))


if __name__ == "__main__":
    main()
