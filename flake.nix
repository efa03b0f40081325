{
  description = "Onramp: from clone to contributing in one command";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;

      # nixpkgs 26.11 refuses to evaluate for Macs with an Intel processor. Their owners can still enter the shell:
      # nix develop --override-input nixpkgs github:NixOS/nixpkgs/nixpkgs-26.05-darwin
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ]
      ++ lib.optional (lib.versionOlder lib.trivial.release "26.11") "x86_64-darwin";

      forEachSystem = output: lib.genAttrs systems (system: output nixpkgs.legacyPackages.${system});

      # What the shell offers, with the programs that Onramp calls by name. Rust is the one of nixpkgs:
      # rust-toolchain.toml speaks to rustup alone, which is not in this shell.
      tools = pkgs: [
        { package = pkgs.cargo; programs = [ "cargo" ]; }
        { package = pkgs.rustc; programs = [ "rustc" ]; }
        { package = pkgs.clippy; programs = [ "cargo-clippy" "clippy-driver" ]; }
        { package = pkgs.rustfmt; programs = [ "rustfmt" "cargo-fmt" ]; }
        { package = pkgs.python3; programs = [ "python3" ]; }
        { package = pkgs.nodejs; programs = [ "node" "npm" ]; }
        { package = pkgs.postgresql; programs = [ "postgres" "initdb" "pg_ctl" "psql" ]; }
        { package = pkgs.sqlite; programs = [ "sqlite3" ]; }
        { package = pkgs.git; programs = [ "git" ]; }
      ];
    in
    {
      # There is no shell hook on purpose: `nix print-dev-env` does not run one, so the environment that Onramp
      # captures is the one that `nix develop` opens.
      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          name = "onramp";
          packages = map (tool: tool.package) (tools pkgs);
        };
      });

      # A package that was renamed or split upstream keeps evaluating, and only its program is missing.
      checks = forEachSystem (pkgs: {
        programs = pkgs.runCommand "onramp-programs" { } (
          lib.concatMapStrings (
            tool:
            lib.concatMapStrings (program: ''
              test -x ${lib.getBin tool.package}/bin/${program} || { echo 'no program `${program}`'; exit 1; }
            '') tool.programs
          ) (tools pkgs)
          + ''
            touch $out
          ''
        );
      });
    };
}
