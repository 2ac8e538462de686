"""Compiles headers alone, and code that must not compile, with the flags of the build.

usage: compile.py --source DIR --commands FILE --compiler PATH headers GROUP       a room's headers together
       compile.py ...                                            every-header GROUP  each alone
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
    """The commands of two units of the build, one with LibTorch and one without, made to check syntax only. The one with LibTorch begins
    with the build's precompiled header: which files use it without including it is for check_rooms to find."""

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

    def run(self, unit, text_or_path, header_only=False):
        words, directory = self.command(unit)
        if header_only:
            words = words + self.dependencies() + ["-DFACEPTOR_HEADER_ONLY"]
        if isinstance(text_or_path, pathlib.Path):
            done = subprocess.run(words + [str(text_or_path)], cwd=directory, capture_output=True, text=True)
        else:
            done = subprocess.run(words + ["-"], cwd=directory, capture_output=True, text=True, input=text_or_path)
        return done.returncode, done.stderr


def headers_of(compiler, group):
    """The public headers of a group by room, umbrellas included: with LibTorch or without, from the one place that has the lists. What
    is never header-only, the workshop, is left out of the groups that are."""
    lists = (compiler.source / "cmake/FaceptorLibrary.cmake").read_text()
    components = ["VISION", "DATASETS", "SYNTHETIC"] if group.startswith("without") else ["FACEPTOR", "TRAINING", "REPORT", "PROGRAM"]
    if group.endswith("header_only"):
        components = components[:1]
    include = compiler.source / "include/faceptor"
    found = {}
    for component in components:
        for room in re.search(r"set\(FACEPTOR_ROOMS_" + component + r"\s+([^)]*)\)", lists).group(1).split():
            paths = [p for p in sorted((include / room).rglob("*.hpp")) if "impl" not in p.parts] + [include / f"{room}.hpp"]
            found[room] = [p.relative_to(include.parent).as_posix() for p in paths if p.exists()]
    return found


def compile_units(compiler, group, units):
    """Compiles units, each a name and the headers in it, every one twice: that does no harm."""
    unit = "core" if group.startswith("without") else "precompiled"
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:

        def one(item):
            name, chosen = item
            text = "".join(f"#include <{header}>\n" for header in list(chosen) * 2) + "int main() {}\n"
            return name, *compiler.run(unit, text, group.endswith("header_only"))

        for name, code, errors in pool.map(one, units):
            if code != 0:
                bad += 1
                print(f"{name} doesn't compile:\n{errors[:2000]}", flush=True)
    print(f"{len(units) - bad} of {len(units)} units compile ({group})")
    return 1 if bad else 0


def headers(compiler, group):
    """A room's headers in one unit: what the first needs it includes itself, and so does the last, which comes first in another. With
    LibTorch a unit costs half a minute header-only; there one order is enough, since the installed package's user includes all headers
    in the other."""
    units = []
    for room, chosen in headers_of(compiler, group).items():
        if group != "with_torch_header_only":
            units.append((f"{room}, in the order of the names,", chosen))
        if group != "with_torch":
            units.append((f"{room}, in the opposite order,", chosen[::-1]))
    return compile_units(compiler, group, units)


def every_header(compiler, group):
    """Each public header is the only one in a unit: what it needs it includes."""
    return compile_units(compiler, group, [(f"{h} alone", [h]) for chosen in headers_of(compiler, group).values() for h in chosen])


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
    parser.add_argument("what", choices=["headers", "every-header", "fails", "self-test"])
    parser.add_argument("which", nargs="?")
    options = parser.parse_args()
    compiler = Compiler(options)
    if options.what == "headers":
        return headers(compiler, options.which)
    if options.what == "every-header":
        return every_header(compiler, options.which)
    if options.what == "fails":
        return fails(compiler, options.which)
    return self_test(compiler)


if __name__ == "__main__":
    sys.exit(main())
