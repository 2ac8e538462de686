"""The program as a script meets it: what it prints where, exit codes, what it leaves on disk.

usage: program_test.py PROGRAM
"""
import json
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets/models/faceptor-demo.safetensors"
ASTRONAUT = ROOT / "assets/photos/astronaut.jpg"
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/faceptor"


def run(*arguments, code=0):
    """What the program prints to its two streams, when it ends with `code`."""
    ended = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    assert ended.returncode == code, f"{arguments}: ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout, ended.stderr


class WrongUsage(unittest.TestCase):
    def test_says_so_with_code_2_and_prints_nothing_else(self):
        for arguments in (["paint"], ["analyze"], ["train"], ["train", "--preset", "tiny"], ["analyze", ASTRONAUT, "--colour"]):
            with self.subTest(arguments):
                out, err = run(*arguments, code=2)
                self.assertEqual(out, "")
                self.assertTrue(err)

    def test_help_of_every_verb(self):
        for verb in "analyze benchmark convert dataset evaluate forward info synthesize train".split():
            with self.subTest(verb):
                out, err = run(verb, "--help")
                self.assertIn("--", out)
                self.assertEqual(err, "")


class Analyze(unittest.TestCase):
    def test_one_json_object_a_photo_a_line(self):
        out, _ = run("analyze", ASTRONAUT, ROOT / "assets/photos/grace_hopper.jpg", "--weights", DEMO, "--json", "-", "--threads", 1)
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([Path(line["photo"]).name for line in lines], ["astronaut.jpg", "grace_hopper.jpg"])
        for line in lines:
            self.assertEqual((line["schema"], line["error"], len(line["faces"])), (1, None, 1))
            x0, y0, x1, y1 = line["faces"][0]["box"]
            self.assertTrue(0 <= x0 < x1 <= line["width"] and 0 <= y0 < y1 <= line["height"])
            self.assertEqual(set(line["faces"][0]["tasks"]), {"landmarks", "parsing", "expression", "age", "attributes", "identity"})

    def test_only_the_tasks_asked_for(self):
        out, _ = run("analyze", ASTRONAUT, "--weights", DEMO, "--json", "-", "--tasks", "age", "--threads", 1)
        self.assertEqual(list(json.loads(out)["faces"][0]["tasks"]), ["age"])

    def test_a_file_that_is_no_photo_fails_alone(self):
        out, err = run("analyze", __file__, ASTRONAUT, "--weights", DEMO, "--json", "-", "--tasks", "age", "--threads", 1, code=1)
        bad, good = (json.loads(line) for line in out.splitlines())
        self.assertTrue(bad["error"])
        self.assertIsNone(good["error"])
        self.assertIn("program_test.py", err)


class Train(unittest.TestCase):
    """A small model on painted faces. The file's values lie over those of the file that it extends."""

    @classmethod
    def setUpClass(cls):
        cls.held = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.held.name)
        run("synthesize", cls.folder, "--formats", "rafdb", "--count", 40, "--size", 64, "--seed", 1)
        (cls.folder / "configurations").mkdir()
        (cls.folder / "base.toml").write_text(f'''
            data_root = {json.dumps(str(cls.folder))}
            steps = 30
            seed = 5
            [model]
            architecture = "faceptor-tiny"
            [model.config]
            backbone = {{ width = 24, heads = 2, layers = 2, image_side = 32 }}
            decoder = {{ hidden = 16, heads = 2, ffn = 32, layers = 1, levels = [1], map_level = 1 }}
            [model.custom.looks]
            like = "affect_rafdb"
            view = {{ crop = "whole", width = 64, height = 64 }}
            [data.looks]
            format = "rafdb"
            root = "rafdb"
            batch = 4
            chain = "plain"
            [schedule]
            warmup = 2
            [log]
            every = 1
        ''')
        cls.config = cls.folder / "configurations" / "run.toml"
        cls.config.write_text('extends = "../base.toml"\n[model.custom.looks.view]\nwidth = 32\nheight = 32\n[checkpoints]\nevery = 4\n')

    @classmethod
    def tearDownClass(cls):
        cls.held.cleanup()

    def test_a_dry_run_prints_what_all_layers_come_to(self):
        out, _ = run("train", self.config, "--dry-run", "--set", "schedule.peak=3e-4")
        for line in ("steps = 30", "peak = 0.0003", "every = 4", "# tasks", "#   4 pictures of 32 x 32 pixels"):
            self.assertIn(line, out)
        (self.folder / "resolved.toml").write_text(out)  # it is a configuration itself
        again, _ = run("train", self.folder / "resolved.toml", "--dry-run")
        self.assertEqual(again, out)

    def test_what_is_wrong_with_a_configuration_is_said_with_its_place(self):
        wrong = self.folder / "wrong.toml"
        for text, said in (('steps = 3\nseed = = 4', ("wrong.toml, line 2",)), ('extends = "wrong.toml"', ("wrong.toml", "without end")),
                           ('extends = "missing.toml"', ("missing.toml",)), ('extends = 3', ("wrong.toml", "3")),
                           ('extends = "base.toml"\n[schedule]\npeek = 1', ("schedule.peek", "peak"))):
            with self.subTest(text):
                wrong.write_text(text)
                out, err = run("train", wrong, "--dry-run", code=1)
                self.assertEqual(out, "")
                for part in said:
                    self.assertIn(part, err)

    def test_a_run_that_is_stopped_or_killed_goes_on_as_if_nothing_had_been(self):
        def losses(out):
            lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
            return {line["step"]: line["loss"] for line in lines if "loss" in line}

        straight, broken = self.folder / "straight", self.folder / "broken"
        run("train", self.config, "--out", straight, "--threads", 1)
        for how in (signal.SIGTERM, signal.SIGKILL):
            began = len(losses(broken)) if (broken / "log.jsonl").exists() else 0
            process = subprocess.Popen([PROGRAM, "train", self.config, "--out", broken, "--threads", "1"], stderr=subprocess.PIPE, text=True)
            for line in process.stderr:  # one a step, as the log has them
                if line.startswith(f"step {began + 6}/"):
                    break
            process.send_signal(how)
            process.stderr.read()
            process.stderr.close()
            process.wait(60)
            self.assertFalse((broken / "weights.safetensors").exists())
        _, err = run("train", self.config, "--out", broken, "--threads", 1)
        self.assertIn("the run is resumed at step", err)
        self.assertEqual(len(losses(straight)), 30)
        self.assertEqual(losses(broken), losses(straight))
        # The numbers, behind the header (whose length the first eight bytes say): that has the date and where it was trained.
        numbers = [data[8 + int.from_bytes(data[:8], "little"):] for data in ((out / "weights.safetensors").read_bytes()
                                                                             for out in (straight, broken))]
        self.assertEqual(numbers[0], numbers[1])
        out, _ = run("info", broken / "weights.safetensors", "--json", "-")
        self.assertIn("looks", json.dumps(json.loads(out)))


if __name__ == "__main__":
    unittest.main()
