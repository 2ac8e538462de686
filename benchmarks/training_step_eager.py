"""A step of Faceptor-Base's training in eager PyTorch, as one would write it down from its description; started by benchmark_training_step.

usage: training_step_eager.py INPUTS.safetensors THREADS plain|recompute

Takes weights and batches from the file, does a step on each task's first pictures to warm up and then one on all of them, and prints:
seconds and processor seconds of the second, peak resident MB, the first and the second step's loss, the second's gradient norm.
"""
import json
import math
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

TYPE_WEIGHTS = {"recog": 5, "age": 6, "biattr": 2, "affect": 5, "parsing": 100, "align": 1000}


def read_safetensors(path):
    """Tensors by name, and the metadata."""
    types = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        metadata = header.pop("__metadata__", {})
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            tensors[name] = torch.frombuffer(bytearray(file.read(end - begin)), dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def attend(attention, query, key, value):
    return attention(query, key, value, need_weights=False)[0]


class Mlp(nn.Module):
    def __init__(self, width, hidden, activation):
        super().__init__()
        self.fc1, self.fc2, self.activation = nn.Linear(width, hidden), nn.Linear(hidden, width), activation

    def forward(self, x):
        return self.fc2(self.activation(self.fc1(x)))


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, width, heads, mlp_ratio):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = Mlp(width, mlp_ratio * width, quick_gelu)

    def forward(self, x):
        y = self.norm1(x)
        x = x + attend(self.attention, y, y, y)
        return x + self.mlp(self.norm2(x))


class Backbone(nn.Module):
    def __init__(self, options, recompute):
        super().__init__()
        width, self.patch, self.grid = options["width"], options["patch"], options["image_side"] // options["patch"]
        self.recompute = recompute
        self.patch_embedding = nn.Conv2d(3, width, self.patch, self.patch, bias=False)
        self.class_token = nn.Parameter(torch.empty(width))
        self.position_embedding = nn.Parameter(torch.empty(1 + self.grid ** 2, width))
        self.norm_pre = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(Block(width, options["heads"], options["mlp_ratio"]) for _ in range(options["layers"]))
        if options["projection"]:  # in the weights, without a part in the features
            self.norm_post = nn.LayerNorm(width)
            self.projection = nn.Parameter(torch.empty(width, options["projection"]))

    def positions(self, side):
        if side == self.grid:
            return self.position_embedding
        grid = self.position_embedding[1:].T.reshape(1, -1, self.grid, self.grid)
        grid = F.interpolate(grid, (side, side), mode="bicubic", align_corners=False)
        return torch.cat([self.position_embedding[:1], grid.flatten(2)[0].T])

    def forward(self, images):
        """The last block's feature: B x D x S x S."""
        side = images.shape[-1] // self.patch
        x = self.patch_embedding(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), 1, -1), x], 1)
        x = self.norm_pre(x + self.positions(side))
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self.recompute else block(x)
        return x[:, 1:].transpose(1, 2).unflatten(2, (side, side))


class Queries(nn.Module):
    def __init__(self, count, hidden):
        super().__init__()
        self.feat, self.embed = nn.Parameter(torch.empty(count, hidden)), nn.Parameter(torch.empty(count, hidden))


