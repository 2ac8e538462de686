"""The program as a script meets it: what it prints where, exit codes, what it leaves on disk.

usage: program_test.py PROGRAM
"""
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets/models/faceptor-demo.safetensors"
ASTRONAUT = ROOT / "assets/photos/astronaut.jpg"
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/faceptor"


def run(*arguments, code=0, env=None, **how):
    """What the program prints to its two streams, when it ends with `code`. @param env  beside the environment's own variables"""
    environment = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")} | (env or {})
    ended = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600, env=environment, **how)
    assert ended.returncode == code, f"{arguments}: ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout, ended.stderr


def small_png():
    """A grey picture of 32 x 32 pixels."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress((b"\0" + bytes([128]) * 32) * 32)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class WrongUsage(unittest.TestCase):
    def test_says_so_with_code_2_and_prints_nothing_else(self):
        suite = ["evaluate", "--suite", "published", "--data", "."]
        for arguments in (["paint"], ["analyze"], ["train"], ["train", "--preset", "tiny"], ["analyze", ASTRONAUT, "--colour"],
                          ["evaluate", "--data", "."], [*suite, "age"], [*suite, "--split", "test"], [*suite, "--stage2-weights", DEMO]):
            with self.subTest(arguments):
                out, err = run(*arguments, code=2)
                self.assertEqual(out, "")
                self.assertTrue(err)

    def test_numbers_that_no_option_can_take(self):
        for arguments in (["train", "--preset", "tiny", "--out", "run", "--steps", "-1"], ["info", DEMO, "--step", "9" * 20],
                          ["evaluate", "age", "--data", ".", "--worst", "-1"], ["synthesize", "out", "--identities", "-1", "--dry-run"],
                          ["compare", ASTRONAUT, ASTRONAUT, "--threshold", "nan"], ["analyze", ASTRONAUT, "--max-pixels", "9" * 20]):
            with self.subTest(arguments):
                out, err = run(*arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn(arguments[-2] if arguments[-1] != "--dry-run" else "--identities", err)
                self.assertLess(len(err), 300)

    def test_an_empty_path_is_no_folder(self):
        for arguments in (["synthesize", "", "--dry-run"], ["analyze", ""], ["info", ""]):
            with self.subTest(arguments):
                self.assertIn("empty", run(*arguments, code=2)[1])

    def test_help_of_every_verb(self):
        for verb in "analyze benchmark cluster compare convert dataset enroll evaluate forward info search synthesize train video".split():
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

    def test_what_is_long_stands_in_the_json_only_in_full(self):
        long = {"age": {"distribution"}, "parsing": {"runs", "colors"}, "attributes": {"thresholds"}, "identity": {"vector"}}
        faces = []
        for full in ([], ["--full"]):
            out, _ = run("analyze", ASTRONAUT, "--weights", DEMO, "--json", "-", "--threads", 1, "--quiet", *full)
            faces.append(json.loads(out)["faces"][0])
        short, full = faces
        self.assertEqual(set(full) - set(short), {"points", "views"})
        for task, fields in full["tasks"].items():
            self.assertEqual(set(fields) - set(short["tasks"][task]), long.get(task, set()), task)
            for name, value in short["tasks"][task].items():
                self.assertEqual(value, fields[name])

    def test_a_file_that_is_no_photo_fails_alone(self):
        out, err = run("analyze", __file__, ASTRONAUT, "--weights", DEMO, "--json", "-", "--tasks", "age", "--threads", 1, code=1)
        bad, good = (json.loads(line) for line in out.splitlines())
        self.assertTrue(bad["error"])
        self.assertIsNone(good["error"])
        self.assertIn("program_test.py", err)


class Folder(unittest.TestCase):
    """Tests in a folder of their own, which has a photo of a face (photo.jpg)."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)
        shutil.copy(ROOT / "assets/photos/grace_hopper.jpg", self.folder / "photo.jpg")

    def run_here(self, *arguments, code=0, env=None):
        return run(*arguments, code=code, env=env, cwd=self.folder)

    def analyze(self, *arguments, code=0, env=None):
        return self.run_here("analyze", "--weights", DEMO, "--tasks", "age", "--threads", 1, "--quiet", *arguments, code=code, env=env)

    def lines(self, *arguments, code=0):
        out, err = self.analyze(*arguments, "--json", "-", code=code)
        return [json.loads(line) for line in out.splitlines()], err

    def unchanged(self, *names):
        """A context in which these files must stay as they are."""
        test = self

        class Unchanged:
            def __enter__(self):
                self.before = {name: (test.folder / name).read_bytes() for name in names}

            def __exit__(self, *_):
                for name, data in self.before.items():
                    test.assertEqual((test.folder / name).read_bytes(), data, name)

        return Unchanged()


