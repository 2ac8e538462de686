"""Long runs that are killed in the middle, and what they are resumed to: the same bytes as if nothing had been.

usage: killed_runs_test.py PROGRAM [COUNT] [KILLS]    COUNT pictures (60), KILLS kills a run (2)
"""
import hashlib
import json
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets/models/faceptor-demo.safetensors"
PROGRAM = str(Path(sys.argv[1] if len(sys.argv) > 1 else "build/release/bin/faceptor").resolve())
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 60
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 2


def picture(number):
    """A PNG of 24 x 24 pixels, another one for each number."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    values = random.Random(number)
    rows = b"".join(b"\0" + values.randbytes(72) for _ in range(24))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def ended(arguments, folder, codes):
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode in codes, f"{arguments}: ended with {done.returncode}\n{done.stderr[-2000:]}"


def kill_at(arguments, folder, step):
    """Starts a run and kills it once its progress says that `step` photos more are done; waits a little to hit anything."""
    process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith(f"[{step}/"):
            time.sleep(random.random() * 0.02)
            break
    process.send_signal(signal.SIGKILL)
    process.stderr.close()
    assert process.wait(60) == -signal.SIGKILL, "the run ended before it was killed"


def same_after_kills(name, whole, arguments, count, done_in):
    """Runs `arguments` into `whole`'s brother, killed KILLS times, until it ends. @param done_in  how many photos a file has"""
    folder = whole.parent
    broken = folder / ("broken-" + whole.name)
    told = [broken.name if argument == whole.name else argument for argument in arguments]
    for kill in range(KILLS):
        before = done_in(broken) if broken.exists() else 0
        kill_at(told, folder, max(1, (count - before) // (KILLS - kill + 1)))
        assert done_in(broken) > before or not broken.exists(), f"{name}: nothing was kept"
        print(f"{name}: killed, {done_in(broken) if broken.exists() else 0} of {count} kept")
    ended(told, folder, (0, 1))  # 1 where the picture that is none was left to it
    digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest(broken) == digest(whole), f"{name}: the resumed run has other bytes"
    print(f"{name}: resumed to the same {whole.stat().st_size} bytes, sha256 {digest(whole)[:16]}")


def rows(index):
    """How many faces an index has, by its header."""
    data = index.read_bytes()
    return json.loads(data[8:8 + int.from_bytes(data[:8], "little")])["vectors"]["shape"][0]


def main():
    random.seed(COUNT)
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        (folder / "photos").mkdir()
        for i in range(COUNT):
            (folder / f"photos/{i:05}.png").write_bytes(picture(i))
        (folder / f"photos/{COUNT // 3:05}.png").write_bytes(b"no picture")
        common = ["--weights", str(DEMO), "--detector", "aligned", "--threads", "1"]

        start = time.monotonic()
        analyze = ["analyze", "photos", *common, "--tasks", "age,expression", "--json", "whole.jsonl", "--resume"]
        ended(analyze, folder, (1,))
        seconds = time.monotonic() - start
        whole = folder / "whole.jsonl"
        assert whole.read_bytes().count(b"\n") == COUNT
        print(f"analyze: {COUNT} pictures in {seconds:.1f} s")
        same_after_kills("analyze", whole, analyze, COUNT, lambda path: path.read_bytes().count(b"\n"))

        enroll = ["enroll", "photos", "whole.index", *common, "--save-every", "0"]
        ended([*enroll[:-1], "30"], folder, (1,))
        same_after_kills("enroll", folder / "whole.index", enroll, COUNT - 1, rows)


main()
