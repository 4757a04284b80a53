#!/usr/bin/env python3
"""The systemd unit and the config file that come with it are good, and the unit is tight."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from peer import BIN, check, equal, run_scenes

SOURCE = os.environ.get("CONFAB_SOURCE", ".")
PROGRAM = os.path.join(BIN, "confab-server")
CONF = os.path.join(SOURCE, "cmake", "service", "server.conf")
EXPOSURE_MOST = 1.5  # of 10, by systemd-analyze; "OK" to it means less than 2


def check_config(path):
    return subprocess.run([PROGRAM, "--check-config", "--config", path], capture_output=True,
                          text=True, timeout=60)


def scene_the_config_file_is_good():
    equal(check_config(CONF).stdout, "ok\n", "as it comes")
    with open(CONF, encoding="utf-8") as file:
        text = file.read()
    every, count = re.subn(r"(?m)^#(?=[a-z-]+ = )", "", text)
    check(count >= 16, f"{count} settings")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(every)
        file.flush()
        run = check_config(file.name)
        equal((run.returncode, run.stdout, run.stderr), (0, "ok\n", ""), "with every setting")


def scene_the_unit_is_good_and_tight():
    if shutil.which("systemd-analyze") is None:
        print("skipped: no systemd-analyze")
        return
    with tempfile.TemporaryDirectory() as folder:
        unit = os.path.join(folder, "confab-server.service")
        with open(os.path.join(BIN, "confab-server.service"), encoding="utf-8") as file:
            text = file.read()
        check("@" not in re.sub(r"@(system-service|privileged)", "", text), "all is filled in")
        with open(unit, "w", encoding="utf-8") as file:  # as if it were installed here
            file.write(re.sub(r"(?m)^(Exec\w+=)\S*/confab-server", rf"\1{PROGRAM}", text))
        run = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                             capture_output=True, text=True, timeout=60)
        ours = [line for line in run.stderr.splitlines() if "confab" in line]
        equal(ours, [], "systemd-analyze verify")
        run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                             capture_output=True, text=True, timeout=60)
        found = re.search(r"exposure level for \S+: ([0-9.]+)", run.stdout)
        check(found, f"systemd-analyze security: {run.stdout} {run.stderr}")
        check(float(found.group(1)) <= EXPOSURE_MOST, run.stdout)
        print("exposure", found.group(1))


if __name__ == "__main__":
    run_scenes(sys.modules[__name__])
