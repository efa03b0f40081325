
# Names of tasks are asked of the program; everything else stands above.
_onramp_names() {
    local line="${COMP_LINE:0:COMP_POINT}" word name skip="" verb="" value_of="" section=""
    # Not the word that bash gives: it is cut at a colon.
    local current="${line##*[[:space:]]}"
    local -a words place=()
    read -ra words <<< "${line%"$current"}"
    for word in "${words[@]:1}"; do
        if [[ -n "$value_of" ]]; then
            [[ "$value_of" == -C || "$value_of" == --config ]] && place+=("$value_of" "$word")
            value_of=""
            continue
        fi
        case "$word" in
            --) value_of="$word" && break ;;
            --config=*) place+=("$word") ;;
            @VALUED@) value_of="$word" ;;
            -*) ;;
            *) verb="${verb:-$word}" ;;
        esac
    done
    case "$verb" in
        fmt) section=format ;;
        lint | test | build) section="$verb" ;;
        run | graph | why) section=task ;;
    esac
    COMPREPLY=()
    if [[ -n "$section" && -z "$value_of" && "$current" != -* ]]; then
        if [[ "$COMP_WORDBREAKS" == *:* && "$current" == *:* ]]; then
            skip="${current%"${current##*:}"}"
        fi
        while IFS= read -r name; do
            if [[ "$name" == "$current"* ]]; then
                printf -v name %q "${name#"$skip"}"
                COMPREPLY+=("$name")
            fi
        done < <("$1" "${place[@]}" --format plain tasks --names "$section" 2> /dev/null)
    fi
    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
        _onramp "$@"
    fi
}
