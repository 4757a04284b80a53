# What is written for macOS and for hosted machines is well formed. Whether it compiles for a Mac: sh cmake/mac.sh.
set -eu
exec python3 cmake/checks/mac.py
