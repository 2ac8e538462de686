"""Compiles headers alone, and code that must not compile, with the flags of the build.

usage: compile.py --source DIR --commands FILE --compiler PATH headers GROUP       a room's headers together
       compile.py ...                                            every-header GROUP  each alone
       compile.py ...                                            fails FOLDER     each of its cases, FILE.cpp
       compile.py ...                                            self-test
"""
import argparse
import concurrent.futures
import contextlib
import io
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
    """A room's headers in one unit: what the first needs it includes itself, and so does the last, which comes first in another. A unit with
    LibTorch takes the compiler long before it comes to the headers: there all rooms are in one, and who needs which header is for
    check_rooms to find, and for `every-header`."""
    rooms = headers_of(compiler, group)
    if group.startswith("with_torch"):
        rooms = {"all": [header for chosen in rooms.values() for header in chosen]}
    units = []
    for room, chosen in rooms.items():
        units += [(f"{room}, in the order of the names,", chosen), (f"{room}, in the opposite order,", chosen[::-1])]
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


# Where GCC begins to say what an error is about; Clang says it behind the error.
CONTEXT = re.compile(r": In |At global scope|required (from|by)|In file included from|^ +from ")


def blocks(errors):
    """What a compiler says, error by error: the lines of each, and which of them is the error itself."""
    lines, told = [], None
    for line in errors.splitlines(keepends=True):
        error = re.search(r": (fatal )?error: ", line)
        if told is not None and (error or CONTEXT.search(line)):
            yield lines, told
            lines, told = [], None
        if error:
            told = len(lines)
        lines.append(line)
    if told is not None:
        yield lines, told


def by_case(names, errors):
    """What a compiler says of each case: an error is about the case that is named in its line or last before, else next behind it, else about
    the one of the error before."""
    texts, owner = dict.fromkeys(names, ""), None
    for lines, told in blocks(errors):
        for line in lines[told::-1] + lines[told + 1:]:
            named = [n for n in re.findall(r"\bcase_(\w+?)(?:::|\.cpp:)", line) if n in texts]
            if named:
                owner = named[-1]
                break
        if owner is None:
            return dict.fromkeys(names, errors)  # of none, as a header that isn't there: of all
        texts[owner] += "".join(lines)
    return texts


def fails(compiler, folder):
    """Compiles cases, those that should compile in one unit and those that shouldn't in another, since the half minute is the same for one
    and for all: their includes first, then each in a namespace of its own."""
    include = re.compile(r"^#include .*$", re.MULTILINE)
    cases, bad = {}, 0
    for path in sorted(pathlib.Path(folder).glob("*.cpp")):
        text = path.read_text()
        first = text.split("\n", 1)[0]
        if first.startswith("// expect: "):
            cases[path.stem] = (first.removeprefix("// expect: ").strip(), text)
        else:
            bad += 1
            print(f"{path.name}: the first line must be // expect: REGEX, or // expect: compiles")

    def judged(names):
        includes = dict.fromkeys(line for name in names for line in include.findall(cases[name][1]))
        bodies = [f'namespace case_{name} {{\n#line 1 "case_{name}.cpp"\n{include.sub("", cases[name][1])}\n}}\n' for name in names]
        texts = by_case(names, compiler.run("precompiled", "\n".join([*includes, *bodies]))[1])
        return {name: judge(cases[name][0], 1 if texts[name] else 0, texts[name]) for name in names}

    sound = [name for name, (expectation, _) in cases.items() if expectation == "compiles"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for faults in pool.map(judged, [sound, [name for name in cases if name not in sound]]):
            for name, fault in faults.items():
                bad += fault is not None
                print(f"{name}: {fault or 'as expected: ' + cases[name][0]}")
    print(f"{len(cases) - bad} of {len(cases)} cases as expected")
    return 1 if bad else 0


def self_test(compiler):
    """The runner itself: sound files pass, and each way of being wrong is told."""
    bad = 'static_assert(sizeof(int) == 1, "an int is no byte");\n'
    told = {"should compile, but": "// expect: compiles\n" + bad, "compiles, and should not": "// expect: no byte\nint x;\n",
            "fails with another message": "// expect: something else\n" + bad, "the first line must be": bad}
    right = {"compiles": "// expect: compiles\nint x;\n", "fails": "// expect: no byte\n" + bad, "twice": "// expect: no byte\n" + bad + bad}
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        for name, text in right.items():
            (path / f"{name}.cpp").write_text(text)
        wrong += fails(compiler, path) != 0
        for number, text in enumerate(told.values()):
            (path / f"wrong{number}.cpp").write_text(text)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            wrong += fails(compiler, path) != 1
    lines = said.getvalue().splitlines()
    for number, fault in enumerate(told):
        wrong += not any(line.startswith(f"wrong{number}") and fault in line for line in lines)
    for name in right:
        wrong += f"{name}: as expected: {right[name].splitlines()[0].removeprefix('// expect: ')}" not in lines
    print(said.getvalue() + f"self-test: {'as it should be' if wrong == 0 else f'{wrong} faults'}")
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
