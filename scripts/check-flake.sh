#!/usr/bin/env bash
# Checks flake.nix and flake.lock without the network, against the stand-in for nixpkgs in tests/fixtures/nixpkgs-stub.
# That folder's flake.nix says what this proves and what it does not. Everything is built in a temporary store; the
# machine's own store, caches and configuration of nix are neither read nor written.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# A missing program is the contributor's choice on their own machine, and a broken pipeline in CI.
skip() {
  printf 'skipped: %s\n\nhint: %s\n' "$1" "$2"
  if [ "${CI:-}" = true ]; then
    exit 1
  fi
}

fail() {
  printf 'error: %s\n\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

if ! command -v nix >/dev/null; then
  skip 'nix is not installed' 'apt-get install nix-bin, or follow https://nixos.org/download'
  exit 0
fi
command -v git >/dev/null || fail 'git is not installed' 'install git and run this again'

# nix refuses a store below a symbolic link, which is what the temporary folder is on macOS.
work=$(cd -- "$(mktemp -d "${TMPDIR:-/tmp}/onramp-flake.XXXXXX")" && pwd -P)

cleanup() {
  # Store paths are read-only, folders included, and rm cannot empty those.
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

export NIX_STORE_DIR=$work/nix/store NIX_STATE_DIR=$work/nix/state NIX_LOG_DIR=$work/nix/log NIX_REMOTE=
export NIX_CONF_DIR=$work/nix/conf NIX_USER_CONF_FILES=/dev/null XDG_CACHE_HOME=$work/cache
export NIX_CONFIG='experimental-features = nix-command flakes
substituters =
sandbox = false
build-users-group =
flake-registry =
warn-dirty = false'
# `nix develop` leaves a folder in TMPDIR for every shell it opened.
export TMPDIR=$work/tmp
export NIXPKGS_STUB_HOST_PATH=${NIXPKGS_STUB_HOST_PATH:-$PATH}
mkdir -p "$NIX_CONF_DIR" "$XDG_CACHE_HOME" "$TMPDIR"

# In a git hook these variables name the outer repository, and would lead git and nix to it.
while read -r variable; do
  unset "$variable"
done < <(git rev-parse --local-env-vars)
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

# nix takes only tracked files from a repository, so the check sees neither build output nor private files.
mkdir "$work/repository"
cp "$root/flake.nix" "$root/flake.lock" "$work/repository"
cp -R "$root/tests/fixtures/nixpkgs-stub" "$work/nixpkgs-stub"
git -C "$work/repository" init -q
git -C "$work/repository" add -A
cd "$work/repository"

# step TITLE COMMAND..: one line when it succeeds, all of its output when it does not.
step() {
  local title=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    printf 'ok       %s\n' "$title"
  else
    cat "$work/output" >&2
    fail "$title failed" 'the output of nix is above'
  fi
}

with_stub() {
  nix "$@" --override-input nixpkgs "path:$work/nixpkgs-stub" --no-write-lock-file
}

lock_has_pinned_form() {
  # shellcheck disable=SC2016 # the expression is for nix, which has its own ${}
  nix eval --impure --expr '
    let
      flake = import ./flake.nix;
      lock = builtins.fromJSON (builtins.readFile ./flake.lock);
      node = lock.nodes.${lock.nodes.${lock.root}.inputs.nixpkgs};
      github = source: source.type == "github" && source.owner == "NixOS" && source.repo == "nixpkgs";
      matches = pattern: text: builtins.match pattern text != null;
      demand = what: holds: if holds then true else throw "flake.lock: ${what}";
    in
    demand "the version is not 7" (lock.version == 7)
    && demand "nixpkgs is not github:NixOS/nixpkgs" (github node.locked && github node.original)
    && demand "the ref is not the one in flake.nix"
      (flake.inputs.nixpkgs.url == "github:NixOS/nixpkgs/${node.original.ref}")
    && demand "rev is not a full commit" (matches "[0-9a-f]{40}" node.locked.rev)
    && demand "narHash is not a sha256 digest" (matches "sha256-[A-Za-z0-9+/]{43}=" node.locked.narHash)
    && demand "lastModified is not a time" (builtins.isInt node.locked.lastModified)
  '
}

environment_is_captured() {
  with_stub print-dev-env --json >"$work/environment.json"
  grep -q "$NIX_STORE_DIR/[a-z0-9]*-cargo-nixpkgs-stub/bin:" "$work/environment.json"
}

step 'flake.lock has the pinned form' lock_has_pinned_form
# Without the override: nix reads the lock only, and fails if it had to change it.
step 'flake.lock belongs to flake.nix' nix flake metadata --no-update-lock-file
step 'nix flake check' with_stub flake check
# Newer releases of nix check only the system they run on, older ones have no flag to ask for all.
step 'the dev shell evaluates for every system' with_stub eval .#devShells --json \
  --apply 'builtins.mapAttrs (system: shells: shells.default.drvPath)'
step 'nix flake show' with_stub flake show
step 'nix print-dev-env' environment_is_captured

# in_shell PROGRAM: prints its version; fails if the shell took it from elsewhere than its own packages.
in_shell() {
  # shellcheck disable=SC2016 # for the inner shell
  nix develop --override-input nixpkgs "path:$work/nixpkgs-stub" --no-write-lock-file -c sh -c '
    case $(command -v "$1") in
      "$NIX_STORE_DIR"/*) exec "$1" --version ;;
      *) echo "\`$1\` is not in the dev shell" >&2; exit 1 ;;
    esac
  ' sh "$1"
}

for program in cargo python3 node postgres sqlite3 git; do
  status=0
  in_shell "$program" >"$work/output" 2>&1 || status=$?
  case $status in
    0) printf 'ok       nix develop -c %s --version: %s\n' "$program" "$(tail -n 1 "$work/output")" ;;
    127) skip "\`$program\` is not installed on this host" "install \`$program\`; the flake itself is not at fault" ;;
    *)
      cat "$work/output" >&2
      fail "nix develop -c $program --version failed with status $status" 'the output of nix is above'
      ;;
  esac
done
