#!/usr/bin/env python3
"""The texts of the window, as the sources have them, and what the catalogues make of them.

    catalogue.py            bring confab.pot and each .po beside this file up to date: new texts stand in them
                            empty, texts that are gone go
    catalogue.py --check    change nothing; exit 1 and one line for each thing that is wrong
"""
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# Texts through lang() and its kin; and sentences about errors, which the views translate as they come.
TEXTS = ["client/ui/*.c", "client/ui/widgets/*.c", "client/ui/views/*.c", "client/main.c"]
SENTENCES = ["client/app/*.c", "client/net/*.c", "client/media/*.c",
             "client/media/helper/*.c", "client/media/helper/av/*.c", "client/platform/*/*.c", "protocol/base/name.c"]
TABLE = "protocol/wire/msg.c"  # the server's answers: one sentence for each code

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/|\.?[A-Za-z_]\w*|\s+|.', re.S)
PART = re.compile(r"\{[1-9]\}")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def unquote(text):
    return re.sub(r"\\(.)", lambda m: ESCAPES[m.group(1)], text[1:-1])


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def tokens(path):
    with open(path, encoding="utf-8") as handle:
        text = handle.read()
    line = 1
    for match in TOKEN.finditer(text):
        token = match.group(0)
        if not token.isspace() and not token.startswith(("/*", "//")):
            yield token, line
        line += token.count("\n")


def arguments(stream, at):
    """The arguments of a call whose '(' is stream[at], each as its list of tokens."""
    depth, args = 0, [[]]
    for token, _ in stream[at:]:
        if token in "([{":
            depth += 1
            if depth == 1:
                continue
        elif token in ")]}":
            depth -= 1
            if depth == 0:
                return args
        if depth == 1 and token == ",":
            args.append([])
        else:
            args[-1].append(token)
    return args


def literal(arg):
    """A text in quotes, in one piece or several, alone or marked with LANG_KEY(); None: something else."""
    if len(arg) > 3 and arg[0] == "LANG_KEY":
        arg = arg[2:-1]
    if arg and all(token.startswith('"') for token in arg):
        return "".join(unquote(token) for token in arg)
    return None


def sentences(arg):
    """The texts in quotes in it, each whole, of more than one word."""
    found = [""]
    for token in arg:
        if token.startswith('"'):
            found[-1] += unquote(token)
        elif found[-1]:
            found.append("")
    return [text for text in found if " " in text and "%" not in text]


class Found:
    def __init__(self):
        self.texts = {}  # English: (its plural or None, places)
        self.trouble = []

    def add(self, text, many, place):
        if text is None:
            return
        before = self.texts.setdefault(text, (many, []))
        if before[0] != many:
            self.trouble.append(f"{place}: {quote(text)} is counted in one place and not in another")
        before[1].append(place)


# Widgets that show what they are given: in views that must have come through lang().
DRAWN = ("ui_label", "ui_label_color", "ui_label_width", "ui_button", "ui_button_width", "ui_icon_button", "ui_link",
         "ui_round_button", "ui_section", "ui_pill", "ui_toast", "ui_tip", "ui_fab", "ui_row")
NAMES = ("Confab",)
GIVEN = ("text_set", "fail", "give_up", "transfer_fail")  # the last of what they are given is a sentence
KNOWN = {"lang", "LANG_KEY", "ui_id_of", "ui_id_num", "str_equal", "ui_hit"}  # not shown, or translated


def hard_coded(found, args, place, lone):
    """English in quotes that nobody could translate, or that this script would not find. `lone`: an argument that is
    nothing but a text is fine."""
    for arg in args:
        calls = []
        for i, token in enumerate(arg):
            if token == "(":
                calls.append(arg[i - 1] if i else "")
            elif token == ")":
                calls.pop()
            elif token.startswith('"') and not (lone and literal(arg) is not None) and not KNOWN.intersection(calls):
                text = unquote(token)
                if re.search(r"[^\W\d_]{2}", text) and text not in NAMES:
                    found.trouble.append(f"{place}: {token} is shown as it is: put it into lang() or LANG_KEY()")


