import WherryCore
import WherryPluginKit

/// Writes the POSIX sh script that fetches the files one after the other.
struct ShellEmitter: Sendable {
    let script: Script
    let stem: String
    let tool: ShellTool
    /// Where URLs are when the script itself must not hold them: a folder with one file each, named by its number.
    var urlFolder: String?

    private var name: String { "\(stem).sh" }

    /// The script as a file.
    var file: EmittedFile { EmittedFile(name: name, text: text, isExecutable: true) }

    /// The whole script.
    var text: String {
        [
            header, ScriptText.prelude, settings, ScriptText.speech(tool), ScriptText.verification, ScriptText.receipt,
            ScriptText.fetching(tool, refreshes: script.style.refreshCommand != nil), ScriptText.start(tool), files,
            "main \"$@\"\n",
        ].joined(separator: "\n")
    }

    /// What it is, when it was made, how long it works, how to use it.
    private var header: String {
        """
        #!/bin/sh
        #
        # \(script.title)
        #
        \(script.origin)
        #
        \(ScriptText.manual(tool).replacing("SCRIPT", with: name))

        """
    }

    private var settings: String {
        let refresh = script.style.refreshCommand.map { "refresh_command=\(shellQuoted($0))\n" } ?? ""
        return """
            run=\(script.run)
            sink=\(shellQuoted(script.encodedSink))
            script=\(shellQuoted(name))
            default_target=\(shellQuoted(script.target))
            last=\(script.entries.count - 1)
            \(refresh)
            """
    }

    private var files: String {
        let refreshes = script.style.refreshCommand != nil
        let names = "SOURCE INSTANCE BACKUP POSITION SIZE SHA256 EXPIRY PATH URL\(refreshes ? " NETWORK" : "")"
        let lookUp = urlFolder.map {
            let url = "\"$(cat \"\($0)/$number\")\""
            let words = (1...8).map { "\"$\($0)\"" } + [url] + (refreshes ? [#""${10}""#] : [])
            return "\n    [ \"$action\" = list ] || set -- \(words.joined(separator: " "))"
        }
        let entries = script.entries.map {
            $0.text(url: urlFolder == nil ? shellQuoted($0.issued.url.text) : "-", withNetwork: refreshes)
        }
        return """
            # ---- The files ---------------------------------------------------------------------------------------------

            # fetch_or_list \(names): one file. A "-" is not known.
            fetch_or_list() {
                number=$((number + 1))
                [ "${only:-$number}" -eq "$number" ] || return 0\(lookUp ?? "")
                if [ "$action" = list ]; then list "$@"; else fetch "$@"; fi
            }

            files() {
            \(entries.joined(separator: "\n"))}

            """
    }
}
