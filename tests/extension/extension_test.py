"""Parts of a third party go through every verb of a program of its own.

usage: extension_test.py EXTENDED [FACEPTOR]     the programs: the third party's, and faceptor's own
"""
import json
import pathlib
import subprocess
import sys
import tempfile

passed = failed = 0


def check(what, good, found=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"[failed] {what}: {found}", flush=True)


def run(program, *arguments, expect=0):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    check(f"{' '.join(map(str, arguments))} ends with {expect}", done.returncode == expect, f"{done.returncode}\n{done.stderr[-2000:]}")
    return done


CONFIG = """
steps = 60
workers = 0
[model]
architecture = "{architecture}"
tasks = ["*"]
[data.pose]
format = "poses"
root = "poses"
batch = 16
chain = "extension_plain"
evaluation_split = "test"
[data.side]
format = "poses"
root = "poses"
batch = 16
chain = "extension_plain"
evaluation_split = "test"
[schedule]
start = 1e-4
peak = 2e-3
warmup = 5
[parameters]
backbone = 1
{parts} = 1
[log]
every = 10
tensorboard = false
[evaluation]
every = 30
[result]
licence = "CC0"
source = "a test"
"""


def through(extended, folder, architecture, parts):
    root = folder / architecture
    (folder / f"{architecture}.toml").write_text(CONFIG.format(architecture=architecture, parts=parts))
    run(extended, "train", folder / f"{architecture}.toml", "--set", f"data_root={folder}", "--out", root)
    log = [json.loads(line) for line in (root / "log.jsonl").read_text().splitlines()]
    text = json.dumps(log)
    check(f"{architecture}: the log has the own loss's accuracy", '"accuracy"' in text and '"side"' in text, text[:500])
    losses = [line["tasks"]["pose"]["loss"] for line in log if "tasks" in line]
    check(f"{architecture}: the own loss falls", losses[-1] < losses[0] / 2, losses)
    check(f"{architecture}: the log has the own metric", '"degrees"' in text, text[-1500:])

    weights = root / "weights.safetensors"
    info = json.loads(run(extended, "info", weights, "--json", "-").stdout)
    tasks = {task["name"]: task for task in info["tasks"]}
    check(f"{architecture}: info knows kind and result", tasks["pose"]["kind"] == "rotation_6d" and tasks["pose"]["result"] == "HeadPose", tasks)

    data = ["--weights", weights, "--data", folder / "poses", "--format", "poses", "--split", "test"]
    table = run(extended, "evaluate", "pose", "side", *data, "--group", "side").stdout
    check(f"{architecture}: the table has both figures", "degrees" in table and "right sides" in table, table)
    reports = [json.loads(line) for line in run(extended, "evaluate", "pose", "side", *data, "--json", "-", "--report",
                                                root / "report").stdout.splitlines()]
    pose = reports[0]["figures"][0]
    check(f"{architecture}: the own figure has an interval", 0 < pose["value"] < 90 and pose["interval"], pose)
    check(f"{architecture}: the own protocol's sentence", "looks to the left" in " ".join(reports[1]["protocol"]), reports[1]["protocol"])
    page = (root / "report" / "index.html").read_text()
    check(f"{architecture}: the page has the own plot and result", "Sides" in page and "yaw" in page, ("Sides" in page, "yaw" in page))

    photo = folder / "poses" / "head.png"
    line = run(extended, "analyze", photo, "--weights", weights, "--detector", "middle", "--json", "-", "--draw", root / "drawn").stdout
    face = json.loads(line)["faces"][0]
    check(f"{architecture}: JSON has the own result", set(face["tasks"]["pose"]) == {"type", "yaw", "pitch", "roll"}, face["tasks"]["pose"])
    check(f"{architecture}: JSON of a mask is short", len(json.dumps(face["tasks"]["mask"])) < 1000, len(line))
    check(f"{architecture}: the picture is there", (root / "drawn" / "head.png").stat().st_size > 1000)
    words = run(extended, "analyze", photo, "--weights", weights, "--detector", "middle").stdout
    check(f"{architecture}: words of the own result", "yaw" in words, words)

    run(extended, "benchmark", "--weights", weights, "--repeats", "2", "--json", "-")
    return weights


def main(extended, faceptor=None):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        help_text = run(extended, "--help").stdout
        check("verbs were added and removed", "poses" in help_text and "synthesize" not in help_text, help_text)
        run(extended, "poses", folder / "poses", 400, 1)
        print(run(extended, "check", folder).stdout, end="")
        checked = run(extended, "dataset", "check", "poses", folder / "poses", "--json", "-").stdout
        check("the own format is checked", json.loads(checked).get("samples") == 400, checked[:300])
        weights = through(extended, folder, "extension-faceptor", "decoder")
        through(extended, folder, "extension-naive_faceptor", "heads")
        if faceptor:
            error = run(faceptor, "info", weights, expect=1).stderr
            check("another program says what it lacks", "extension_small" in error and "register_backbone" in error, error)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