class AnalyzeMany(Folder):
    """Many photos: patterns, lists, parts of a run, and runs that were stopped."""

    def setUp(self):
        super().setUp()
        (self.folder / "many").mkdir()
        for i in range(20):
            shutil.copy(ASTRONAUT if i % 3 else ROOT / "assets/photos/grace_hopper.jpg", self.folder / f"many/{i:02}.jpg")
        (self.folder / "many/05.jpg").write_bytes(b"no photo")

    def test_a_stopped_run_is_resumed_to_the_same_bytes(self):
        self.analyze("many", "--json", "whole.jsonl", code=1)
        whole = (self.folder / "whole.jsonl").read_bytes()
        self.assertEqual(whole.count(b"\n"), 20)
        ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
        for kept in (0, 10, ends[0], ends[2] + 7, ends[16] - 1, ends[18] + 3, len(whole)):
            with self.subTest(kept):
                (self.folder / "part.jsonl").write_bytes(whole[:kept])
                _, err = self.analyze("many", "--json", "part.jsonl", "--resume", "--force", code=1)
                self.assertIn("failed then" if kept >= ends[5] else "many/05.jpg", err)
                self.assertEqual((self.folder / "part.jsonl").read_bytes(), whole)
        _, err = self.analyze("many", "--resume", code=2)
        self.assertIn("--resume", err)
        (self.folder / "notes.jsonl").write_text("[]\n")
        _, err = self.analyze("many", "--json", "notes.jsonl", "--resume", "--force", code=1)
        self.assertIn("notes.jsonl, line 1", err)

    def test_a_run_is_resumed_with_its_own_tasks_alone_and_loses_no_photo_given_twice(self):
        self.analyze("photo.jpg", "--json", "part.jsonl")
        self.analyze("photo.jpg", "photo.jpg", "--json", "part.jsonl", "--resume")
        whole = (self.folder / "part.jsonl").read_text()
        self.assertEqual(whole.count("\n"), 2)
        _, err = self.run_here("analyze", "photo.jpg", "many/00.jpg", "--weights", DEMO, "--tasks", "age,expression", "--json", "part.jsonl", "--resume", code=1)
        self.assertIn("other tasks (part.jsonl): expected age, expression, found age", err)
        self.assertEqual((self.folder / "part.jsonl").read_text(), whole)

    def test_a_shard_is_two_whole_numbers(self):
        for shard in ("1/-1", "+1/2", " 1/2", "1/99999999999999999999", "1", "/", "2/1", "0/1", "1/2/3"):
            with self.subTest(shard):
                _, err = self.analyze("many", "--shard", shard, code=2)
                self.assertIn("--shard", err)

    def test_shards_are_the_whole_run(self):
        names = []
        for i in (1, 2, 3):
            lines, _ = self.lines("many/0*.jpg", "--shard", f"{i}/3", code=1 if i == 3 else 0)  # the third has 05.jpg
            names += [line["photo"] for line in lines]
        self.assertEqual(sorted(names), [f"many/{i:02}.jpg" for i in range(10)])
        for wrong in ("0/3", "4/3", "1", "a/b", "1/3x"):
            self.analyze("many", "--shard", wrong, code=2)

    def test_a_launchers_processes_share_the_photos(self):
        names = []
        for rank in range(3):
            launched = {"RANK": str(rank), "WORLD_SIZE": "3"}
            self.analyze("many/0[0-4].jpg", "--json", "{rank}.jsonl", "--draw", "out", env=launched)
            names += [json.loads(line)["photo"] for line in (self.folder / f"{rank}.jsonl").read_text().splitlines()]
        self.assertEqual(sorted(names), [f"many/{i:02}.jpg" for i in range(5)])
        self.assertEqual(len(list((self.folder / "out").iterdir())), 5)
        _, err = run("analyze", "many/00.jpg", "--weights", DEMO, "--tasks", "age", "--threads", 1, env={"RANK": "0", "WORLD_SIZE": "2"}, cwd=self.folder)
        self.assertIn("shard 1/2", err)
        for wrong in ({"RANK": "3", "WORLD_SIZE": "3"}, {"RANK": "a", "WORLD_SIZE": "3"}, {"RANK": "0"}, {"WORLD_SIZE": "0", "RANK": "0"},
                      {"RANK": "-1", "WORLD_SIZE": "3"}, {"WORLD_SIZE": "3"}):
            with self.subTest(wrong):
                _, err = self.analyze("many/00.jpg", code=1, env=wrong)
                self.assertIn("WORLD_SIZE", err)
                self.assertEqual(len(err.splitlines()), 1, err)
        _, err = self.analyze("many/00.jpg", "--json", "same.jsonl", code=1, env={"RANK": "0", "WORLD_SIZE": "2"})
        self.assertIn("{rank}", err)
        lines = self.analyze("many/00.jpg", "--json", "-", "--shard", "1/1", env={"RANK": "1", "WORLD_SIZE": "2"})[0].splitlines()
        self.assertEqual(len(lines), 1)  # the option wins

    def test_crops_tell_photo_and_face_and_replace_nothing(self):
        two = self.folder / "two"
        for sub in ("a", "b"):
            (two / sub).mkdir(parents=True)
            shutil.copy(self.folder / "photo.jpg", two / sub / "x.jpg")
        (two / "a/x.1.jpg").write_bytes((self.folder / "photo.jpg").read_bytes())
        (self.folder / "boxes.csv").write_text("".join(f"two/{name},80,68,188,176\ntwo/{name},90,78,178,166\n" for name in ("a/x.jpg", "b/x.jpg", "a/x.1.jpg")))
        self.analyze("two", "--boxes", "boxes.csv", "--crops", "crops", "--crop", "aligned:48")
        names = sorted(path.name for path in (self.folder / "crops").iterdir())
        self.assertEqual(names, sorted(f"{stem}.{face}.png" for stem in ("x", "x-2", "x.1") for face in (1, 2)))
        sizes = {tuple((path.read_bytes()[at:at + 4]) for at in (16, 20)) for path in (self.folder / "crops").iterdir()}
        self.assertEqual(sizes, {((48).to_bytes(4, "big"),) * 2})
        self.analyze("photo.jpg", "--crops", "crops")  # 112 pixels, from the detector's points
        self.assertEqual((self.folder / "crops/photo.1.png").read_bytes()[16:20], (112).to_bytes(4, "big"))
        (self.folder / "crops/photo.2.png").write_text("mine")
        with self.unchanged("crops/photo.2.png", "crops/photo.1.png"):
            _, err = self.analyze("photo.jpg", "--crops", "crops", code=1)
            self.assertIn("--crops", err)
        self.analyze("photo.jpg", "--crop", "aligned:112", code=2)
        _, err = self.analyze("photo.jpg", "--crops", "crops2", "--crop", "round:112", code=1)
        self.assertIn("aligned:SIDE", err)

    def test_a_report_stands_alone_and_has_earlier_photos_too(self):
        names = ["00.jpg", "01.jpg", "05.jpg", "07.jpg"]
        photos = [f"many/{name}" for name in names]
        self.analyze(*photos, "--json", "r.jsonl", "--report", "report", code=1)
        page = (self.folder / "report/index.html").read_text()
        for there in ("4 photos, 3 faces, 1 failed", 'src="thumbnails/01.jpg"', "age: years", "many/05.jpg"):
            self.assertIn(there, page)
        for absent in ("http", "<link", "src=\"/"):
            self.assertNotIn(absent, page)
        self.assertEqual(sorted(path.name for path in (self.folder / "report/thumbnails").iterdir()), ["00.jpg", "01.jpg", "07.jpg"])
        lines = (self.folder / "r.jsonl").read_text().splitlines(keepends=True)
        (self.folder / "r.jsonl").write_text("".join(lines[:3]))
        (self.folder / "report/index.html").unlink()
        self.analyze(*photos, "--json", "r.jsonl", "--report", "report", "--resume", code=1)  # of the one that failed before
        self.assertEqual((self.folder / "report/index.html").read_text(), page)
        (self.folder / "report/index.html").write_text("<title>mine</title>")
        with self.unchanged("report/index.html"):
            _, err = self.analyze(photos[0], "--report", "report", code=1)
            self.assertIn("--report", err)

    def test_patterns_and_lists(self):
        lines, _ = self.lines("many/1[0-2].jpg")
        self.assertEqual([line["photo"] for line in lines], ["many/10.jpg", "many/11.jpg", "many/12.jpg"])
        _, err = self.analyze("many/x*.jpg", code=1)
        self.assertIn("many/x*.jpg", err)
        (self.folder / "list.txt").write_text("many/11.jpg\r\n\nphoto.jpg\n")
        lines, _ = self.lines("@list.txt", "--workers", 3)
        self.assertEqual([line["photo"] for line in lines], ["many/11.jpg", "photo.jpg"])
        self.analyze("@absent.txt", code=1)
        shutil.copy(self.folder / "photo.jpg", self.folder / "a[b]*.jpg")
        lines, _ = self.lines("a[b]*.jpg")
        self.assertEqual(len(lines), 1)
        # A pattern that nothing fits fails alone, and one that a folder fits stands for its photos.
        lines, err = self.lines("none*.jpg", "phot?.jpg", code=1)
        self.assertEqual([line["photo"] for line in lines], ["photo.jpg"])
        self.assertIn("1 pattern that no file fits", err)
        self.assertEqual(len(self.lines("man?", code=1)[0]), 20)
        # Lists as Windows writes them.
        (self.folder / "list.txt").write_bytes(b"\xef\xbb\xbfphoto.jpg\r\n")
        self.assertEqual(self.lines("@list.txt")[0][0]["photo"], "photo.jpg")
        (self.folder / "list.txt").write_bytes("photo.jpg\r\n".encode("utf-16"))
        self.assertIn("UTF-8", self.analyze("@list.txt", code=1)[1])
        (self.folder / "list.txt").write_text("photo.jpg\n")
        with self.unchanged("list.txt"):
            self.assertIn("the run reads this file", self.analyze("@list.txt", "--json", "list.txt", "--force", code=1)[1])

    def test_aligned_crops_and_masks_and_tables(self):
        out, _ = self.run_here("analyze", "photo.jpg", "--weights", DEMO, "--threads", 1, "--quiet")
        self.assertRegex(out, r"face 1: \d+,\d+ to \d+,\d+, score 1\.00\n    age +\d+ years")
        self.assertRegex(out, r"\n    expression +\w+ \(\d+ %\)")
        self.run_here("analyze", "photo.jpg", "--weights", DEMO, "--threads", 1, "--quiet", "--masks", "masks", "--tasks", "parsing")
        mask = (self.folder / "masks/photo.parsing.png").read_bytes()
        self.assertEqual((int.from_bytes(mask[16:20], "big"), int.from_bytes(mask[20:24], "big"), mask[24], mask[25]), (512, 600, 8, 0))
        self.run_here("analyze", "photo.jpg", "--weights", DEMO, "--threads", 1, "--quiet", "--masks", "masks", "--tasks", "parsing")
        (self.folder / "masks/photo.parsing.png").write_text("mine")
        self.run_here("analyze", "photo.jpg", "--weights", DEMO, "--threads", 1, "--quiet", "--masks", "masks", "--tasks", "parsing", code=1)
        self.analyze("photo.jpg", "--masks", "masks", code=2)  # age alone has no masks
        lines, _ = self.lines("photo.jpg", "--detector", "aligned")
        self.assertEqual(lines[0]["faces"][0]["box"], [-0.5, -0.5, 511.5, 599.5])

    def test_the_plan_and_the_detector(self):
        out, _ = self.run_here("analyze", "--explain", "--weights", DEMO, "--quiet")
        self.assertIn("landmarks, parsing", out)
        self.assertNotIn("\n2 ", out)
        rows = [line.split() for line in out.splitlines() if line.startswith("1 ")]
        self.assertEqual(len(rows), 2)
        one, _ = self.run_here("analyze", "--explain", "--weights", DEMO, "--tasks", "age", "--quiet", "--max-batch", 3)
        gmac = [float(text.split("in all: ")[1].split()[0]) for text in (one, out)]
        self.assertTrue(0.1 < gmac[0] < gmac[1] < 10, gmac)
        self.assertRegex(one, r"\n1 +aligned\(arcface\) 112x112 +3 ")
        self.assertRegex(out, r"estimated memory \d+ MB: 2\d of weights")
        out, _ = self.run_here("analyze", "--explain", "--weights", DEMO, "--detector", "whole", "--tasks", "age", "--quiet")
        self.assertRegex(out, r"\n1 .* landmarks \(for the five points alone\)\n2 .* age\n")
        self.analyze("photo.jpg", "--detector", "whole", "--min-face", 50, code=2)
        self.analyze("photo.jpg", "--min-face", 5, code=2)
        lines, _ = self.lines("photo.jpg", "--min-face", 500)
        self.assertEqual(lines[0]["faces"], [])
        out, _ = self.run_here("info", ROOT / "assets/models/mtcnn.safetensors")
        self.assertRegex(out, r"detector +mtcnn")
        self.assertRegex(out, r"licence +MIT")
        report = json.loads(self.run_here("info", ROOT / "assets/models/mtcnn.safetensors", "--json", "-")[0])
        self.assertEqual(report["parameters"]["total"], sum(report["parameters"]["parts"].values()))


