/// A program that fetches one file for an sh script.
///
/// It is given the URL on its standard input, so that no list of processes and no environment shows it.
enum ShellTool: String, Sendable, Hashable {
    case wget
    case curl

    /// What the machine must have.
    var need: String {
        switch self {
        case .wget: "GNU wget 1.x"
        case .curl: "curl 7.42 or newer"
        }
    }

    /// For people: the program alone.
    var program: String {
        switch self {
        case .wget: "GNU wget"
        case .curl: "curl"
        }
    }

    /// The exit status with which it says that the server refused.
    var refusal: Int {
        switch self {
        case .wget: 8
        case .curl: 22
        }
    }

    /// Lines of sh that end the script when the program is not the right one.
    var probe: String {
        switch self {
        case .wget:
            #"""
                need wget
                case $(wget --version 2>/dev/null) in
                    'GNU Wget 1.'*) ;;
                    *) die 69 'The wget of this machine is not GNU wget 1.x. Install GNU wget 1.x.' ;;
                esac
            """#
        case .curl:
            #"""
                need curl
                curl --disable --path-as-is --version >/dev/null 2>&1 ||
                    die 69 'The curl of this machine is too old. Install curl 7.42 or newer.'
            """#
        }
    }

    /// The function `transfer`.
    var transfer: String {
        switch self {
        case .wget: Self.wgetTransfer
        case .curl: Self.curlTransfer
        }
    }

    private static let wgetTransfer = #"""
        # transfer URL: completes the file `part`, or sets the `reason` why it cannot.
        #
        # wget reads the URL from its standard input, so that it appears in no list of processes and in no environment.
        # wget's own messages would show it: they are dropped, and its exit status is put into words here.
        transfer() {
            printf '%s\n' "$1" | wget \
                --no-config --no-netrc --no-cookies --no-hsts --no-iri \
                --quiet --output-file=/dev/null \
                --max-redirect=0 --tries=4 --waitretry=10 \
                --dns-timeout=20 --connect-timeout=20 --read-timeout=60 \
                --continue --output-document="$part" --input-file=- 2>/dev/null &
            child=$!
            wait "$child"
            status=$?
            child=
            case $status in
                0) return 0 ;;
                3) die 73 "Cannot write $part. Is the disk full?" ;;
                4) reason='the server cannot be reached, or the connection broke' ;;
                5) reason='the certificate of the server is not trusted here' ;;
                8) reason='the server refuses it' ;;
                *) reason="wget ended with status $status" ;;
            esac
            return 1
        }

        """#

    private static let curlTransfer = #"""
        # transfer URL: completes the file `part`, or sets the `reason` why it cannot.
        #
        # curl reads the URL from its standard input, as a line of a configuration file, so that it appears in no list of
        # processes and in no environment. A redirection is not followed: it would lead to a place that nobody named.
        transfer() {
            tries=0
            while :; do
                printf '%s\n' "$1" | sed 's/[\\"]/\\&/g; s/.*/url = "&"/' | curl \
                    --disable --config - --globoff --path-as-is --proto '=http,https' \
                    --silent --fail --location --max-redirs 0 --retry 2 --retry-max-time 60 \
                    --connect-timeout 20 --speed-limit 1 --speed-time 60 \
                    --continue-at - --output "$part" 2>/dev/null &
                child=$!
                wait "$child"
                status=$?
                child=
                tries=$((tries + 1))
                [ "$tries" -lt 4 ] || break
                case $status in
                    18 | 28 | 52 | 55 | 56) sleep "$tries" ;; # cut off: go on from there
                    33) : >"$part" ;; # the server knows no ranges: begin again
                    *) break ;;
                esac
            done
            case $status in
                0) return 0 ;;
                23) die 73 "Cannot write $part. Is the disk full?" ;;
                5 | 6 | 7 | 18 | 28 | 33 | 52 | 55 | 56) reason='the server cannot be reached, or the connection broke' ;;
                22 | 47) reason='the server refuses it' ;;
                35 | 51 | 60) reason='the certificate of the server is not trusted here' ;;
                *) reason="curl ended with status $status" ;;
            esac
            return 1
        }

        """#
}
