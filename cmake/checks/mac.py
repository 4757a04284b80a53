"""Files for macOS and for hosted machines that nothing else reads here: mac.py, run in the root of the tree by mac.sh."""
import pathlib
import plistlib
import re
import sys

MAC = pathlib.Path("cmake/package/mac")
SCRIPT = re.compile(r"\b((?:cmake|third_party|tests)/[\w./-]+\.(?:sh|py))")
wrong = []


def check(ok, words):
    if not ok:
        wrong.append(words)


def check_bundle():
    info = plistlib.loads((MAC / "Info.plist.in").read_bytes())
    plistlib.loads((MAC / "confab.entitlements").read_bytes())
    languages = {p.name.split(".")[0] for p in MAC.glob("*.lproj")}
    check(languages == set(info["CFBundleLocalizations"]), f"Info.plist says other languages than {sorted(languages)}")
    spoken = {p.stem for p in pathlib.Path("assets/lang").glob("*.po")} | {"en"}
    check(languages == spoken, f"the window speaks {sorted(spoken)}, the bundle {sorted(languages)}")
    sentences = {key for key in info if key.endswith("UsageDescription")}
    for language in languages - {"en"}:
        text = (MAC / f"{language}.lproj/InfoPlist.strings").read_text()
        for line in text.splitlines():
            check(re.fullmatch(r'"[^"]+" = "[^"]+";', line), f"{language}.lproj: no string: {line}")
        for key in sentences:
            check(f'"{key}" = ' in text, f"{language}.lproj: {key} is not translated")


def check_jobs():
    for file in sorted(pathlib.Path(".github/workflows").glob("*.yml")):
        text = file.read_text()
        check("\t" not in text, f"{file}: a tab")
        for path in SCRIPT.findall(text):
            check(pathlib.Path(path).exists(), f"{file}: {path} is not there")
        for action in re.findall(r"uses: (\S+)", text):
            check(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action), f"{file}: {action} is not pinned by its major version")


check_bundle()
check_jobs()
for words in wrong:
    print(words)
sys.exit(1 if wrong else 0)
