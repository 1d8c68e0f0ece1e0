extension ScriptText {
    /// How a file is fetched.
    static func fetching(_ tool: ShellTool, refreshes: Bool) -> String {
        [
            fetchingStart, tool.transfer, refreshes ? refreshingDownload(tool) : plainDownload,
            refreshes ? fetch.replacing(#"download "$7" "$8" "$9" ||"#, with: #"download "$@" ||"#) : fetch,
        ].joined(separator: "\n")
    }

    private static let fetchingStart = #"""
        # ---- Fetching ----------------------------------------------------------------------------------------------

        again='Run wherry again: it writes a new script, which goes on from here.'

        expired() { [ "$(date +%s)" -ge "$1" ]; }

        # open_part: makes the file `part`. Of two tasks that take the same file, one goes on.
        open_part() {
            { mkdir -p "${part%/*}" && touch "$part"; } 2>/dev/null || die 73 "Cannot write $part."
            if [ -n "$only" ] && command -v flock >/dev/null 2>&1; then
                exec 8>>"$part"
                flock -n 8 || die 75 "Another task fetches $part. Try again when it has ended."
            fi
        }

        """#

    private static let plainDownload = #"""
        # download EXPIRY PATH URL: completes the file `part`.
        download() {
            if expired "$1"; then
                fail "$lapsed" "$2: its URL has expired. $again"
                return 1
            fi
            open_part
            say "fetching  $2"
            transfer "$3" && return
            if expired "$1"; then
                fail "$lapsed" "$2: its URL has expired on the way. $again"
            else
                fail 75 "$2: $reason. Try again later; if that does not help, run wherry again."
            fi
            return 1
        }

        """#

    private static func refreshingDownload(_ tool: ShellTool) -> String {
        #"""
        # download: the arguments of fetch; completes the file `part`, with a fresh URL where this one has expired or is
        # refused.
        download() {
            open_part
            how=
            if ! expired "$7"; then
                say "fetching  $8"
                transfer "$9" && return
                if ! expired "$7"; then
                    if [ "$status" -ne \#(tool.refusal) ]; then
                        fail 75 "$8: $reason. Try again later; if that does not help, run wherry again."
                        return 1
                    fi
                    how=--fresh
                fi
            fi
            say "renewing  $8"
            set -- "$8" "$(ask "$@")"
            case $2 in
                *[[:cntrl:][:space:]]*) set -- "$1" '' ;;
                http://?* | https://?*) ;;
                *) set -- "$1" '' ;;
            esac
            if [ -z "$2" ]; then
                fail "$lapsed" "$1: its URL does not work any more, and the command printed no fresh one. $again"
                return 1
            fi
            transfer "$2" && return
            fail 75 "$1: with a fresh URL, $reason. Try again later; if that does not help, run wherry again."
            return 1
        }

        # ask: the arguments of fetch; prints a fresh URL, which no other program gets to see on its way to the download.
        ask() {
            case $1$2$3 in
                *%*) return 1 ;; # a name that had to be encoded for the receipt: no command would know it
            esac
            set -- --source="$1" --network="${10}" --shard="$4" ${how:+"$how"} -- "$2" "$3"
            eval "$refresh_command \"\$@\"" </dev/null
        }

        """#
    }

    private static let fetch = #"""
        # fetch SOURCE INSTANCE BACKUP POSITION SIZE SHA256 EXPIRY PATH URL
        fetch() {
            final=$target/$8
            part=$final.part
            if [ -f "$final" ] && examine "$final" "$5" "$6"; then
                present=$((present + 1))
                say "is there  $8"
                note "$1" "$2" "$3" "$4"
                return
            fi
            if [ "$5" = - ] || [ ! -f "$part" ] || ! examine "$part" "$5" "$6"; then
                download "$7" "$8" "$9" || return
                if ! examine "$part" "$5" "$6"; then
                    mv -f "$part" "$final.wrong" || die 73 "Cannot rename $part."
                    fail 65 "$8: $problem. It was set aside as $8.wrong."
                    return
                fi
            fi
            { keep "$part" && mv -f "$part" "$final" && keep "${final%/*}"; } || die 73 "Cannot write $final."
            fetched=$((fetched + 1))
            say "done      $8, $size bytes"
            note "$1" "$2" "$3" "$4"
        }

        # keep PATH: makes sure that a power cut cannot take it back.
        keep() { sync "$1" 2>/dev/null || sync; }

        # list: the arguments of fetch, but it only shows the file.
        list() {
            left=$(($7 - now))
            if [ "$left" -gt 0 ]; then left="valid for $((left / 60)) min"; else left=expired; fi
            printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$2" "$3" "$4" "$5" "$left" "$8"
        }

        """#

    /// How the script starts.
    static func start(_ tool: ShellTool) -> String { start.replacing("PROBE\n", with: "\(tool.probe)\n") }

    private static let start = #"""
        # ---- Start -------------------------------------------------------------------------------------------------

        need() { command -v "$1" >/dev/null 2>&1 || die 69 "$1 is missing on this machine. Install it."; }

        # Everything that fetching needs, checked before the first byte moves.
        prepare() {
            case $(command -v printf) in
                */*) die 69 'The printf of this shell is a program and would show URLs. Use dash or bash.' ;;
            esac
        PROBE
            command -v sha256sum >/dev/null 2>&1 || need shasum

            case $target in
                *[[:cntrl:]]*) die 64 'The name of the target directory holds control characters.' ;;
            esac
            mkdir -p -- "$target" 2>/dev/null || die 73 "Cannot make the directory $target."
            target=$(CDPATH='' cd -- "$target" && pwd) || die 73 "Cannot enter the target directory."
            target=${target%/}
            if [ -z "$receipt" ]; then
                receipt=$target/$script${only:+.$only}.receipt
                if [ -f "$0" ] && [ -w "$(dirname -- "$0")" ]; then receipt=$0${only:+.$only}.receipt; fi
            fi
            case $receipt in
                /*) ;;
                *) receipt=./$receipt ;;
            esac

            # Two at once would both append to the same partial file. The tool that fetches holds the lock too, so it
            # outlives a kill -9. With --only, many may share the target: each has a file of its own.
            touch "$target/.wherry.lock" 2>/dev/null || die 73 "Cannot write to the target directory $target."
            if command -v flock >/dev/null 2>&1; then
                exec 9>>"$target/.wherry.lock"
                flock -n ${only:+-s} 9 || die 75 "Another script is at work in $target. Try again when it has ended."
            fi
            open_receipt
        }

        main() {
            action=fetch
            target=${WHERRY_TARGET:-$default_target}
            receipt=
            only=
            lapsed=75
            while [ $# -gt 0 ]; do
                case $1 in
                    --help | -h) help && exit ;;
                    --list) action=list && shift ;;
                    --target | --receipt)
                        [ -n "${2-}" ] || die 64 "$1 needs a value. See --help."
                        if [ "$1" = --target ]; then target=$2; else receipt=$2; fi
                        shift 2
                        ;;
                    --only)
                        case ${2-} in
                            '' | *[!0-9]* | 0?* | ??????????*) die 64 '--only needs the number of a file, from 0.' ;;
                        esac
                        only=$2 lapsed=77
                        shift 2
                        ;;
                    *) die 64 "The option $1 is unknown. See --help." ;;
                esac
            done
            [ "${only:-0}" -le "$last" ] || die 64 "There is no file $only: the last one has the number $last."
            child='' worst=0 fetched=0 present=0 failed=0 number=-1
            if [ "$action" = list ]; then
                now=$(date +%s)
                files
                exit 0
            fi
            prepare
            trap 'stop 130' INT
            trap 'stop 143' TERM
            trap 'stop 129' HUP
            files
            say "$fetched fetched, $present already there, $failed failed. Receipt: $receipt"
            exit "$worst"
        }

        """#
}
