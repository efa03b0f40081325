
# Names of tasks are asked of the program.
_onramp_names() {
    local -a names
    names=(${(f)"$(onramp --format plain tasks --names $1 2> /dev/null)"})
    compadd -a names
}
