#!/usr/bin/env bash
# Compile the pinned, hashed requirements from pyproject.toml, for every Python from 3.11 and every platform.
# base: to run. gm: base with the national algorithms. dev: gm with what tests need. build: what builds the package,
# at the versions of dev.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}

compile() { # compile OUTPUT ARGUMENT...
  local output=requirements/$1
  shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --custom-compile-command "make lock" "${upgrade[@]}" "$@" --output-file "$output"
  echo "  $output: $(grep -c == "$output") packages"
}

upgrade=()
if [ "${1:-}" = --upgrade ]; then upgrade=(--upgrade); fi
compile base.txt pyproject.toml
compile gm.txt pyproject.toml --extra gm --constraint requirements/base.txt
compile dev.txt pyproject.toml --extra gm --group dev --constraint requirements/base.txt
compile build.txt requirements/build.in --constraint requirements/dev.txt