class Video(Folder):
    """A short video of one face."""

    def setUp(self):
        super().setUp()
        (self.folder / "frames").mkdir()
        for i in range(6):
            shutil.copy(ASTRONAUT, self.folder / f"frames/{i:03}.jpg")

    def video(self, *arguments, code=0, **how):
        return run("video", *arguments, "--weights", DEMO, "--threads", 1, "--quiet", code=code, cwd=self.folder, **how)

    def lines(self, *arguments, code=0):
        out, err = self.video(*arguments, "--json", "-", code=code)
        return [json.loads(line) for line in out.splitlines()], err

    def test_a_line_a_frame_and_a_track_a_face(self):
        lines, _ = self.lines("frames", "--tasks", "landmarks,identity", "--fps", 10, "--detect-every", 4, "--track", "embedding", "--smooth")
        self.assertEqual([(line["frame"], round(line["time"], 3)) for line in lines], [(i, i / 10) for i in range(6)])
        for line in lines:
            self.assertEqual(([face["track"] for face in line["faces"]], line["error"]), ([1], None))
            self.assertEqual(set(line["faces"][0]["tasks"]), {"landmarks", "identity"})

    def test_options_of_another_detector_are_wrong_usage(self):
        for option in (["--turned"], ["--min-face", 30]):
            _, told = self.video("frames", "--detector", "whole", *option, code=2)
            self.assertIn("belongs to --detector mtcnn", told)

    def test_jpegs_on_standard_input_and_a_bad_one_among_them(self):
        photo = ASTRONAUT.read_bytes()
        stream = photo + photo[:200] + photo[5000:] + photo
        ended = subprocess.run([PROGRAM, "video", "-", "--weights", DEMO, "--tasks", "age", "--threads", "1", "--json", "-", "--draw", "drawn.mjpeg"],
                               input=stream, capture_output=True, cwd=self.folder, timeout=600)
        lines = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual((ended.returncode, [line["error"] is None for line in lines]), (1, [True, False, True]))
        self.assertEqual([face["track"] for line in lines for face in line["faces"]], [1, 1])
        self.assertIn(b"frame 1", ended.stderr)
        self.assertRegex(ended.stderr, rb"3 frames, 2 faces on 1 tracks, 1 failed")
        self.assertEqual((self.folder / "drawn.mjpeg").read_bytes().count(b"\xff\xd8\xff\xfe"), 2)
        again, _ = self.lines("drawn.mjpeg", "--tasks", "age")
        self.assertEqual([(line["width"], len(line["faces"])) for line in again], [(512, 1)] * 2)

    def test_what_is_drawn_replaces_nothing_of_others(self):
        self.video("frames", "--tasks", "landmarks", "--frames", 2, "--draw", "drawn", "--json", "out.jsonl")
        self.assertEqual(sorted(path.name for path in (self.folder / "drawn").iterdir()), ["000000.jpg", "000001.jpg"])
        self.video("frames", "--tasks", "age", "--frames", 1, "--draw", "drawn", "--json", "out.jsonl")
        (self.folder / "drawn/000001.jpg").write_bytes(ASTRONAUT.read_bytes())
        (self.folder / "mine.mjpeg").write_bytes(ASTRONAUT.read_bytes())
        with self.unchanged("drawn/000001.jpg", "mine.mjpeg", "frames/000.jpg"):
            self.video("frames", "--tasks", "age", "--draw", "drawn", code=1)
            self.video("frames", "--tasks", "age", "--draw", "mine.mjpeg", code=1)
            self.video("mine.mjpeg", "--tasks", "age", "--draw", "mine.mjpeg", "--force", code=1)

    def test_frames_are_never_drawn_over_whatever_they_are_called_by(self):
        shutil.copytree(self.folder / "frames", self.folder / "numbered")
        for i, picture in enumerate(sorted((self.folder / "numbered").iterdir())):
            picture.rename(picture.with_name(f"{i:06}.jpg"))
        with self.unchanged("numbered/000000.jpg", "numbered/000001.jpg"):
            for name in ("numbered/%06d.jpg", "numbered/*.jpg", "numbered"):
                for output in (["--draw", "numbered"], ["--json", "numbered/000001.jpg"]):
                    with self.subTest(name, output=output):
                        self.video(name, *output, "--force", code=1)
        (self.folder / "drawn").mkdir()
        (self.folder / "drawn/000002.jpg").write_bytes(b"mine")
        with self.unchanged("drawn/000002.jpg"):
            self.video("frames", "--draw", "drawn", code=1)
        self.assertEqual(len(list((self.folder / "drawn").iterdir())), 1)

    def test_older_lines_stay_where_nothing_can_be_drawn(self):
        self.video("frames", "--json", "out.jsonl")
        with self.unchanged("out.jsonl"):
            self.video("frames", "--json", "out.jsonl", "--draw", "drawn.xyz", code=1)
            self.run_here("info", DEMO, "--json", "out.jsonl", code=1)
        (self.folder / "empty.mjpeg").write_bytes(b"")
        self.assertIn("there is no frame", self.video("empty.mjpeg", code=1)[1])

    def test_a_video_of_a_container_where_ffmpeg_is_built_in(self):
        help_text, _ = self.run_here("video", "--help")
        arguments = ["frames", "--tasks", "age", "--frames", 3, "--draw", "drawn.mp4"]
        if "NAME.mp4" not in help_text:
            _, err = self.video(*arguments, code=1)
            self.assertIn("without FFmpeg", err)
            return
        self.video(*arguments)
        self.video(*arguments)  # its own is replaced
        lines, _ = self.lines("drawn.mp4", "--tasks", "age")
        self.assertEqual([face["track"] for line in lines for face in line["faces"]], [1, 1, 1])

    def test_wrong_usage(self):
        self.video("frames", "--size", "640", code=2)
        self.video("frames", "--track", "colour", code=2)
        self.video("frames", "--tasks", "age", "--track", "embedding", code=1)
        self.video("frames", "--json", "-", "--draw", "-", code=2)
        self.video("absent.mp4", code=1)
        self.video("frames/none*.jpg", code=1)


