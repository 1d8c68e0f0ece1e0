/// Writes the sh script that hands aria2 only what has not expired, and looks at what has arrived.
struct Aria2Guard: Sendable {
    let script: Script
    let stem: String

    private var name: String { "\(stem).aria2.sh" }

    /// The whole script.
    var text: String {
        let refreshes = script.style.refreshCommand != nil
        return [
            header, ScriptText.prelude, settings, Self.help, ScriptText.words, ScriptText.verification,
            ScriptText.receipt,
            Self.choice.replacing("    NETWORK\n", with: refreshes ? "    network=$9\n" : "")
                .replacing("LAPSED\n", with: refreshes ? Self.lapsedAsks : Self.lapsedWaits),
            refreshes ? Self.ask : nil, Self.fetching,
            Self.start.replacing("AGAIN\n", with: refreshes ? Self.secondRound : ""),
            "main \"$@\"\n",
        ].compactMap(\.self).joined(separator: "\n")
    }

    private var header: String {
        """
        #!/bin/sh
        #
        # \(script.title)
        #
        \(script.origin)
        #
        # Lets aria2 fetch what the file \(stem).aria2 beside this script lists:
        #
        #     sh \(name) --target /srv/redis-backups
        #
        # It leaves out URLs that have expired by this machine's clock, and files that are there and right. It looks at
        # every file that arrives: size, RDB envelope, and SHA-256 where the source declares one. Run it again whenever
        # you like. --help tells of the options and the exit status.
        #
        # Each file that is right is noted in a receipt beside this script. Take it home and tell wherry:
        #
        #     wherry deliveries confirm \(name).receipt
        #

        """
    }

    private var settings: String {
        let refresh = script.style.refreshCommand.map { "refresh_command=\(shellQuoted($0))\nhow=\n" } ?? ""
        return """
            run=\(script.run)
            sink=\(shellQuoted(script.encodedSink))
            script=\(shellQuoted(name))
            input=\(shellQuoted("\(stem).aria2"))
            default_target=\(shellQuoted(script.target))
            parallel=\(script.style.parallel)
            \(refresh)
            """
    }

    private static let help = #"""
        # ---- Words -------------------------------------------------------------------------------------------------

        help() {
            cat <<END
        Fetches Redis backups with aria2, verifies them, and notes them in a receipt.

        usage: sh $script [--target DIR] [--receipt FILE] | --help

          --target DIR    where the files go; else \$WHERRY_TARGET, else $default_target
          --receipt FILE  where verified files are noted; else $script.receipt
                          beside the script, or in DIR when that folder cannot be written to

        exit status:
            0  every file is there and right
           64  these options make no sense
           65  a file is not what it must be; it was set aside as FILE.wrong
           69  aria2, or the input file beside this script, is missing
           73  something cannot be written
           75  a URL has expired or a transfer failed: try again, or run wherry again
          130  stopped by Ctrl-C; run it again to continue
        END
        }

        """#

    private static let choice = #"""
        # ---- What is to be fetched ---------------------------------------------------------------------------------

        # Variables of these names that somebody exported would show a URL to every program from here.
        unset line

        again='Run wherry again: it writes a new script, which goes on from here.'
        tab=$(printf '\t')

        # facts LINE: sets what is known of a file from its line "#wherry".
        facts() {
            set -f
            old=$IFS
            IFS=$tab
            # shellcheck disable=SC2086 # its words are wanted
            set -- $1
            IFS=$old
            set +f
            expiry=$2 source=$3 instance=$4 backup=$5 position=$6 wanted_size=$7 wanted_digest=$8
            NETWORK
            shift 9
            path=$1
            final=$target/$path
        }

        # is_whole: whether the file is there. aria2 keeps a file beside each one that it has not finished.
        is_whole() { [ -f "$final" ] && [ ! -e "$final.aria2" ]; }

        is_right() { examine "$final" "$wanted_size" "$wanted_digest"; }

