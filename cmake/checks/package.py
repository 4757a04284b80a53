"""Desktop file, metainfo, man pages and completions: sound, and of the same options as --help.

    python3 cmake/checks/package.py BUILD_FOLDER    in the root of the tree; the programs are built

The completions are asked in the shells themselves, as a person does with the Tab key.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

LINUX = "cmake/package/linux"
PAGES = {"confab": "confab.1", "confab-cli": "confab-cli.1", "confab-server": "confab-server.8"}
NEEDED = {"desktop-file-validate": "desktop-file-utils", "appstreamcli": "appstream", "mandoc": "mandoc",
          "bash": "bash", "zsh": "zsh", "fish": "fish"}
PATIENCE = 60
# What is typed before the Tab key, and what then must be among the answers; nothing else of the last list.
TYPED = [
    ("confab", "--theme ", {"dark", "light", "system", "contrast"}, {"--theme"}),
    ("confab", "--the", {"--theme"}, {"--name"}),
    ("confab-cli", "--js", {"--json"}, {"--send"}),
    ("confab-server", "--log-level ", {"error", "warn", "info", "debug"}, {"text"}),
    ("confab-server", "--sync s", {"second"}, {"os"}),
    ("confab-server", "--config cmake/service/s", {"cmake/service/server.conf"}, {"--config"}),
]
faults = []


def fault(text):
    faults.append(text)
    print(text, file=sys.stderr)


def ask(*command, **more):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, **more)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is missing (package {NEEDED.get(command[0], command[0])})")


def must(*command):
    done = ask(*command)
    said = (done.stdout + done.stderr).strip()
    if done.returncode != 0 or (command[0] != "appstreamcli" and said):
        fault(f"{' '.join(command)}: {said}")


def options_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_files(build):
    must("desktop-file-validate", f"{LINUX}/org.confab.Confab.desktop")
    metainfo = f"{build}/generated/org.confab.Confab.metainfo.xml"
    must("appstreamcli", "validate", "--strict", "--no-net", metainfo)
    if not re.search(r'<release version="\d', read(metainfo)):
        fault(f"{metainfo} names no release: is there none in CHANGELOG.md?")
    for page in glob.glob(f"{LINUX}/man/*"):
        must("mandoc", "-Tlint", "-W", "warning", page)
    for shell in ("bash", "zsh", "fish"):
        for path in glob.glob(f"{LINUX}/completions/{shell}/*"):
            must(shell, "-n", path)


def check_options(build):
    for program, page in PAGES.items():
        path = f"{build}/{program}"
        if not os.path.exists(path):
            continue
        done = ask(path, "--help")
        wanted = options_of(done.stdout)
        if done.returncode != 0 or not wanted:
            fault(f"{path} --help names no options: {done.stderr}")
        told = {
            f"{LINUX}/man/{page}": {"--" + name for name in
                                    re.findall(r"^\.It Fl Fl ([a-z-]+)", read(f"{LINUX}/man/{page}"), re.M)},
            f"{LINUX}/completions/bash/{program}": options_of(read(f"{LINUX}/completions/bash/{program}")),
            f"{LINUX}/completions/zsh/_{program}": {
                name for name in re.findall(r"['\")*](--[a-z-]+)\[", read(f"{LINUX}/completions/zsh/_{program}"))},
            f"{LINUX}/completions/fish/{program}.fish": {
                "--" + name for name in re.findall(r" -l ([a-z-]+)", read(f"{LINUX}/completions/fish/{program}.fish"))},
        }
        for where, names in told.items():
            for name in sorted(wanted - names):
                fault(f"{where} does not have {name}, which {program} --help has")
            for name in sorted(names - wanted):
                fault(f"{where} has {name}, which {program} --help does not have")


def bash_answers(program, line):
    words = [program, *line.split(" ")]
    script = (f"source {LINUX}/completions/bash/{program}; compopt() {{ :; }}; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
              f" _{program.replace('-', '_')} {program}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return ask("bash", "--norc", "-c", script, "bash", *words)


def fish_answers(program, line):
    with tempfile.TemporaryDirectory() as home:
        return ask("fish", "--no-config", "-c",
                   f"source {LINUX}/completions/fish/{program}.fish; complete -C '{program} {line}'",
                   env={**os.environ, "HOME": home})


def zsh_answers(program, line):
    """A shell at a terminal of its own; compadd is asked for what it would offer."""
    script = r"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; fpath=($1 \$fpath); autoload -Uz compinit && compinit -u -D
            compadd() { [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd \"\$@\"; return }
                local -a found; builtin compadd -O found \"\$@\"; (( \$#found )) && print -rl -- 'offer:'\${^found}; builtin compadd \"\$@\" }
            zstyle ':completion:*' list-prompt ''; LISTMAX=10000; bindkey '^I' complete-word; print ready:now"
        zpty -r -m shell seen '*ready:now*' || exit 1
        zpty -n -w shell "$2"$'\t'
        zpty -n -w shell $'\C-a\C-kprint ready:then\n'
        zpty -r -m shell seen '*ready:then*ready:then*'
        print -r -- $seen
        zpty -d shell
    """
    done = ask("zsh", "-f", "-c", script, "zsh", os.path.abspath(f"{LINUX}/completions/zsh"), f"{program} {line}")
    done.stdout = "\n".join(re.findall(r"offer:([^\r\n\x1b]+)", done.stdout))
    return done


def check_answers():
    shells = (("bash", bash_answers), ("fish", fish_answers), ("zsh", zsh_answers))
    asked = [(shell, answers, *typed) for shell, answers in shells for typed in TYPED]
    with concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:  # a shell mostly waits for its terminal
        given = pool.map(lambda one: one[1](*one[2:4]), asked)
        for (shell, _, program, line, wanted, others), done in zip(asked, given):
            got = {word.split("\t")[0].strip() for word in done.stdout.splitlines()}
            missing = {word for word in wanted if word not in got and os.path.basename(word) not in got}
            if missing or got & others:
                fault(f"{shell} answers \"{program} {line}<Tab>\" with {sorted(got)}: {done.stderr[-500:]}")


def main():
    build = sys.argv[1]
    check_files(build)
    check_options(build)
    check_answers()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