def extract():
    found = Found()
    for patterns, what in ((TEXTS, "text"), (SENTENCES, "sentence"), ([TABLE], "table")):
        for path in sorted(p for pattern in patterns for p in glob.glob(os.path.join(ROOT, pattern))):
            name, stream = os.path.relpath(path, ROOT).replace(os.sep, "/"), list(tokens(path))
            for i, (token, line) in enumerate(stream[:-1]):
                place = f"{name}:{line}"
                called = stream[i + 1][0] == "("
                if what == "text" and called and token in ("lang", "LANG_KEY"):
                    found.add(literal(arguments(stream, i + 1)[0]), None, place)
                    if token == "lang":
                        hard_coded(found, arguments(stream, i + 1), place, True)
                elif what == "text" and called and token in DRAWN and name.startswith("client/ui/views/"):
                    hard_coded(found, arguments(stream, i + 1), place, False)
                elif what == "text" and token in (".label", ".placeholder", ".title"):
                    hard_coded(found, [[stream[i + 2][0]]], place, False)
                elif what == "text" and called and token == "LANG_TEXT":
                    args = arguments(stream, i + 1)
                    found.add(literal(args[2]) if len(args) > 2 else None, None, place)
                elif what == "text" and called and token == "lang_count":
                    args = arguments(stream, i + 1)
                    if len(args) > 4 and literal(args[3]) is not None:
                        found.add(literal(args[3]), literal(args[4]), place)
                elif called and token == "err_set" and name.startswith(("client/", "protocol/base/")):
                    text = literal(arguments(stream, i + 1)[2])
                    if text and "%" not in text:
                        found.add(text, None, place)
                elif called and token in GIVEN and what == "sentence":
                    for text in sentences(arguments(stream, i + 1)[-1]):
                        found.add(text, None, place)
                elif what == "table" and token == "{" and stream[i + 1][0].startswith('"'):
                    found.add(literal(arguments(stream, i)[1]), None, place)  # {"word", "sentence"}
    return found


class Entry:
    def __init__(self):
        self.comments, self.key, self.many, self.texts = [], None, None, {}


def read_po(path):
    entries, entry, target = [], Entry(), None

    def close():
        nonlocal entry, target
        if entry.key is not None:
            entries.append(entry)
        entry, target = Entry(), None

    with open(path, encoding="utf-8") as handle:
        for line in handle.read().split("\n"):
            line = line.strip()
            if not line:
                close()
            elif line.startswith("#"):
                entry.comments.append(line)
            elif line.startswith('"'):
                kind, form = target
                if kind == "text":
                    entry.texts[form] += unquote(line)
                else:
                    setattr(entry, kind, getattr(entry, kind) + unquote(line))
            else:
                word, value = re.match(r'(\w+(?:\[\d\])?)\s+(".*")$', line).groups()
                form = int(word[7]) if word.startswith("msgstr[") else 0
                if word == "msgid":
                    entry.key, target = unquote(value), ("key", 0)
                elif word == "msgid_plural":
                    entry.many, target = unquote(value), ("many", 0)
                else:
                    entry.texts[form], target = unquote(value), ("text", form)
    close()
    return entries


def write_text(out, word, text):
    lines = text.splitlines(True)
    if len(lines) > 1:
        out.append(f'{word} ""')
        out.extend(quote(line) for line in lines)
    else:
        out.append(f"{word} {quote(text)}")


def write_po(path, head, entries):
    out = list(head)
    for entry in entries:
        out.append("")
        out.extend(entry.comments)
        write_text(out, "msgid", entry.key)
        if entry.many is not None:
            write_text(out, "msgid_plural", entry.many)
            for form in sorted(entry.texts):
                write_text(out, f"msgstr[{form}]", entry.texts[form])
        else:
            write_text(out, "msgstr", entry.texts[0])
    with open(path, "w", encoding="utf-8", newline="\n") as handle:
        handle.write("\n".join(out) + "\n")