        # choose: prints the part of the input file that aria2 shall have; only aria2 reads it.
        choose() {
            take=no
            while IFS= read -r line; do
                case $line in
                    '#wherry'*)
                        facts "$line"
                        now=$(date +%s)
                        if is_whole; then
                            take=no
        LAPSED
                        else
                            take=yes
                        fi
                        ;;
                    '#'* | '' | ' checksum='*) ;; # this script looks at the digest itself, and tells what is wrong
                    ' '*) [ "$take" = no ] || printf '%s\n' "$line" ;;
                    *)
                        case $take in
                            yes) printf '%s\n' "$line" ;;
                            ask) ask || take=no ;;
                        esac
                        ;;
                esac
            done <"$input"
        }

        """#

    private static let lapsedWaits = #"""
                        elif [ "$now" -ge "$expiry" ]; then
                            take=no

        """#

    private static let lapsedAsks = #"""
                        elif [ "$now" -ge "$expiry" ] || [ -n "$how" ]; then
                            take=ask

        """#

    private static let ask = #"""
        # ask: prints a fresh URL for the file, which goes to aria2 alone.
        ask() {
            case $source$instance$backup in
                *%*) return 1 ;; # a name that had to be encoded for the receipt: no command would know it
            esac
            set -- --source="$source" --network="$network" --shard="$position" ${how:+"$how"} -- "$instance" "$backup"
            set -- "$(eval "$refresh_command \"\$@\"" </dev/null)"
            case $1 in
                *[[:cntrl:][:space:]]*) return 1 ;;
                http://?* | https://?*) printf '%s\n' "$1" ;;
                *) return 1 ;;
            esac
        }

        """#

    private static let fetching = #"""
        # ---- Fetching ----------------------------------------------------------------------------------------------

        # run_aria2: lets aria2 fetch what is missing. Its own messages would show URLs: they are dropped.
        run_aria2() {
            choose | aria2c \
                --no-conf=true --no-netrc=true --quiet=true --input-file=- --dir="$target" \
                --continue=true --auto-file-renaming=false --allow-overwrite=false --file-allocation=none \
                --max-concurrent-downloads="$parallel" --max-connection-per-server=4 --min-split-size=16M \
                --connect-timeout=20 --timeout=60 --max-tries=4 --retry-wait=2 >/dev/null 2>&1 &
            child=$!
            wait "$child"
            child=
        }

        # set_aside: moves files away that are there and wrong, so that they are fetched.
        set_aside() {
            while IFS= read -r line; do
                case $line in '#wherry'*) ;; *) continue ;; esac
                facts "$line"
                if is_whole && ! is_right; then
                    mv -f "$final" "$final.wrong" || die 73 "Cannot rename $final."
                fi
            done <"$input"
        }

        # judge: notes each file that is right, and says of each that is wrong or missing.
        judge() {
            while IFS= read -r line; do
                case $line in '#wherry'*) ;; *) continue ;; esac
                facts "$line"
                if is_whole && is_right; then
                    { sync "$final" 2>/dev/null || sync; } || die 73 "Cannot write $final."
                    right=$((right + 1))
                    say "is there  $path, $size bytes"
                    note "$source" "$instance" "$backup" "$position"
                elif is_whole; then
                    mv -f "$final" "$final.wrong" || die 73 "Cannot rename $final."
                    fail 65 "$path: $problem. It was set aside as $path.wrong."
                elif [ "$(date +%s)" -ge "$expiry" ]; then
                    fail 75 "$path: its URL has expired. $again"
                else
                    fail 75 "$path: aria2 could not fetch it. Try again later; if that does not help, run wherry again."
                fi
            done <"$input"
        }

        """#

    private static let start = #"""
        # ---- Start -------------------------------------------------------------------------------------------------

        need() { command -v "$1" >/dev/null 2>&1 || die 69 "$1 is missing on this machine. Install it."; }

        main() {
            target=${WHERRY_TARGET:-$default_target}
            receipt=
            while [ $# -gt 0 ]; do
                case $1 in
                    --help | -h) help && exit ;;
                    --target | --receipt)
                        [ -n "${2-}" ] || die 64 "$1 needs a value. See --help."
                        if [ "$1" = --target ]; then target=$2; else receipt=$2; fi
                        shift 2
                        ;;
                    *) die 64 "The option $1 is unknown. See --help." ;;
                esac
            done
            case $(command -v printf) in
                */*) die 69 'The printf of this shell is a program and would show URLs. Use dash or bash.' ;;
            esac
            need aria2c
            command -v sha256sum >/dev/null 2>&1 || need shasum
            input=$(dirname -- "$0")/$input
            [ -r "$input" ] || die 69 "The input file $input is missing. It belongs beside this script."

            case $target in
                *[[:cntrl:]]*) die 64 'The name of the target directory holds control characters.' ;;
            esac
            mkdir -p -- "$target" 2>/dev/null || die 73 "Cannot make the directory $target."
            target=$(CDPATH='' cd -- "$target" && pwd) || die 73 "Cannot enter the target directory."
            target=${target%/}
            if [ -z "$receipt" ]; then
                receipt=$target/$script.receipt
                if [ -w "$(dirname -- "$0")" ]; then receipt=$0.receipt; fi
            fi
            case $receipt in
                /*) ;;
                *) receipt=./$receipt ;;
            esac
            touch "$target/.wherry.lock" 2>/dev/null || die 73 "Cannot write to the target directory $target."
            if command -v flock >/dev/null 2>&1; then
                exec 9>>"$target/.wherry.lock"
                flock -n 9 || die 75 "Another script is at work in $target. Try again when it has ended."
            fi
            open_receipt

            child='' worst=0 failed=0 right=0
            trap 'stop 130' INT
            trap 'stop 143' TERM
            trap 'stop 129' HUP
            set_aside
            run_aria2
        AGAIN
            judge
            say "$right there, $failed failed. Receipt: $receipt"
            exit "$worst"
        }

        """#

    private static let secondRound = #"""
            # What did not come with the URL that was given is fetched once more, with a fresh one.
            set_aside
            how=--fresh
            run_aria2

        """#
}
