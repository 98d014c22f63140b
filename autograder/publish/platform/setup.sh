#!/usr/bin/env bash
# Gradescope runs this once, as root, to build the image in which submissions are graded.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

# The address of an index with CPU builds of torch, which PyTorch's installation page names. They
# are enough, and ten times smaller than the builds for accelerators that pip takes without it.
torch_index="${TORCH_INDEX:-}"

python=""
for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        python="$name"
        break
    fi
done
if [ -z "$python" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends python3.11 python3.11-venv
    python=python3.11
fi

"$python" -m venv "$root/venv"
pip=("$root/venv/bin/python" -m pip install --quiet --no-cache-dir)
if [ -n "$torch_index" ]; then
    "${pip[@]}" --index-url "$torch_index" torch torchvision
fi
"${pip[@]}" -r "$root/source/requirements.txt"

# Only root reads the tests, also where a worker cannot have a file tree of its own.
chmod 0700 "$root/source"