def forms_of(header):
    match = re.search(r"nplurals=(\d)", header.texts.get(0, ""))
    return int(match.group(1)) if match else 0


def head_of(header):
    out = list(header.comments)
    write_text(out, "msgid", "")
    write_text(out, "msgstr", header.texts[0])
    return out


def wanted(found, forms, old=None):
    """Entries in the order of the sources, with what `old` has for them."""
    for text, (many, places) in found.texts.items():
        entry, before = Entry(), (old or {}).get(text)
        files = []
        for place in places:
            name = place.split(":")[0]
            if name not in files:
                files.append(name)
        entry.comments = [c for c in before.comments if not c.startswith("#:")] if before else []
        entry.comments.append("#: " + " ".join(files))
        entry.key, entry.many = text, many
        count = forms if many is not None else 1
        same = before and (before.many is None) == (many is None)
        entry.texts = {i: before.texts.get(i, "") if same else "" for i in range(count)}
        yield entry


POT_HEAD = [
    "# The texts of Confab's window. A copy of this file named after your language (de.po) is the beginning of a",
    "# translation; README.md says how to go on.",
    'msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"',
    '"Plural-Forms: nplurals=2; plural=n != 1;\\n"', '"X-Language-Name: \\n"', '"X-Direction: ltr\\n"',
    '"X-Decimal-Mark: .\\n"']


def catalogues():
    return sorted(glob.glob(os.path.join(HERE, "*.po")))


def update(found):
    write_po(os.path.join(HERE, "confab.pot"), POT_HEAD, wanted(found, 2))
    for path in catalogues():
        entries = read_po(path)
        header, old = entries[0], {e.key: e for e in entries[1:]}
        new = list(wanted(found, forms_of(header), old))
        write_po(path, head_of(header), new)
        gone = [key for key in old if key not in found.texts]
        empty = sum(1 for e in new if not all(e.texts.values()))
        print(f"{os.path.basename(path)}: {len(new)} texts, {empty} not translated, {len(gone)} gone")


def check(found):
    wrong = list(found.trouble)
    for path in catalogues():
        name, entries = os.path.basename(path), read_po(path)
        forms = forms_of(entries[0])
        have = {}
        for entry in entries[1:]:
            if entry.key in have:
                wrong.append(f"{name}: {quote(entry.key)} is there twice")
            have[entry.key] = entry
        for key in have:
            if key not in found.texts:
                wrong.append(f"{name}: {quote(key)} is in no source")
        for key, (many, places) in found.texts.items():
            entry = have.get(key)
            if entry is None or not all(entry.texts.values()):
                wrong.append(f"{name}: {quote(key)} is not translated ({places[0]})")
                continue
            if (entry.many, len(entry.texts)) != (many, forms if many is not None else 1):
                wrong.append(f"{name}: {quote(key)} has not the plural forms that it must have")
            if any("fuzzy" in comment for comment in entry.comments if comment.startswith("#,")):
                wrong.append(f"{name}: {quote(key)} is marked fuzzy")
            parts = set(PART.findall(key))
            for text in entry.texts.values():
                # of a number, a form may do without it: "one member"
                got = set(PART.findall(text))
                if got != parts and not (many is not None and got < parts):
                    wrong.append(f"{name}: {quote(key)}: its parts are not those of {quote(text)}")
    return wrong


def main():
    found = extract()
    if "--check" not in sys.argv[1:]:
        update(found)
        return 0
    wrong = check(found)
    print("\n".join(wrong + [f"{len(found.texts)} texts, {len(catalogues())} catalogues, {len(wrong)} wrong"]))
    return 1 if wrong or not found.texts else 0


if __name__ == "__main__":
    sys.exit(main())
