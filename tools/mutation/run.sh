#!/bin/sh
# Changes the pure files one place at a time and asks their tests whether they notice; see docs/testing.md. An hour on two cores.
set -eu
cd "$(dirname "$0")/../.."
[ -x .node/bin/node ] && export PATH="$PWD/.node/bin:$PATH"
npm ci --prefix tools/mutation --legacy-peer-deps --no-audit --no-fund --loglevel=error
exec node tools/mutation/node_modules/.bin/stryker run tools/mutation/stryker.config.json
