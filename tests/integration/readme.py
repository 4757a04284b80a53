#!/usr/bin/env python3
"""readme.py: what the README shows and links to is there, and its ten lines of Python talk to a real server, as they stand there."""
import os
import re
import subprocess
import sys

from peer import start_secure as start_server

SOURCE = os.environ["CONFAB_SOURCE"]
with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
    readme = file.read()
for target in re.findall(r"\]\(([^)#:]+)\)|(?:href|src)=\"([^\"#:]+)\"", readme):
    path = "".join(target)
    assert os.path.exists(os.path.join(SOURCE, path)), f"the README leads to {path}, which is not there"
block = re.search(r"```python\n(.*?)```", readme, re.S).group(1)

with start_server() as server:
    ann = server.peer("ann", join="lobby")
    code = block.replace("5050", str(server.port))
    assert code != block, "the README no longer names the port"
    robot = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        ann.expect("said", text="hello from ten lines")
        ann.say("welcome, robot")
        seen = [robot.stdout.readline().strip() for _ in range(2)]
        assert seen == ["robot: hello from ten lines", "ann: welcome, robot"], seen
    finally:
        robot.kill()
        robot.wait()