class Outputs(Folder):
    """What is read is never written, what the program didn't write is not replaced, and results appear whole."""

    def test_inputs_by_any_path_are_never_written(self):
        shutil.copy(DEMO, self.folder / "weights.safetensors")
        (self.folder / "boxes.csv").write_text("photo.jpg,60,60,200,200\n")
        os.symlink("photo.jpg", self.folder / "soft.jpg")
        os.link(self.folder / "photo.jpg", self.folder / "hard.jpg")
        os.link(self.folder / "boxes.csv", self.folder / "hard.csv")
        spelled = ["photo.jpg", "./photo.jpg", "../" + self.folder.name + "/photo.jpg", self.folder / "photo.jpg", "soft.jpg", "hard.jpg"]
        for json_file in [*spelled, "boxes.csv", "hard.csv"]:
            for force in ([], ["--force"]):
                with self.subTest(json_file, force=force), self.unchanged("photo.jpg", "boxes.csv"):
                    out, err = self.analyze("photo.jpg", "--boxes", "boxes.csv", "--json", json_file, *force, code=1)
                    self.assertIn("--json: ", err)
        weights = self.folder / "weights.safetensors"
        for verb in (["info", weights, "--json", weights], ["convert", weights, "./weights.safetensors"], ["benchmark", "--weights", weights, "--json", weights],
                     ["forward", "--weights", weights, "--input", weights, "--output", weights], ["analyze", "photo.jpg", "--weights", weights, "--json", weights]):
            with self.subTest(verb[0]), self.unchanged("weights.safetensors"):
                self.run_here(*verb, "--force", code=1)

    def test_drawings_replace_no_photo(self):
        (self.folder / "photos").mkdir()
        with open(self.folder / "photos/a.png", "wb") as picture:
            picture.write(small_png())
        with self.unchanged("photos/a.png"):
            for where in ("photos", "./photos/."):
                self.analyze("photos/a.png", "--draw", where, code=1)
                self.analyze("photos", "--draw", where, "--force", code=1)
            shutil.copy(self.folder / "photos/a.png", self.folder / "photo.png")
        with self.unchanged("photo.png"):  # somebody's picture, in the place of the drawing
            _, err = self.analyze("photo.jpg", "--draw", ".", code=1)
            self.assertIn("--force", err)
        self.analyze("photo.jpg", "--draw", ".", "--force")
        self.analyze("photo.jpg", "--draw", ".")  # its own drawing is replaced

    def test_files_of_others_are_not_replaced(self):
        (self.folder / "list.json").write_text('{"photo": "photo.jpg", "boxes": []}\n')
        (self.folder / "out").mkdir()
        (self.folder / "out/index.html").write_text("<!doctype html><title>Mine</title>")
        (self.folder / "deep.json").write_text("[" * 1_000_000 + "]" * 1_000_000)  # to copy it takes a call a level
        with self.unchanged("list.json", "deep.json", "out/index.html"):
            _, err = self.run_here("info", DEMO, "--json", "deep.json", code=1)
            self.assertIn("deep.json", err)
            for verb in (["analyze", "photo.jpg"], ["info", DEMO], ["benchmark", "--architecture", "faceptor-tiny"], ["dataset", "formats"]):
                with self.subTest(verb[0]):
                    _, err = self.run_here(*verb, "--json", "list.json", code=1)
                    self.assertIn("list.json", err)
            self.run_here("synthesize", "set", "--formats", "folder", "--count", 8, "--small", "--sheet", "list.json", code=1)
            self.assertFalse((self.folder / "set").exists())
        for verb in (["info", DEMO], ["dataset", "formats"]):
            (self.folder / "new.json").unlink(missing_ok=True)
            self.run_here(*verb, "--json", "new.json")
            self.run_here(*verb, "--json", "new.json")
            self.assertTrue(json.loads((self.folder / "new.json").read_text()))
        self.run_here("info", DEMO, "--json", "list.json", "--force")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["deep.json", "list.json", "new.json", "out", "photo.jpg"])

    def test_what_cannot_be_written_is_told_before_the_work(self):
        self.run_here("synthesize", "sets", "--formats", "utkface", "--count", 4, "--size", 64)
        _, told = self.run_here("dataset", "check", "utkface", "sets/utkface", "--sheet", "sheet.gif", code=1)
        self.assertIn("PNG or JPEG", told)
        self.assertFalse((self.folder / "sheet.gif").exists())
        for verb in (["compare", "photo.jpg", "photo.jpg"], ["analyze", "photo.jpg"]):
            out, told = self.run_here(*verb, "--weights", DEMO, "--json", "no/such/x.json", code=1)
            self.assertIn("its folder isn't there", told)
            self.assertEqual(out, "")

    def test_a_report_and_a_sheet_replace_no_picture_or_page(self):
        self.run_here("synthesize", "sets", "--formats", "utkface", "--count", 10, "--size", 64)
        root = self.folder / "sets/utkface"
        picture = next(root.glob("data/*.jpg")).relative_to(self.folder)
        (self.folder / "out").mkdir()
        (self.folder / "out/index.html").write_text("<!doctype html><title>Mine</title>")
        with self.unchanged(picture, "out/index.html", "sets/utkface/label/train.csv"):
            self.run_here("dataset", "check", "utkface", "sets/utkface", "--sheet", picture, "--force", code=1)
            self.run_here("dataset", "check", "utkface", "sets/utkface", "--json", "sets/utkface/label/train.csv", "--force", code=1)
            self.run_here("evaluate", "age", "--weights", DEMO, "--data", "sets", "--format", "utkface", "--report", "out", "--threads", 1, code=1)
        for _ in range(2):
            self.run_here("evaluate", "age", "--weights", DEMO, "--data", "sets", "--format", "utkface", "--report", "new", "--json", "new.json",
                          "--resamples", 0, "--threads", 1)
            self.run_here("dataset", "check", "utkface", "sets/utkface", "--sheet", "sheet.png", "--json", "report.json")
        self.assertIn("generator", (self.folder / "new/index.html").read_text())

    def test_a_pipe_is_not_replaced_and_a_link_to_results_stays_one(self):
        os.mkfifo(self.folder / "pipe")
        os.symlink("pipe", self.folder / "link")
        for verb in (["convert", DEMO], ["synthesize", "set", "--formats", "folder", "--count", 8, "--small", "--sheet"]):
            for name in ("pipe", "link"):
                with self.subTest(verb[0], name=name):
                    self.run_here(*verb, name, "--force", code=1)
                    self.assertTrue((self.folder / name).is_fifo())
        (self.folder / "results").mkdir()
        self.run_here("info", DEMO, "--json", "results/info.json")
        os.symlink("results/info.json", self.folder / "info.json")
        before = os.stat(self.folder / "results/info.json").st_ino
        self.run_here("info", DEMO, "--json", "info.json")
        self.assertTrue((self.folder / "info.json").is_symlink())
        self.assertNotEqual(os.stat(self.folder / "results/info.json").st_ino, before)

    def test_two_outputs_are_two_files(self):
        _, err = self.analyze("photo.jpg", "--json", "photo.png", "--draw", ".", code=1)
        self.assertIn("too", err)
        # The drawing of photo.1.jpg and the crop of photo.jpg's first face; that of photo.parsing.jpg and a mask.
        for name in ("photo.1.jpg", "photo.parsing.jpg"):
            shutil.copy(self.folder / "photo.jpg", self.folder / name)
        _, err = self.analyze("photo.jpg", "photo.1.jpg", "--draw", "out", "--crops", "out", code=1)
        self.assertIn("--crops: --draw writes this file too", err)
        _, err = self.run_here("analyze", "photo.jpg", "photo.parsing.jpg", "--weights", DEMO, "--tasks", "parsing", "--draw", "out", "--masks", "out", code=1)
        self.assertIn("--masks: --draw writes this file too", err)

    def test_what_took_hours_is_replaced_by_its_like_alone(self):
        self.analyze("photo.jpg", "--json", "photos.jsonl")
        (self.folder / "log.jsonl").write_text('{"step": 1, "time": 0.5, "loss": 2}\n')
        self.run_here("info", DEMO, "--json", "info.json")
        with self.unchanged("photos.jsonl", "log.jsonl", "info.json"):
            self.run_here("info", DEMO, "--json", "photos.jsonl", code=1)
            self.run_here("info", DEMO, "--json", "log.jsonl", code=1)
            self.analyze("photo.jpg", "--json", "log.jsonl", code=1)
            self.analyze("photo.jpg", "--json", "info.json", code=1)

    def test_standard_output_takes_json_alone(self):
        for verb in (["enroll", "photo.jpg", "-"], ["convert", DEMO, "-"]):
            with self.subTest(verb[0]):
                _, err = self.run_here(*verb, code=1)
                self.assertIn("standard output takes JSON only", err)
        self.assertFalse((self.folder / "-").exists())

    def test_a_limit_on_the_size_of_files_is_an_error(self):
        ended = subprocess.run(["sh", "-c", 'ulimit -f 1; "$0" analyze photo.jpg --weights "$1" --tasks age --quiet --draw out', PROGRAM, DEMO],
                               cwd=self.folder, stderr=subprocess.PIPE, text=True)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("File too large", ended.stderr)
        self.assertEqual(list((self.folder / "out").iterdir()), [])

    def test_an_option_without_its_value_takes_no_other_option_for_it(self):
        for arguments in (["--json", "--draw", "out"], ["--draw", "--json", "-"], ["--json", ""]):
            with self.subTest(arguments):
                _, err = self.analyze("photo.jpg", *arguments, code=2)
                self.assertIn(arguments[0], err)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["photo.jpg"])

    def test_a_run_folder_with_somebodys_files_is_not_trained_in(self):
        for name, text in (("weights.safetensors", "mine"), ("config.json", '{"mine": 1}'), ("log.jsonl", "mine")):
            (self.folder / name).write_text(text)
            with self.subTest(name), self.unchanged(name):
                _, err = self.run_here("train", "--preset", "tiny", "--out", ".", code=1)
                self.assertIn(f"--out: there is a file that is no such result of this program's (./{name})", err)
            (self.folder / name).unlink()
        (self.folder / "config.json").write_text('{"preset": "tiny"}')  # which the run reads
        with self.unchanged("config.json"):
            _, err = self.run_here("train", "config.json", "--out", ".", code=1)
            self.assertIn("the run reads this file", err)

    def test_only_json_goes_to_standard_output(self):
        for verb in (["convert", DEMO, "-"], ["synthesize", "set", "--formats", "folder", "--count", 8, "--small", "--sheet", "-"],
                     ["forward", "--weights", DEMO, "--input", DEMO, "--output", "-"]):
            with self.subTest(verb[0]):
                out, err = self.run_here(*verb, code=1)
                self.assertEqual(out, "")
                self.assertIn("standard output takes JSON only", err)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["photo.jpg"])

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_read_only_file_is_not_replaced(self):
        self.run_here("info", DEMO, "--json", "info.json")
        os.chmod(self.folder / "info.json", 0o444)
        _, err = self.run_here("info", DEMO, "--json", "info.json", code=1)
        self.assertIn("read-only", err)

    def test_a_file_that_may_not_grow_is_a_full_disk(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        for verb in (["convert", DEMO, "out.safetensors"], ["synthesize", "set", "--formats", "ms1mv3", "--count", 40, "--small"]):
            with self.subTest(verb[0]):
                ended = subprocess.run([PROGRAM, *map(str, verb)], capture_output=True, text=True, timeout=600, cwd=self.folder, preexec_fn=limit)
                self.assertEqual(ended.returncode, 1, ended.stderr)
                self.assertIn("File too large", ended.stderr)
        left = [path.name for path in self.folder.rglob("*") if path.is_file()]
        self.assertFalse([name for name in left if "part" in name or name.endswith(".safetensors")], left)

    def test_a_full_disk_is_an_error_and_a_closed_pipe_is_none(self):
        for verb in (["analyze", self.folder / "photo.jpg", "--weights", DEMO, "--tasks", "age"], ["info", DEMO], ["dataset", "formats"], ["--help"],
                     ["train", "--list-keys"], ["analyze", self.folder / "photo.jpg", "--weights", DEMO, "--tasks", "age", "--json", "-"]):
            with self.subTest(verb[0]):
                with open("/dev/full", "w") as full:
                    ended = subprocess.run([PROGRAM, *map(str, verb)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=600)
                self.assertEqual(ended.returncode, 1)
                self.assertIn("standard output", ended.stderr)
                reading, writing = os.pipe()
                os.close(reading)
                ended = subprocess.run([PROGRAM, *map(str, verb)], stdout=writing, stderr=subprocess.PIPE, text=True, timeout=600)
                os.close(writing)
                self.assertEqual(ended.returncode, 0, ended.stderr)


class Photos(Folder):
    """Nothing vanishes, and one bad entry fails alone."""

    def test_what_is_left_out_of_folders_is_told_in_one_line(self):
        photos = self.folder / "photos"
        (photos / "sub").mkdir(parents=True)
        for name in ("a.jpg", "b.JFIF", "sub/c.jpeg"):
            shutil.copy(self.folder / "photo.jpg", photos / name)
        for name in ("d.heic", "e.tif", "._a.jpg", ".hidden.jpg", "notes.txt"):
            (photos / name).write_bytes(b"x" * 100)
        for name in ("__MACOSX", ".thumbnails"):
            (photos / name).mkdir()
            (photos / name / "a.jpg").write_bytes(b"x")
        os.symlink("self.jpg", photos / "self.jpg")
        os.symlink("nowhere", photos / "gone.jpg")
        os.symlink("sub", photos / "linked")
        lines, err = self.lines("photos", code=1)
        self.assertEqual([line["photo"] for line in lines], ["photos/a.jpg", "photos/b.JFIF", "photos/sub/c.jpeg"])
        self.assertTrue(all(line["faces"] for line in lines))
        self.assertEqual(len(err.splitlines()), 1, err)
        for said in ("2 pictures of formats that aren't read", "d.heic", "e.tif", "1 link to a folder", "linked", "2 links that lead nowhere", "self.jpg"):
            self.assertIn(said, err)
        for unsaid in ("._a", ".hidden", "MACOSX", "thumbnails", "notes"):
            self.assertNotIn(unsaid, err)

    def test_pictures_under_other_names_are_told(self):
        photos = self.folder / "photos"
        photos.mkdir()
        for name in ("a.mpo", "b", "c.jpg_large", "d.thm"):
            shutil.copy(self.folder / "photo.jpg", photos / name)
        for name in ("e.pef", "f.svg", "notes", "g.xmp"):
            (photos / name).write_text("x" * 100)
        for name in ("$RECYCLE.BIN", "System Volume Information"):
            (photos / name).mkdir()
            shutil.copy(self.folder / "photo.jpg", photos / name / "a.jpg")
        lines, err = self.lines("photos", code=1)
        self.assertEqual([line["photo"] for line in lines], ["photos/a.mpo"])
        for said in ("2 pictures of formats that aren't read", "2 pictures whose names don't end as pictures' do", "c.jpg_large"):
            self.assertIn(said, err)

    @unittest.skipIf(shutil.which("setpriv") is None or os.geteuid() != 0, "needs setpriv")
    def test_a_folder_that_may_be_listed_and_not_entered_is_no_link(self):
        (self.folder / "photos/shut").mkdir(parents=True)
        shutil.copy(self.folder / "photo.jpg", self.folder / "photos/shut/a.jpg")
        (self.folder / "photos/shut").chmod(0o444)
        self.folder.chmod(0o755)
        ended = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", PROGRAM, "analyze", self.folder / "photos", "--weights", DEMO, "--quiet"],
                               stderr=subprocess.PIPE, text=True)
        if "weights" in ended.stderr or ended.returncode == 127:
            self.skipTest("the checkout is closed to others")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("1 place that can't be looked into", ended.stderr)

    def test_a_folder_without_photos_fails_alone(self):
        (self.folder / "empty").mkdir()
        lines, err = self.lines("empty", "photo.jpg", "missing.jpg", code=1)
        self.assertEqual([bool(line["error"]) for line in lines], [False, True])
        self.assertIn("empty", err)
        self.assertIn("missing.jpg", err)

    def test_names_forge_no_lines(self):
        (self.folder / "a\x1b[31m.jpg").write_text("no picture")
        (self.folder / "b\nfaceptor: all done.jpg").write_text("no picture")
        out, err = run("analyze", self.folder, "--weights", DEMO, "--tasks", "age", "--threads", 1, code=1)
        self.assertNotIn("\x1b", out + err)
        self.assertNotIn("\nfaceptor: all done", out + err)

    def test_webcams_photos_are_read_with_a_warning_and_cut_ones_on_demand(self):
        data = (self.folder / "photo.jpg").read_bytes()
        (self.folder / "cam.jpg").write_bytes(data[:-2])
        out, err = run("analyze", self.folder / "cam.jpg", "--weights", DEMO, "--tasks", "age", "--json", "-", "--threads", 1)
        self.assertTrue(json.loads(out)["faces"])
        self.assertIn("not sound", err)
        (self.folder / "cam.jpg").write_bytes(data[:-2000])
        _, err = self.analyze("cam.jpg", code=1)
        self.assertIn("lenient", err)
        self.assertTrue(self.lines("cam.jpg", "--lenient")[0][0]["faces"])
        _, err = self.analyze("photo.jpg", "--max-pixels", 1000, code=1)
        self.assertIn("max-pixels", err)

    def test_boxes_that_cant_be_right_are_errors_of_their_photo(self):
        for name, box, said in (("outside", "5000,5000,5200,5200", "outside"), ("unit", "0.31,0.22,0.73,0.59", "shares of the photo"),
                                ("speck", "90,90,90.01,90.01", "too small"), ("vast", "-9000000,-9000000,9000000,9000000", "far larger")):
            with self.subTest(name):
                (self.folder / "boxes.csv").write_text(f"photo.jpg,{box}\n")
                lines, err = self.lines("photo.jpg", "--boxes", "boxes.csv", code=1)
                self.assertIn(said, lines[0]["error"])
                self.assertIn("photo.jpg", err)

    def test_wrong_boxes_of_one_photo_leave_the_others(self):
        shutil.copy(self.folder / "photo.jpg", self.folder / "other.jpg")
        for row, said in (("188,176,80,68", "no area"), ("80,68,nan,176", "out of range"), ("80,68,x,176", "no number"), ("80,68", "too few fields")):
            with self.subTest(row):
                (self.folder / "boxes.csv").write_text(f"photo.jpg,{row}\nother.jpg,80,68,188,176\nabsent.jpg,1,2,30,40\n")
                out, err = self.run_here("analyze", "photo.jpg", "other.jpg", "--weights", DEMO, "--tasks", "age", "--threads", 1, "--boxes", "boxes.csv", "--json", "-", code=1)
                first, second = map(json.loads, out.splitlines())
                self.assertIn(said, first["error"])
                self.assertIn("boxes.csv, line 1", first["error"])
                self.assertEqual(len(second["faces"]), 1)
                self.assertIn("tells of 1 photo that this run is not about, such as \"absent.jpg\"", err)

    def test_boxes_are_found_however_a_photo_is_called(self):
        for sub in ("one", "two"):
            (self.folder / "p" / sub).mkdir(parents=True)
            shutil.copy(self.folder / "photo.jpg", self.folder / "p" / sub / "x.jpg")
        (self.folder / "boxes.csv").write_text("photo,x0,y0,x1,y1,score\np/one/x.jpg,80,68,188,176,0.5\np\\two\\x.jpg,,,,,\n")
        for folder in ("p", "./p", self.folder / "p"):
            with self.subTest(folder):
                lines, _ = self.lines(folder, "--boxes", "boxes.csv")
                self.assertEqual([[face["score"] for face in line["faces"]] for line in lines], [[0.5], []])
        (self.folder / "boxes.csv").write_text("x.jpg,80,68,188,176\n")
        lines, err = self.lines("p", "--boxes", "boxes.csv", code=1)
        self.assertEqual([line["faces"] for line in lines], [[], []])
        self.assertIn("several photos", err)


class Weights(Folder):
    def test_what_is_no_weights_file_is_told(self):
        files = {"pointer.pth": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"), "page.pth": (b"<!DOCTYPE html><html></html>", "HTML"),
                 "model.safetensors.index.json": (b'{"weight_map": {}}', "several files"), "a.h5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5"),
                 "a.engine": (b"ftrt" + bytes(range(99)), "no weights file"), "lost.pth": (bytes(99), "found zeros")}
        for name, (data, said) in files.items():
            with self.subTest(name):
                (self.folder / name).write_bytes(data)
                _, err = self.run_here("info", name, code=1)
                self.assertIn(said, err)

    def test_what_cant_be_read_back_is_not_written(self):
        _, err = self.run_here("convert", DEMO, "out.pth.tar", code=1)
        self.assertIn("nothing is written", err)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["photo.jpg"])
        self.run_here("convert", DEMO, "half.safetensors", "--dtype", "fp16")
        self.run_here("info", "half.safetensors")

    def test_numbers_that_are_none_are_refused_by_name(self):
        self.run_here("convert", DEMO, "full.safetensors", "--dtype", "fp32")
        data = bytearray((self.folder / "full.safetensors").read_bytes())
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        name, entry = next((name, entry) for name, entry in header.items() if name != "__metadata__" and entry["dtype"] == "F32")
        begin = 8 + size + entry["data_offsets"][0]
        for wrong in (float("nan"), float("inf")):
            data[begin:begin + 4] = struct.pack("<f", wrong)
            (self.folder / "full.safetensors").write_bytes(data)
            _, err = self.run_here("info", "full.safetensors", code=1)
            self.assertIn("full.safetensors", err)
            self.assertIn(name, err)

    def test_what_metadata_say_wrong_is_told_with_the_file(self):
        data = DEMO.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        architecture = json.loads(header["__metadata__"]["architecture"])
        architecture["backbone"]["width"] = 193
        header["__metadata__"]["architecture"] = json.dumps(architecture)
        changed = json.dumps(header).encode()
        (self.folder / "wrong.safetensors").write_bytes(len(changed).to_bytes(8, "little") + changed + data[8 + size:])
        _, err = self.run_here("info", "wrong.safetensors", code=1)
        self.assertIn("wrong.safetensors", err)
        self.assertIn("193", err)

    def test_negative_variances_are_refused(self):
        data = bytearray(DEMO.read_bytes())
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        name, entry = next((name, entry) for name, entry in header.items() if name.endswith(".running_var"))
        begin = 8 + size + entry["data_offsets"][0]
        data[begin:begin + 2] = struct.pack("<e", -1.0)
        (self.folder / "wrong.safetensors").write_bytes(data)
        _, err = self.run_here("info", "wrong.safetensors", code=1)
        self.assertIn(name, err)
        self.assertIn("negative variances", err)


