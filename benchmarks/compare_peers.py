"""The peers' side of benchmarks/compare: the same model in PyTorch, for eager, ONNX Runtime and OpenVINO.

usage: compare_peers.py export PLAN WEIGHTS IMAGES MODEL.onnx      (prints the multiplications of a pass, in 10^9)
       compare_peers.py eager|eager-tasks PLAN WEIGHTS IMAGES OUTPUTS THREADS
       compare_peers.py onnxruntime|openvino PLAN MODEL.onnx IMAGES OUTPUTS THREADS

The graph does what the library does: one backbone, one memory, and the queries of all tasks together. `eager-tasks` does a pass a task,
as the published code. How a process is driven: see compare_engine.cpp.
"""
import json
import os
import resource
import sys
import time

import numpy as np


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    types = {"F32": np.float32, "I64": np.int64}
    return {name: np.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def write_tensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        bytes_ = np.ascontiguousarray(tensor, np.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(bytes_)]}
        data += bytes_
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def joint_model(plan, weights, side):
    """The tasks of a side in one module: images -> their raw outputs, in the plan's order."""
    import torch
    import torch.nn.functional as F
    from training_step_eager import Faceptor

    def heads_of(x, heads):
        return x.unflatten(-1, (heads, x.shape[-1] // heads)).transpose(1, 2)

    def attend(attention, queries, keys, values):
        made = F.scaled_dot_product_attention(*(heads_of(x, attention.num_heads) for x in (queries, keys, values)))
        return attention.out_proj(made.transpose(1, 2).flatten(2))

    def project(attention, x, first, count):
        rows = slice(first * attention.embed_dim, (first + count) * attention.embed_dim)
        return F.linear(x, attention.in_proj_weight[rows], attention.in_proj_bias[rows])

    class Joint(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = Faceptor(plan["config"], plan["tasks"], recompute=False)
            self.model.load_state_dict({name.replace("in_proj.", "in_proj_"): torch.tensor(value) for name, value in weights.items()})
            self.tasks = [task for task in plan["tasks"] if task["side"] == side]
            self.decoded = [task for task in self.tasks if not task["name"].startswith("recog")]
            backbone, decoder = self.model.backbone, self.model.decoder
            self.cells = side // backbone.patch
            with torch.no_grad():  # constants of the size
                self.register_buffer("positions", backbone.positions(self.cells).clone())
                self.register_buffer("places", decoder.position_map(self.cells) + decoder.level_embed[0])
                own = [decoder.queries[task["name"]] for task in self.decoded]
                self.register_buffer("feats", torch.cat([queries.feat for queries in own]))
                self.register_buffer("embeds", torch.cat([queries.embed for queries in own]))

        def features(self, images):
            backbone = self.model.backbone
            x = backbone.patch_embedding(images).flatten(2).transpose(1, 2)
            x = torch.cat([backbone.class_token.expand(x.shape[0], 1, -1), x], 1)
            x = backbone.norm_pre(x + self.positions)
            for block in backbone.blocks:
                x = x + attend(block.attention, *project(block.attention, block.norm1(x), 0, 3).chunk(3, -1))
                x = x + block.mlp(block.norm2(x))
            return x[:, 1:].transpose(1, 2).unflatten(2, (self.cells, self.cells))

        def forward(self, images):
            feature = self.features(images)
            decoder, made = self.model.decoder, {}
            source = decoder.input_projections["0"](feature)
            memory = source.flatten(2).transpose(1, 2)
            keyed = memory + self.places
            counts = [len(decoder.queries[task["name"]].feat) for task in self.decoded]
            tokens = self.feats.expand(images.shape[0], -1, -1)
            for layer in decoder.layers:
                cross, own = layer.cross_attention, layer.self_attention
                tokens = layer.cross_norm(tokens + attend(cross, project(cross, tokens + self.embeds, 0, 1),
                                                          project(cross, keyed, 1, 1), project(cross, memory, 2, 1)))
                placed = tokens + self.embeds
                queries, keys = project(own, placed, 0, 2).chunk(2, -1)
                values = project(own, tokens, 2, 1)
                attended = torch.cat([F.scaled_dot_product_attention(*(heads_of(x, own.num_heads) for x in task)).transpose(1, 2).flatten(2)
                                      for task in zip(queries.split(counts, 1), keys.split(counts, 1), values.split(counts, 1))], 1)
                tokens = layer.self_norm(tokens + own.out_proj(attended))
                tokens = layer.ffn_norm(tokens + layer.ffn(tokens))
            interpreters = self.model.interpreters
            maps = [i for i, task in enumerate(self.decoded) if task["name"].split("_")[0] in ("parsing", "align")]
            split = tokens.split(counts, 1)
            if maps:
                pixels = interpreters["map_v2"](torch.cat([split[i] for i in maps], 1), source).split([counts[i] for i in maps], 1)
                made.update({self.decoded[i]["name"]: pixel for i, pixel in zip(maps, pixels)})
            for task, own_tokens in zip(self.decoded, split):
                if task["name"] not in made:
                    made[task["name"]] = interpreters["value"](own_tokens, None)
            for task in self.tasks:
                if task not in self.decoded:
                    made[task["name"]] = interpreters["feature_v2"](feature, task["name"])
            return tuple(made[task["name"]] for task in self.tasks)

    return Joint().eval()


def export(plan, weights, images, path):
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode
    model, images = joint_model(plan, weights, images.shape[3]), torch.tensor(images)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(images)
    torch.onnx.export(model, (images,), path, opset_version=18, dynamo=False, input_names=["images"],
                      output_names=[task["name"] for task in model.tasks])
    print(counter.get_total_flops() / 2e9)


def passes_of(kind, plan, path, images, threads):
    """What does a pass and gives the outputs as arrays."""
    if kind == "onnxruntime":
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"images": images})
    if kind == "openvino":
        import openvino
        compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
                                                               "INFERENCE_PRECISION_HINT": "f32"})
        return lambda: [value.copy() for value in compiled(images).values()]
    import torch
    torch.set_num_threads(threads)
    model, given = joint_model(plan, read_tensors(path), images.shape[3]), torch.tensor(images)

    def joint():
        with torch.inference_mode():
            return [value.numpy() for value in model(given)]

    def task_by_task():
        with torch.inference_mode():
            return [model.model(model.features(given), task["name"]).numpy() for task in model.tasks]
    return joint if kind == "eager" else task_by_task


def main():
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    kind, plan_path, path, images_path, out = sys.argv[1:6]
    with open(plan_path) as file:
        plan = json.load(file)
    images = read_tensors(images_path)["images"]
    if kind == "export":
        export(plan, read_tensors(path), images, out)
        return
    run = passes_of(kind, plan, path, images, int(sys.argv[6]))
    names = [task["name"] for task in plan["tasks"] if task["side"] == images.shape[3]]
    write_tensors(out, dict(zip(names, run())))
    print("ready", flush=True)
    for _ in sys.stdin:
        start, used = time.perf_counter(), time.process_time()
        run()
        print(time.perf_counter() - start, time.process_time() - used, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
