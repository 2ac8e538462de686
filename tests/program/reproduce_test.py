"""Runs the commands of docs/reproduce.md as they stand, at small size: python3 reproduce_test.py PROGRAM

Every ```sh block is run, in one shell and in order, but those after the comment `<!-- not run by the test -->`.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_RUN = "<!-- not run by the test -->\n"


def commands(page):
    blocks = re.findall(r"(^<!--[^\n]*-->\n)?^```sh\n(.*?)^```$", page, re.M | re.S)
    return "".join(block for comment, block in blocks if comment != NOT_RUN)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    script = commands((ROOT / "docs/reproduce.md").read_text())
    for verb in ("synthesize", "dataset prepare", "dataset check", "train", "evaluate --suite published"):
        assert f"faceptor {verb}" in script, f"the page runs no `faceptor {verb}`"
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "bin").mkdir()
        (work / "bin/faceptor").symlink_to(program)
        environment = {
            **os.environ,
            "PATH": f"{work / 'bin'}:{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
            "SMALL": "1",
            "LAUNCH_BASE": "",
            "LAUNCH_FULL": "",
            **{name: str(work / name.lower()) for name in ("DOWNLOADS", "DATA", "RUNS")},
        }
        subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)

        tables = work / "runs/tables"
        for run in ("naive", "base", "full"):
            assert (tables / run / "index.html").stat().st_size > 10_000, run
        page = (tables / "full/index.html").read_text()
        rows = page[page.index("The paper's tables"):page.index("Layer-Attention</h2>")]
        assert rows.count("<tr>") == 21, "the heading and the paper's rows"
        assert "no data" not in rows and "not a task" not in rows, "Full has all rows"
        assert rows.count("(second stage)") == 3
        assert rows.count("mean of the five") >= 1 and "needs all sets" not in rows
        attention = json.loads((tables / "full/affect_rafdb.json").read_text())["layer_attention"]
        assert attention["levels"] == [1, 3, 5, 7, 9, 11] and abs(sum(attention["shares"]) - 1) < 1e-6
        log = [json.loads(line) for line in (work / "runs/full/log.jsonl").read_text().splitlines()]
        losses = [line["loss"] for line in log if "loss" in line]
        assert losses and losses[-1] < losses[0], "Faceptor-Full learns something"
    print("the page runs")


main()