class Devices(unittest.TestCase):
    def test_the_one_that_is_measured_is_told(self):
        for asked in ("cpu", "auto"):
            out, _ = run("benchmark", "--weights", DEMO, "--tasks", "age", "--repeats", 1, "--device", asked, "--json", "-", "--threads", 1)
            self.assertRegex(json.loads(out)["device"], "^cpu$" if asked == "cpu" else r"^(cpu|cuda:\d+)$")

    def test_a_photo_is_timed_step_by_step(self):
        out, _ = run("benchmark", "--weights", DEMO, "--tasks", "age,parsing", "--repeats", 2, "--together", "--profile", "--photo", ASTRONAUT, "--json", "-")
        steps = json.loads(out)["profile_ms"]["photo"]
        self.assertEqual(list(steps), ["reading", "finding faces", "cropping", "network", "results: age", "results: parsing", "JSON", "drawing"])
        self.assertTrue(all(milliseconds >= 0 for milliseconds in steps.values()))
        _, err = run("benchmark", "--weights", DEMO, "--photo", ASTRONAUT, code=2)
        self.assertIn("--profile", err)

    def test_one_that_is_not_there_is_refused(self):
        for verb in (["benchmark", "--weights", DEMO], ["analyze", ASTRONAUT, "--weights", DEMO],
                     ["evaluate", "age", "--weights", DEMO, "--data", "nowhere"],
                     ["forward", "--weights", DEMO, "--input", DEMO, "--output", "nowhere/out"],
                     ["train", "--preset", "tiny", "--out", "nowhere", "--set", "data_root=nowhere"]):
            with self.subTest(verb[0]):
                _, err = run(*verb, "--device", "gpu", code=1)
                if verb[0] != "train":  # its data sets are looked at first
                    self.assertIn("gpu", err)