class PositionMap(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width, self.fc1, self.fc2 = width, nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, side):
        half = self.width // 2
        at = (torch.arange(side) + 0.5) / side * 2 * math.pi
        values = at[:, None] / 10000 ** (2 * (torch.arange(half) // 2) / half)
        waves = torch.stack([values[:, 0::2].sin(), values[:, 1::2].cos()], 2).flatten(1)  # side x half
        grid = torch.cat([waves[:, None].expand(side, side, half), waves[None].expand(side, side, half)], 2)  # y, then x
        return self.fc2(F.relu(self.fc1(grid.flatten(0, 1))))


class DecoderLayer(nn.Module):
    def __init__(self, hidden, heads, ffn):
        super().__init__()
        self.cross_attention = nn.MultiheadAttention(hidden, heads, batch_first=True)
        self.self_attention = nn.MultiheadAttention(hidden, heads, batch_first=True)
        self.cross_norm, self.self_norm, self.ffn_norm = (nn.LayerNorm(hidden) for _ in range(3))
        self.ffn = Mlp(hidden, ffn, F.relu)

    def forward(self, tokens, embed, keyed, memory):
        tokens = self.cross_norm(tokens + attend(self.cross_attention, tokens + embed, keyed, memory))
        placed = tokens + embed
        tokens = self.self_norm(tokens + attend(self.self_attention, placed, placed, tokens))
        return self.ffn_norm(tokens + self.ffn(tokens))


class Decoder(nn.Module):
    def __init__(self, options, width, tasks):
        super().__init__()
        hidden = options["hidden"]
        self.queries = nn.ModuleDict({name: Queries(count, hidden) for name, count in tasks.items()})
        self.level_embed = nn.Parameter(torch.empty(1, hidden))
        self.input_projections = nn.ModuleDict({"0": nn.Conv2d(width, hidden, 1)})
        self.position_map = PositionMap(hidden)
        self.layers = nn.ModuleList(DecoderLayer(hidden, options["heads"], options["ffn"]) for _ in range(options["layers"]))

    def forward(self, feature, task):
        """A task's tokens, and the map that its pixels are made of."""
        source = self.input_projections["0"](feature)
        memory = source.flatten(2).transpose(1, 2)
        keyed = memory + self.position_map(feature.shape[-1]) + self.level_embed[0]
        queries = self.queries[task]
        tokens = queries.feat.expand(len(feature), -1, -1)
        for layer in self.layers:
            tokens = layer(tokens, queries.embed, keyed, memory)
        return tokens, source


class Value(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(hidden, 1)

    def forward(self, tokens, _):
        return self.fc(tokens).squeeze(-1)


class PixelDecoder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.upsample1 = nn.ConvTranspose2d(hidden, hidden, 2, 2)
        self.norm = nn.LayerNorm(hidden, eps=1e-6)
        self.upsample2 = nn.ConvTranspose2d(hidden, hidden, 2, 2)

    def forward(self, source):
        x = self.norm(self.upsample1(source).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return self.upsample2(F.gelu(x))


class Map(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.pixel_decoder = PixelDecoder(hidden)
        self.token_mlp = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(3))

    def forward(self, tokens, source):
        first, second, last = self.token_mlp
        tokens = last(F.relu(second(F.relu(first(tokens)))))
        return torch.einsum("bqc,bchw->bqhw", tokens, self.pixel_decoder(source))


class EmbeddingOutput(nn.Module):
    def __init__(self, width, dimension):
        super().__init__()
        self.fc, self.batch_norm = nn.Linear(width, dimension, bias=False), nn.BatchNorm1d(dimension, eps=2e-5)

    def forward(self, x):
        return self.batch_norm(self.fc(x))


class Feature(nn.Module):
    def __init__(self, width, task, dimension):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc, self.batch_norm = nn.Linear(width, width, bias=False), nn.BatchNorm1d(width, eps=2e-5)
        self.outputs = nn.ModuleDict({task: EmbeddingOutput(width, dimension)})

    def forward(self, feature, task):
        x = self.norm(feature.flatten(2).transpose(1, 2)).mean(1)
        return self.outputs[task](self.batch_norm(self.fc(x)))


class Faceptor(nn.Module):
    def __init__(self, config, tasks, recompute):
        super().__init__()
        width, hidden = config["backbone"]["width"], config["decoder"]["hidden"]
        identity = tasks[0]
        self.backbone = Backbone(config["backbone"], recompute)
        self.decoder = Decoder(config["decoder"], width, {task["name"]: task["outputs"] for task in tasks[1:]})
        self.interpreters = nn.ModuleDict({"feature_v2": Feature(width, identity["name"], identity["outputs"]), "value": Value(hidden),
                                           "map_v2": Map(hidden)})

    def forward(self, feature, task):
        kind = task.split("_")[0]
        if kind == "recog":
            return self.interpreters["feature_v2"](feature, task)
        return self.interpreters["map_v2" if kind in ("parsing", "align") else "value"](*self.decoder(feature, task))


class CosFace(nn.Module):
    def __init__(self, classes, width):
        super().__init__()
        self.class_matrix = nn.Parameter(torch.empty(classes, width))

    def forward(self, x, labels):
        norms = x.norm(dim=1, keepdim=True) * self.class_matrix.norm(dim=1)
        cosines = x @ self.class_matrix.T / norms.clamp(min=1e-8)
        return F.cross_entropy(64 * (cosines - 0.4 * F.one_hot(labels, len(self.class_matrix))), labels)


def age_loss(x, ages):
    years = torch.arange(x.shape[1])
    target = torch.exp(-(years - ages[:, None]) ** 2 / (2 * 2 ** 2))
    target = target / target.sum(1, keepdim=True)
    p = x.sigmoid()
    p = p / p.sum(1, keepdim=True)
    return F.kl_div(p.log(), target, reduction="none").sum(1).mean() + ((p * years).sum(1) - ages).abs().mean()


def attribute_loss(x, labels):
    known = labels != -1
    return (F.binary_cross_entropy_with_logits(x, labels.clamp(min=0), reduction="none") * known).sum() / len(x)


def parsing_loss(x, labels):
    return F.cross_entropy(F.interpolate(x, labels.shape[-2:], mode="bilinear", align_corners=False), labels)


def landmark_loss(x, points, side=128, radius=5):
    maps = x.sigmoid()
    size = x.shape[-1]
    grid = torch.arange(size, dtype=torch.float32)
    mass = maps.sum((2, 3)).clamp(min=1e-6)
    centre = torch.stack([(maps * grid).sum((2, 3)) / mass, (maps * grid[:, None]).sum((2, 3)) / mass], 2)
    distance = ((centre + 0.5) / size - points).norm(dim=2).mean()
    at = points * side - 0.5
    pixel = torch.arange(side, dtype=torch.float32)
    square = (pixel - at[..., 0, None, None]) ** 2 + (pixel[:, None] - at[..., 1, None, None]) ** 2
    target = torch.where(square <= radius ** 2, torch.exp(-square * 16 / (2 * radius ** 2)), 0)
    return distance + F.binary_cross_entropy_with_logits(F.interpolate(x, (side, side), mode="bilinear", align_corners=False), target)


def total_loss(model, cosface, tasks, tensors, most):
    """The weighted mean of all tasks' losses, of at most so many pictures of each."""
    losses = {"recog": cosface, "age": age_loss, "biattr": attribute_loss, "affect": F.cross_entropy, "parsing": parsing_loss,
              "align": landmark_loss}
    total, weights = 0, 0
    for side in sorted({task["side"] for task in tasks}):
        group = [task for task in tasks if task["side"] == side]
        counts = [min(most, len(tensors["labels." + task["name"]])) for task in group]
        images = torch.cat([tensors["images." + task["name"]][:count] for task, count in zip(group, counts)])
        for task, feature, count in zip(group, model.backbone(images).split(counts), counts):
            name = task["name"]
            kind = name.split("_")[0]
            raw = {other["name"]: len(tensors["labels." + other["name"]]) for other in tasks if other["name"].split("_")[0] == kind}
            weight = TYPE_WEIGHTS[kind] * raw[name] / sum(raw.values())
            total = total + weight * losses[kind](model(feature, name), tensors["labels." + name][:count])
            weights += weight
    return total / weights


def main():
    tensors, metadata = read_safetensors(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    plan = json.loads(metadata["plan"])
    tasks = plan["tasks"]
    model = Faceptor(plan["config"], tasks, recompute=sys.argv[3] == "recompute")
    own = {name[len("model."):].replace("in_proj.", "in_proj_"): tensors.pop(name) for name in list(tensors) if name.startswith("model.")}
    model.load_state_dict(own)
    del own
    matrix = tensors.pop("class_matrix")
    cosface = CosFace(*matrix.shape)
    cosface.load_state_dict({"class_matrix": matrix})
    del matrix
    model.train()

    rate = plan["rate"]
    parameters = list(model.backbone.parameters())
    groups = [{"params": [p], "lr": rate} for p in parameters]
    for part in (model.decoder, model.interpreters, cosface):
        groups += [{"params": [p], "lr": 10 * rate} for p in part.parameters()]
    parameters = [p for group in groups for p in group["params"]]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.05, fused=True)

    def step(most):
        loss = total_loss(model, cosface, tasks, tensors, most)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(parameters, 5)
        optimizer.step()
        optimizer.zero_grad()
        return loss.item(), norm.item()

    first, _ = step(plan["warm_up"])
    start, used = time.perf_counter(), time.process_time()
    loss, norm = step(sys.maxsize)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    print(seconds, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, first, loss, norm)


if __name__ == "__main__":
    main()
