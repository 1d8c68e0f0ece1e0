/// The parts of the script that are the same in every one of them.
///
/// POSIX sh; `shellcheck -s sh` finds nothing in it.
enum ScriptText {
    /// What people get to read in the head of a script, below the lines that are its own.
    static func manual(_ tool: ShellTool) -> String { manual.replacing("TOOL", with: tool.need) }

    private static let manual = #"""
        # Keep this file to yourself: whoever reads it can fetch the backups until their URLs expire.
        #
        # Run it where the URLs can be reached, in any POSIX shell (dash, bash, busybox sh), with TOOL:
        #
        #     sh SCRIPT --target /srv/redis-backups
        #
        # It takes one file after the other, continues what was cut off, and looks at every file before that gets its
        # final name: size, RDB envelope, and SHA-256 where the source declares one. Run it again whenever you like:
        # files that are there and right are not fetched twice. --help tells of the options and the exit status.
        #
        # Each file that is right is noted in a receipt beside this script. Take the receipt home and tell wherry, so
        # that its catalog knows where the copies are:
        #
        #     wherry deliveries confirm SCRIPT.receipt
        #
        """#

    /// Settings of the shell itself, before anything else runs.
    static let prelude = #"""
        # No tracing, echoing or exporting, even under `sh -avx`: a URL is as good as a password.
        set +aevx -u
        umask 077
        LC_ALL=C
        export LC_ALL

        """#

    /// Everything that is said to people, and how the script ends.
    static func speech(_ tool: ShellTool) -> String {
        help.replacing("PROGRAM", with: tool.program).replacing("TOOL", with: tool.rawValue) + "\n" + words
    }

    private static let help = #"""
        # ---- Words -------------------------------------------------------------------------------------------------

        help() {
            cat <<END
        Fetches Redis backups with TOOL, verifies them, and notes them in a receipt.

        usage: sh $script [--target DIR] [--receipt FILE] [--only N]
               sh $script --list | --help

          --target DIR    where the files go; else \$WHERRY_TARGET, else $default_target
          --receipt FILE  where verified files are noted; else $script.receipt beside
                          the script, or in DIR when that folder cannot be written to
          --only N        fetch only the file with this number, counted from 0, and note it in
                          a receipt of its own: one task of an array takes one file
          --list          show the files and how long their URLs are valid; fetch nothing

        exit status:
            0  every file is there and right
           64  these options make no sense
           65  a file is not what it must be; it was set aside as FILE.wrong
           69  a program is missing, such as PROGRAM
           73  something cannot be written
           75  a URL has expired or a transfer failed: try again, or run wherry again
           77  with --only: its URL has expired, so trying again does not help
          130  stopped by Ctrl-C; run it again to continue
        END
        }

        """#

    /// How it speaks, fails and stops.
    static let words = #"""
        say() { printf '%s\n' "$*"; }

        # fail STATUS MESSAGE: notes a failure and goes on. A wrong file weighs more than one that is still missing.
        fail() {
            failed=$((failed + 1))
            [ "$worst" -eq 65 ] || worst=$1
            printf 'error: %s\n' "$2" >&2
        }

        # die STATUS MESSAGE: ends the script.
        die() {
            printf 'error: %s\n' "$2" >&2
            exit "$1"
        }

        # stop STATUS: a signal came. Partial files stay for the next time.
        # shellcheck disable=SC2317 # traps call it
        stop() {
            trap '' INT TERM HUP
            if [ -n "$child" ]; then
                kill "$child" 2>/dev/null
                wait "$child"
            fi
            die "$1" 'Stopped. Run the script again to continue where it was.'
        }

        """#

    /// How a file is judged.
    static let verification = #"""
        # ---- Is this file right? -----------------------------------------------------------------------------------

        # is_rdb FILE: begins as RDB files of Redis and Valkey do, and ends as they do: the byte FF, an 8-byte checksum.
        is_rdb() {
            case $(head -c 9 <"$1" | tr -d '\000') in
                REDIS000[1-4]) return 0 ;; # these old formats have no checksum
                REDIS[0-9][0-9][0-9][0-9] | VALKEY[0-9][0-9][0-9]) ;;
                *) return 1 ;;
            esac
            [ "$(($(tail -c 9 <"$1" | head -c 1 | tr -cd '\377' | wc -c)))" -eq 1 ]
        }

        # sha256: the digest of standard input.
        sha256() {
            if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -c 1-64
        }

        # examine FILE SIZE SHA256: sets `size` and `digest`; when the file is not right, `problem`.
        examine() {
            size=$(($(wc -c <"$1")))
            if [ "$2" != - ] && [ "$size" -ne "$2" ]; then
                problem="it has $size bytes and should have $2"
                return 1
            fi
            if ! is_rdb "$1"; then
                problem='it is not a whole RDB file'
                return 1
            fi
            digest=$(sha256 <"$1")
            if [ "$3" != - ] && [ "$digest" != "$3" ]; then
                problem="its SHA-256 is $digest and should be $3"
                return 1
            fi
        }

        """#

    /// How the receipt is kept.
    static let receipt = #"""
        # ---- The receipt -------------------------------------------------------------------------------------------

        # Lines are only ever appended, one for each file that is right, so a crash can at most cut off the last one.
        open_receipt() {
            header=$(printf 'wherry-receipt/1\trun=%s\tsink=%s' "$run" "$sink")
            touch "$receipt" 2>/dev/null || die 73 "Cannot write the receipt $receipt. Choose another with --receipt."
            if [ -n "$(tail -c 1 <"$receipt" | tr '\000' '?')" ]; then
                { sed '$d' <"$receipt" >"$receipt.tmp" && mv -f "$receipt.tmp" "$receipt"; } ||
                    die 73 "Cannot mend the receipt $receipt, whose last line is cut off."
            fi
            [ -s "$receipt" ] || printf '%s\n' "$header" >>"$receipt"
            [ "$(head -n 1 <"$receipt")" = "$header" ] ||
                die 73 "$receipt is not a receipt of this script. Choose another with --receipt."
        }

        # note SOURCE INSTANCE BACKUP POSITION: the file `final` is right. The four come percent-encoded.
        note() {
            path=$(printf '%s\n' "$final" | sed 's/%/%25/g')
            line=$(printf '%s\t%s\t%s\t%s\t%s\t%s\t%s' "$1" "$2" "$3" "$4" "$size" "$digest" "$path")
            grep -qxF -e "$line" "$receipt" || printf '%s\n' "$line" >>"$receipt" ||
                die 73 "Cannot write the receipt $receipt."
        }

        """#
}