class Convert(unittest.TestCase):
    def test_a_published_checkpoint_keeps_its_step_or_gets_one(self):
        golden = ROOT / "tests/golden/model/faceptor_tiny/stage1"
        config = golden / "config.json"
        given = golden / json.loads(config.read_text())["checkpoint"]
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.pth.tar"
            for options, step in (([], 100), (["--step", 77], 77)):
                run("convert", given, out, "--config", config, "--force", *options)
                back = Path(folder) / "back.safetensors"
                run("convert", out, back, "--config", config)
                self.assertEqual(json.loads(run("info", back, "--json", "-")[0])["step"], step)


class Dataset(unittest.TestCase):
    def test_all_verification_sets_of_a_folder_are_checked(self):
        with tempfile.TemporaryDirectory() as held:
            folder = Path(held)
            run("synthesize", folder, "--formats", "verification", "--count", 8, "--size", 32, "--seed", 1)
            pairs = folder / "verification"
            for path in list(pairs.glob("*.bin")):
                path.rename(pairs / "lfw.bin")
            (pairs / "agedb.bin").write_bytes((pairs / "lfw.bin").read_bytes())
            out, _ = run("dataset", "check", "verification", pairs, "--json", "-")
            self.assertEqual([(one["split"], one["sound"]) for one in json.loads(out)], [("agedb", True), ("lfw", True)])
            (pairs / "cfp.bin").write_bytes(b"no pairs")
            out, err = run("dataset", "check", "verification", pairs, code=1)  # the others are checked all the same
            self.assertIn("cfp.bin", err)
            self.assertIn("agedb", out)
            self.assertIn("lfw", out)


