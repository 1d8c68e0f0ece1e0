#!/bin/sh
# A sink for wherry: one file per backup file in a flat folder. The protocol: docs/plugins.md.
set -eu
if [ -z "${WHERRY_PLUGIN_COOKIE-}" ]; then
    echo 'This is a plugin for wherry: run it with  wherry plugin check PATH' >&2 && exit 64
fi
say() { printf '%s\n' "$1"; }
fail() { # CLASS CODE MESSAGE STATUS
    say "{\"type\":\"error\",\"class\":\"$1\",\"code\":\"$2\",\"message\":\"$3\"}" && exit "$4"
}
IFS= read -r request || exit 70
field() { # NAME: the text behind it; wherry writes each request on one line with sorted keys
    printf '%s' "$request" | sed -n "s/.*[{,]\"$1\":\"\\([^\"\\\\]*\\)\".*/\\1/p"
}
case $request in *'"protocol":{"max":'[1-9]*',"min":1}'*) ;; *) fail unsupported unsupported-protocol 'Version 1 only.' 69 ;; esac
say '{"type":"hello","protocol":1,"plugin":"folder","version":"1.0"}'
folder=$(field folder) location=$(field location) scratch=$(field scratch_dir) key=$(field key) artifacts='' position=0
case $1 in
    describe)
        say '{"type":"result","plugin":{"id":"folder","version":"1.0","kind":"sink","wants":"stream","title":"one flat folder",
"capabilities":["presence","read","remove"],"options":[{"name":"folder","kind":"path","help":"Where copies go.","required":true}]}}' | tr -d '\n' && say '' ;;
    check)
        [ -w "$folder" ] || fail configuration folder.not-writable 'The folder cannot be written.' 78
        say '{"type":"result","findings":[{"level":"ok","message":"The folder can be written."}]}' ;;
    deliver)
        trap 'rm -f "$folder/.$key".*.part; exit 130' INT TERM
        while [ -e "$scratch/$position.stream" ]; do # in the order in which wherry serves them
            part="$folder/.$key.$position.part" file="$folder/$key.$position.rdb"
            cat "$scratch/$position.stream" >"$part"
            IFS= read -r verified || { rm -f "$part" && exit 70; } # end of input: nobody vouches for these bytes
            sum=$(sha256sum "$part") && sum=${sum%% *}
            case $verified in *"\"sha256\":\"$sum\""*) ;; *) rm -f "$part" && fail corrupt bytes.damaged 'The bytes are not those that were sent.' 65 ;; esac
            sync "$part" && mv "$part" "$file" && sync "$folder"
            artifacts="$artifacts${artifacts:+,}{\"position\":$position,\"location\":\"$file\",\"size_bytes\":$(($(wc -c <"$file"))),\"sha256\":\"$sum\"}" position=$((position + 1))
        done
        say "{\"type\":\"result\",\"receipt\":{\"outcome\":\"delivered\",\"artifacts\":[$artifacts]}}" ;;
    presence) if [ -f "$location" ]; then say '{"type":"result","presence":"present"}'; else say '{"type":"result","presence":"absent"}'; fi ;;
    read) # back through the pipe that wherry names
        [ -f "$location" ] || fail not-found copy.gone 'There is no such copy.' 66
        cat "$location" >"$(field stream)" && say '{"type":"result"}' ;;
    remove) rm -f "$location" && say '{"type":"result"}' ;;
    *) fail unsupported unsupported-operation 'This sink cannot do that.' 69 ;;
esac
