extension ScriptText {
    /// How a file is fetched.
    static let fetching = #"""
        # ---- Fetching ----------------------------------------------------------------------------------------------

        again='Run wherry again: it writes a new script, which goes on from here.'

        expired() { [ "$(date +%s)" -ge "$1" ]; }

        # download EXPIRY PATH URL: completes the file `part`.
        #
        # wget reads the URL from its standard input, so that it appears in no list of processes and in no environment.
        # wget's own messages would show it: they are dropped, and its exit status is put into words here.
        download() {
            if expired "$1"; then
                fail 75 "$2: its URL has expired. $again"
                return 1
            fi
            { mkdir -p "${part%/*}" && touch "$part"; } 2>/dev/null || die 73 "Cannot write $part."
            say "fetching  $2"
            printf '%s\n' "$3" | wget \
                --no-config --no-netrc --no-cookies --no-hsts --no-iri \
                --quiet --output-file=/dev/null \
                --max-redirect=0 --tries=4 --waitretry=10 \
                --dns-timeout=20 --connect-timeout=20 --read-timeout=60 \
                --continue --output-document="$part" --input-file=- 2>/dev/null &
            child=$!
            wait "$child"
            status=$?
            child=
            [ "$status" -ne 0 ] || return 0
            [ "$status" -ne 3 ] || die 73 "Cannot write $part. Is the disk full?"
            if expired "$1"; then
                fail 75 "$2: its URL has expired on the way. $again"
                return 1
            fi
            case $status in
                4) reason='the server cannot be reached, or the connection broke' ;;
                5) reason='the certificate of the server is not trusted here' ;;
                8) reason='the server refuses it' ;;
                *) reason="wget ended with status $status" ;;
            esac
            fail 75 "$2: $reason. Try again later; if that does not help, run wherry again."
            return 1
        }

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
    static let start = #"""
        # ---- Start -------------------------------------------------------------------------------------------------

        need() { command -v "$1" >/dev/null 2>&1 || die 69 "$1 is missing on this machine. Install it."; }

        # Everything that fetching needs, checked before the first byte moves.
        prepare() {
            case $(command -v printf) in
                */*) die 69 'The printf of this shell is a program and would show URLs. Use dash or bash.' ;;
            esac
            need wget
            case $(wget --version 2>/dev/null) in
                'GNU Wget 1.'*) ;;
                *) die 69 'The wget of this machine is not GNU wget 1.x. Install GNU wget 1.x.' ;;
            esac
            command -v sha256sum >/dev/null 2>&1 || need shasum

            case $target in
                *[[:cntrl:]]*) die 64 'The name of the target directory holds control characters.' ;;
            esac
            mkdir -p -- "$target" 2>/dev/null || die 73 "Cannot make the directory $target."
            target=$(CDPATH='' cd -- "$target" && pwd) || die 73 "Cannot enter the target directory."
            target=${target%/}
            if [ -z "$receipt" ]; then
                receipt=$target/$script.receipt
                if [ -f "$0" ] && [ -w "$(dirname -- "$0")" ]; then receipt=$0.receipt; fi
            fi
            case $receipt in
                /*) ;;
                *) receipt=./$receipt ;;
            esac

            # Two at once would both append to the same partial file. wget holds the lock too, so it outlives a kill -9.
            touch "$target/.wherry.lock" 2>/dev/null || die 73 "Cannot write to the target directory $target."
            if command -v flock >/dev/null 2>&1; then
                exec 9>>"$target/.wherry.lock"
                flock -n 9 || die 75 "Another script is at work in $target. Try again when it has ended."
            fi
            open_receipt
        }

        main() {
            action=fetch
            target=${WHERRY_TARGET:-$default_target}
            receipt=
            while [ $# -gt 0 ]; do
                case $1 in
                    --help | -h) help && exit ;;
                    --list) action=list && shift ;;
                    --target | --receipt)
                        [ -n "${2-}" ] || die 64 "$1 needs a value. See --help."
                        if [ "$1" = --target ]; then target=$2; else receipt=$2; fi
                        shift 2
                        ;;
                    *) die 64 "The option $1 is unknown. See --help." ;;
                esac
            done
            child='' worst=0 fetched=0 present=0 failed=0
            if [ "$action" = list ]; then
                now=$(date +%s)
                files
                exit
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