class Suite(unittest.TestCase):
    def test_weights_without_the_papers_tasks_have_no_figures_and_say_so(self):
        with tempfile.TemporaryDirectory() as data:
            out, _ = run("evaluate", "--suite", "published", "--weights", DEMO, "--data", data, "--json", "-")
            suite = json.loads(out)
            self.assertEqual({row["missing"] for row in suite["rows"]}, {"not a task of these weights"})
            self.assertEqual(suite["rows"][0]["published"]["full"], 0.0286)
            out, _ = run("evaluate", "--suite", "published", "--weights", DEMO, "--data", data)
            self.assertIn("WFLW", out)
            _, err = run("evaluate", "--suite", "published", "--weights", DEMO, "--data", Path(data) / "nowhere", code=1)
            self.assertIn("nowhere", err)


class Prepare(unittest.TestCase):
    """From painted downloads to training."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)

    def downloads(self, formats, count=12):
        run("synthesize", self.folder / "downloads", "--as", "downloaded", "--formats", formats, "--count", count, "--seed", 4)

    def prepare(self, name, *options, code=0):
        return run("dataset", "prepare", name, self.folder / "downloads" / name, self.folder / "data" / name, *options, code=code)

    def test_a_download_is_prepared_checked_and_learned_from(self):
        formats = ["celeba", "affectnet", "rafdb", "ferplus"]
        self.downloads(",".join(formats))
        for name in formats:
            with self.subTest(name):
                report = json.loads(self.prepare(name, "--json", "-")[0])
                self.assertEqual((report["format"], report["complete"], sum(report["pictures"].values())), (name, True, 12))
                out, _ = run("dataset", "check", name, self.folder / "data" / name, "--json", "-")
                checked = json.loads(out)
                self.assertTrue(checked["sound"])
                self.assertEqual(checked["paper"]["here"], checked["samples"])
        self.assertIn("paper: 12271, here: ", run("dataset", "check", "rafdb", self.folder / "data/rafdb")[0])
        small = {"backbone": {"width": 24, "heads": 2, "layers": 2, "image_side": 112},
                 "decoder": {"hidden": 16, "heads": 2, "ffn": 32, "layers": 1, "levels": [1], "map_level": 1}}
        tasks = {"biattr_celeba": "celeba", "affect_affectnet": "affectnet", "affect_rafdb": "rafdb", "affect_ferplus": "ferplus"}
        config = self.folder / "run.json"
        config.write_text(json.dumps({
            "data_root": str(self.folder / "data"), "steps": 3, "schedule": {"warmup": 1},
            "model": {"architecture": "faceptor-tiny", "config": small, "custom": {"affect_ferplus": {"like": "affect_ferplus"}}},
            "data": {task: {"format": name, "root": name, "batch": 2} for task, name in tasks.items()}}))
        run("train", config, "--out", self.folder / "run", "--threads", 1)
        self.assertTrue((self.folder / "run/weights.safetensors").is_file())

    def test_faces_are_found_where_the_set_has_no_points(self):
        self.downloads("morph2,utkface")
        photos = self.folder / "downloads/morph2/Album2"
        shutil.copy(ROOT / "assets/photos/grace_hopper.jpg", photos / "900001_0F55.JPG")
        shutil.copy(ROOT / "assets/photos/astronaut.jpg", photos / "900002_0F45.JPG")
        (photos / "900003_0M33.JPG").write_bytes((photos / "900001_0F55.JPG").read_bytes()[:5000])
        out, err = self.prepare("morph2", "--seed", 9, "--dry-run")
        self.assertIn("would be written", out)
        self.assertFalse((self.folder / "data/morph2").exists())
        out, err = self.prepare("morph2", "--seed", 9, code=1)
        self.assertEqual(sum(line.startswith("faceptor: ") and "900003_0M33.JPG" in line for line in err.splitlines()), 1)
        self.assertTrue((self.folder / "data/morph2/data/900001_0F55.JPG").is_file())
        self.assertTrue((self.folder / "data/morph2/data/900002_0F45.JPG").is_file())
        report = json.loads((self.folder / "data/morph2/prepared.json").read_text())
        self.assertEqual((report["seed"], report["complete"], report["failed"]), (9, False, 1))
        (photos / "900003_0M33.JPG").unlink()
        out, _ = self.prepare("morph2", "--seed", 9)
        self.assertIn("there already", out)
        run("dataset", "check", "morph2", self.folder / "data/morph2")
        _, err = self.prepare("morph2", "--seed", 10, code=1)  # another split
        self.assertIn("--force", err)

    def test_wrong_usage(self):
        _, err = run("dataset", "prepare", "lapa", self.folder, self.folder / "out", code=1)
        self.assertIn("it is read as it is downloaded", err)
        run("dataset", "prepare", "morph2", self.folder / "nowhere", self.folder / "out", code=2)
        _, err = run("dataset", "prepare", "rafdb", self.folder, self.folder.parent / "faceptor-none", code=1)
        self.assertIn("list_patition_label.txt", err)


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

    def test_a_data_set_is_no_folder_of_a_run(self):
        before = sorted(path.name for path in (self.folder / "rafdb").iterdir())
        _, err = run("train", self.config, "--out", self.folder / "rafdb/../rafdb", code=1)
        self.assertIn("data.looks", err)
        self.assertEqual(sorted(path.name for path in (self.folder / "rafdb").iterdir()), before)

    def test_a_preset_is_resolved_and_its_model_checked_before_its_data_are_there(self):
        nowhere = ("--dry-run", "--set", f"data_root={self.folder / 'nowhere'}")
        out, err = run("train", "--preset", "faceptor-base", *nowhere, code=1)
        for line in ('preset = "faceptor-base"', "seed = 2048", "# model: faceptor-base, 7 tasks", "interpreter map_v2, loss landmark"):
            self.assertIn(line, out)
        self.assertIn("data.", err)
        self.assertIn("no such folder", err)
        _, err = run("train", "--preset", "faceptor-base", *nowhere, "--set", "tasks.align_300w.loss_options.radios=3", code=1)
        for part in ("tasks.align_300w.loss_options", "radius"):
            self.assertIn(part, err)

    def test_what_is_wrong_with_a_configuration_is_said_with_its_place(self):
        wrong = self.folder / "wrong.toml"
        for text, said in (('steps = 3\nseed = = 4', ("wrong.toml, line 2",)), ('extends = "wrong.toml"', ("wrong.toml", "without end")),
                           ('extends = "missing.toml"', ("missing.toml",)), ('extends = 3', ("wrong.toml", "3")),
                           ('extends = "base.toml"\n[schedule]\npeek = 1', ("schedule.peek", "peak")),
                           ('{"steps": 3, "steps": 4}', ("wrong.toml", "twice", "steps")), ('[schedule]\npeak = nan', ("line 2", "nan"))):
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
        self.check_that_a_run_is_weights(straight)

    def check_that_a_run_is_weights(self, run_folder):
        def info(*of):
            return json.loads(run("info", *of, "--json", "-")[0])

        final = info(run_folder / "weights.safetensors")
        self.assertEqual((info(run_folder)["hash"], info(run_folder)["step"]), (final["hash"], 30))
        earlier = info(run_folder, "--step", 28)
        self.assertEqual((earlier["step"], earlier["hash"] == final["hash"]), (28, False))
        self.assertIn("28, 30", run("info", run_folder, "--step", 7, code=1)[1])
        converted = run_folder / "earlier.safetensors"
        run("convert", run_folder, converted, "--step", 28)
        self.assertEqual((info(converted)["hash"], info(converted)["step"]), (earlier["hash"], 28))
        out, _ = run("evaluate", "looks", "--weights", run_folder, "--data", self.folder, "--format", "rafdb", "--resamples", 0, "--json", "-")
        self.assertEqual(json.loads(out)["weights"]["hash"], final["hash"])
        resolved = json.loads((run_folder / "config.json").read_text())
        self.assertEqual((resolved["steps"], resolved["seed"], resolved["checkpoints"]["every"]), (30, 5, 4))
        again, _ = run("train", run_folder / "config.json", "--dry-run")  # it is a configuration itself
        self.assertIn("steps = 30", again)


class WhoIsWho(Folder):
    def setUp(self):
        super().setUp()
        for person in ("ann", "grace"):
            (self.folder / "people" / person).mkdir(parents=True)
        shutil.copy(ASTRONAUT, self.folder / "people/ann/1.jpg")
        shutil.move(self.folder / "photo.jpg", self.folder / "people/grace/1.jpg")

    def json(self, *arguments, code=0):
        out, err = self.run_here(*arguments, "--quiet", "--json", "-", code=code)
        return json.loads(out), err

    def test_two_photos_are_compared(self):
        same, _ = self.json("compare", "people/ann/1.jpg", "people/ann/1.jpg", "--weights", DEMO)
        self.assertAlmostEqual(same["cosine"], 1, places=5)
        other, _ = self.json("compare", "people/ann/1.jpg", "people/grace/1.jpg", "--weights", DEMO)
        self.assertLess(other["cosine"], 0.95)
        # As `evaluate --save-thresholds` left them in the demonstration weights.
        self.assertEqual((same["same"], same["far"], other["far"]), (True, 0.01, 0.01))
        self.assertEqual(other["same"], other["cosine"] >= other["threshold"])
        mine, _ = self.json("compare", "people/ann/1.jpg", "people/grace/1.jpg", "--weights", DEMO, "--threshold", -1)
        self.assertEqual((mine["same"], mine["far"], mine["measured_on"]), (True, None, None))
        _, err = self.run_here("compare", "people/ann/1.jpg", "people/grace/1.jpg", "--weights", DEMO, "--far", 0.5, code=1)
        self.assertIn("0.01", err)
        (self.folder / "grey.png").write_bytes(small_png())
        _, err = self.run_here("compare", "people/ann/1.jpg", "grey.png", "--weights", DEMO, code=1)
        self.assertIn("grey.png", err)

    def test_an_index_of_people_is_searched_grouped_and_changed(self):
        enrolled, _ = self.json("enroll", "people", "people.index", "--weights", DEMO)
        self.assertEqual((enrolled["enrolled"], enrolled["already_there"], enrolled["faces"]), (2, 0, 2))
        again, _ = self.json("enroll", "people", "people.index", "--weights", DEMO)
        self.assertEqual((again["enrolled"], again["already_there"], again["faces"]), (0, 2, 2))

        found, _ = self.json("search", "people/grace/1.jpg", "people.index", "--weights", DEMO)
        matches = found["faces"][0]["matches"]
        self.assertEqual([match["person"] for match in matches], ["grace", "ann"])
        self.assertAlmostEqual(matches[0]["cosine"], 1, places=5)
        out, _ = self.run_here("search", "people/grace/1.jpg", "people.index", "--weights", DEMO, "--top", 1)
        self.assertIn("grace", out)
        self.assertNotIn("ann", out)

        for threshold, persons in ((-1, 1), (0.9999, 2)):
            grouped, _ = self.json("cluster", "people.index", "--threshold", threshold)
            self.assertEqual(len(grouped["persons"]), persons)

        # A run that saves after each photo gives the same index, and one that ended between two photos is gone on with.
        self.json("enroll", "people", "often.index", "--weights", DEMO, "--save-every", 0)
        self.assertEqual((self.folder / "often.index").read_bytes(), (self.folder / "people.index").read_bytes())
        self.json("enroll", "people/ann/1.jpg", "parts.index", "--weights", DEMO, "--person", "ann")
        self.json("enroll", "people", "parts.index", "--weights", DEMO)
        self.assertEqual((self.folder / "parts.index").read_bytes(), (self.folder / "people.index").read_bytes())

        removed, _ = self.json("enroll", "--remove", "ann", "people.index")
        self.assertEqual((removed["removed"], removed["faces"]), (1, 1))
        _, err = self.run_here("enroll", "--remove", "ann", "people.index", code=1)
        self.assertIn("ann", err)

    def test_an_index_of_another_model_is_refused_and_nothing_foreign_replaced(self):
        self.json("enroll", "people", "people.index", "--weights", DEMO)
        # Other numbers are another model.
        run("convert", DEMO, self.folder / "other.safetensors", "--to", "faceptor", "--dtype", "bf16")
        for verb in (("enroll", "people"), ("search", "people/ann/1.jpg")):
            with self.unchanged("people.index"):
                _, err = self.run_here(*verb, "people.index", "--weights", "other.safetensors", code=1)
                self.assertIn("model", err)
        with self.unchanged("people/ann/1.jpg", "other.safetensors"):
            self.run_here("enroll", "people/grace", "people/ann/1.jpg", "--weights", DEMO, code=1)
            self.run_here("enroll", "people", "other.safetensors", "--weights", DEMO, code=1)
        (self.folder / "people/bad.jpg").write_text("no photo")
        (self.folder / "people/ann/2.jpg").write_bytes((self.folder / "people/ann/1.jpg").read_bytes() + b"\0")
        partly, err = self.json("enroll", "people", "people.index", "--weights", DEMO, code=1)
        self.assertEqual((partly["enrolled"], partly["faces"], len(partly["failed"])), (1, 3, 1))
        self.assertIn("bad.jpg", err)


if __name__ == "__main__":
    unittest.main()
