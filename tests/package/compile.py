"""Compiles headers alone, and code that must not compile, with the flags of the build.

usage: compile.py --source DIR --commands FILE --compiler PATH headers GROUP
       compile.py ...                                            fails FILE.cpp
       compile.py ...                                            self-test
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


class Compiler:
    """The commands of two units of the build, one with LibTorch and one without, made to check syntax only."""

    def __init__(self, options):
        self.source = pathlib.Path(options.source)
        self.commands = json.loads(pathlib.Path(options.commands).read_text())
        self.compiler = options.compiler

    def command(self, unit):
        for entry in self.commands:
            if entry["file"].endswith(f"rooms/{unit}.cpp"):
                words = entry.get("arguments") or shlex.split(entry["command"])
                break
        else:
            sys.exit(f"no command for {unit}.cpp among those of the build")
        names = {self.compiler, pathlib.Path(self.compiler).name}
        start = next(i for i, w in enumerate(words) if w in names or pathlib.Path(w).name in names)
        kept, skip = [self.compiler], False
        for word in words[start + 1:]:
            if skip or word in ("-c", "-o", entry["file"]):
                skip = word == "-o" and not skip
                continue
            kept.append(word)
        return kept + ["-fsyntax-only", "-w", "-x", "c++"], entry["directory"]

    def dependencies(self):
        """Where the libraries behind the bodies lie: for units that see the bodies, as users of the header-only target do."""
        words, _ = self.command("core")
        found = [w for w in words if w.startswith(("-I", "-D"))]
        for i, word in enumerate(words[:-1]):
            if word == "-isystem":
                found += words[i:i + 2]
        return found

    def precompile(self, folder):
        """LibTorch parsed once for all units that get the result's options: it takes most of a unit's time, and which files use it
        without including it is for check_rooms to find."""
        header = pathlib.Path(folder) / "first.hpp"
        header.write_text("#include <torch/torch.h>\n")
        words, directory = self.command("precompiled")
        words = [w for w in words if w not in ("-fsyntax-only", "-x", "c++")] + self.dependencies() + ["-DFACEPTOR_HEADER_ONLY"]
        done = subprocess.run(words + ["-x", "c++-header", str(header), "-o", f"{header}.gch"], cwd=directory, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"LibTorch's headers don't compile:\n{done.stderr[:2000]}")
        return ["-include", str(header)]

    def run(self, unit, text_or_path, header_only=False, first=()):
        words, directory = self.command(unit)
        words = words + list(first)
        if header_only:
            words = words + self.dependencies() + ["-DFACEPTOR_HEADER_ONLY"]
        if isinstance(text_or_path, pathlib.Path):
            done = subprocess.run(words + [str(text_or_path)], cwd=directory, capture_output=True, text=True)
        else:
            done = subprocess.run(words + ["-"], cwd=directory, capture_output=True, text=True, input=text_or_path)
        return done.returncode, done.stderr


def rooms(source):
    """What does without LibTorch, from the one place that has the lists: rooms, parts of data/, and the file formats."""
    lists = (source / "cmake/FaceptorLibrary.cmake").read_text()

    def names(variable):
        return re.search(r"set\(" + variable + r"\s+([^)]*)\)", lists).group(1).split()

    parts = {f"data/{part}" for part in names("FACEPTOR_DATA_WITHOUT_TORCH")}
    return set(names("FACEPTOR_ROOMS_WITHOUT_TORCH")) | parts, re.compile("|".join(names("FACEPTOR_FORMATS")))


def headers(compiler, group):
    """Each public header is the only one in a unit, twice: what it needs it includes, and twice does no harm."""
    without, formats = rooms(compiler.source)
    include = compiler.source / "include"
    chosen = []
    for path in sorted((include / "faceptor").rglob("*.hpp")):
        parts = path.relative_to(include / "faceptor").parts
        if parts[0] == "impl":
            continue
        light = parts[0] in without or "/".join(parts[:2]) in without or (parts[0] == "weights" and formats.fullmatch(path.stem) is not None)
        if light == group.startswith("without"):
            chosen.append(path.relative_to(include).as_posix())
    unit = "core" if group.startswith("without") else "precompiled"

    bad = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = compiler.precompile(folder) if unit == "precompiled" else []

        def one(name):
            return name, *compiler.run(unit, f"#include <{name}>\n#include <{name}>\nint main() {{}}\n", group.endswith("header_only"), first)

        for name, code, errors in pool.map(one, chosen):
            if code != 0:
                bad += 1
                print(f"{name} doesn't compile alone:\n{errors[:2000]}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} headers compile alone ({group})")
    return 1 if bad else 0


def judge(expectation, code, errors):
    """Nothing if a case went as its first line says, else a sentence."""
    if expectation == "compiles":
        return None if code == 0 else f"should compile, but:\n{errors[:3000]}"
    if code == 0:
        return "compiles, and should not"
    if re.search(expectation, errors) is None:
        return f"fails with another message than /{expectation}/:\n{errors[:3000]}"
    return None


def fails(compiler, path):
    path = pathlib.Path(path)
    first = path.read_text().split("\n", 1)[0]
    if not first.startswith("// expect: "):
        print(f"{path.name}: the first line must be // expect: REGEX, or // expect: compiles")
        return 1
    expectation = first.removeprefix("// expect: ").strip()
    fault = judge(expectation, *compiler.run("precompiled", path))
    print(f"{path.name}: {fault or 'as expected: ' + expectation}")
    return 1 if fault else 0


def self_test(compiler):
    """The runner itself: a sound file passes, and each way of being wrong is told."""
    bad = 'static_assert(sizeof(int) == 1, "an int is no byte");\n'
    cases = [("// expect: compiles\nint x;\n", 0), ("// expect: no byte\n" + bad, 0), ("// expect: no byte\nint x;\n", 1),
             ("// expect: something else\n" + bad, 1), ("// expect: compiles\n" + bad, 1), (bad, 1)]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "case.cpp"
        for text, expected in cases:
            path.write_text(text)
            if fails(compiler, path) != expected:
                wrong += 1
                print(f"self-test: judged wrongly: {text!r}")
    print(f"self-test: {len(cases) - wrong} of {len(cases)} files judged rightly")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--source", "--commands", "--compiler"):
        parser.add_argument(name, required=True)
    parser.add_argument("what", choices=["headers", "fails", "self-test"])
    parser.add_argument("which", nargs="?")
    options = parser.parse_args()
    compiler = Compiler(options)
    if options.what == "headers":
        return headers(compiler, options.which)
    if options.what == "fails":
        return fails(compiler, options.which)
    return self_test(compiler)


if __name__ == "__main__":
    sys.exit(main())
