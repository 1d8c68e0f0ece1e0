import WherryCore
import WherryPluginKit

/// Writes a manifest: a Secret with the URLs, a ConfigMap with the sh script, and an Indexed Job of one index a file.
///
/// Kubernetes holds at most 1 MiB in a Secret or ConfigMap (Kubernetes documentation, "Secrets"), so what is larger
/// becomes several of each.
struct KubernetesEmitter: Sendable {
    /// What one Secret or ConfigMap may hold, with room for its own text.
    static let mostBytes = 700_000
    /// What the script ends with when another try would end the same: see its `--help`.
    static let finalStatuses = [64, 65, 69, 73, 77]

    let script: Script
    let stem: String

    /// The manifest as a file.
    var file: EmittedFile {
        let parts = Self.parts(script.entries)
        let documents = parts.enumerated().map { index, entries in
            part(entries, suffix: parts.count == 1 ? "" : "-p\(index + 1)")
        }
        return EmittedFile(name: "\(stem).yaml", text: header + documents.joined())
    }

    /// The entries, cut where a Secret or a ConfigMap would become too large.
    static func parts(_ entries: [ScriptEntry], mostBytes: Int = mostBytes) -> [[ScriptEntry]] {
        var parts: [[ScriptEntry]] = []
        var bytes = 0
        for entry in entries {
            let more = max(entry.issued.url.text.utf8.count, entry.text(url: "-", withNetwork: true).utf8.count) + 20
            if parts.isEmpty || bytes + more > mostBytes {
                parts.append([])
                bytes = 0
            }
            parts[parts.count - 1].append(entry)
            bytes += more
        }
        return parts
    }

    /// A name that Kubernetes takes, short enough for that of a pod (RFC 1123, 63 characters).
    private var name: String {
        let sink = script.sink.rawValue
        var label = String(sink.lowercased().unicodeScalars.map { Self.isPlain($0) ? Character($0) : "-" })
        label = String(label.prefix(16))
        if label != sink || label.hasSuffix("-") {
            label += (label.hasSuffix("-") ? "" : "-") + "\(Fingerprint(of: sink))"
        }
        let backup = script.backup.map { "-b\($0.number)" } ?? ""
        return "wherry-\(label)-run\(script.run)\(backup)"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
    }

    private var header: String {
        """
        # \(script.title)
        #
        \(script.origin)
        #
        # An Indexed Job for Kubernetes 1.31 or newer, which fetches each file in a pod of its own. Keep this manifest to
        # yourself: whoever reads it can fetch the backups until their URLs expire.
        #
        #     kubectl create -f \(stem).yaml
        #     kubectl wait --for=condition=Complete job/\(name)
        #     kubectl delete -f \(stem).yaml
        #
        # `create`, since `apply` would keep a second copy of the URLs in an annotation.
        #
        # A pod ends with the status of the script. What another try cannot mend (64 usage, 65 a wrong file, 69 a program
        # is missing, 73 no place to write, 77 the URL has expired) fails its index at once; anything else is tried again;
        # a pod that was pushed off its node is not counted. Receipts are beside the files, one each.

        """
    }

    private func part(_ entries: [ScriptEntry], suffix: String) -> String {
        let name = name + suffix
        var script = script
        script = Script(
            run: script.run,
            startedAt: script.startedAt,
            writtenAt: script.writtenAt,
            sink: script.sink,
            folder: script.folder,
            target: target,
            style: script.style,
            backup: script.backup,
            entries: entries
        )
        let shell = ShellEmitter(script: script, stem: stem + suffix, tool: .curl, urlFolder: "/wherry/urls")
        let urls = entries.enumerated().map { "  \"\($0)\": \(yamlQuoted($1.issued.url.text))\n" }
        let labels = """
            labels:
                app.kubernetes.io/name: wherry
                wherry-run: "\(script.run)"
            """.replacing("    ", with: "  ")
        return """
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              name: \(yamlQuoted(name))
              \(labels.replacing("\n", with: "\n  "))
            immutable: true
            type: Opaque
            stringData:
            \(urls.joined())---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: \(yamlQuoted(name))
              \(labels.replacing("\n", with: "\n  "))
            immutable: true
            data:
              fetch.sh: \(yamlBlock(shell.text, indent: 4))
            ---
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: \(yamlQuoted(name))
              \(labels.replacing("\n", with: "\n  "))
            spec:
              completionMode: Indexed
              completions: \(entries.count)
              parallelism: \(min(script.style.parallel, entries.count))
              backoffLimitPerIndex: 3
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onPodConditions:
                      - type: DisruptionTarget
                        status: "True"
                  - action: FailIndex
                    onExitCodes:
                      containerName: fetch
                      operator: In
                      values: \(Self.finalStatuses)
              template:
                metadata:
                  \(labels.replacing("\n", with: "\n      "))
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                  containers:
                    - name: fetch
                      image: \(yamlQuoted(script.style.image))
                      command: ["sh", "/wherry/fetch.sh", "--only", "$(JOB_COMPLETION_INDEX)"]
                      securityContext:
                        allowPrivilegeEscalation: false
                        capabilities:
                          drop: ["ALL"]
                      volumeMounts:
                        - name: script
                          mountPath: /wherry/fetch.sh
                          subPath: fetch.sh
                          readOnly: true
                        - name: urls
                          mountPath: /wherry/urls
                          readOnly: true
                        - name: backups
                          mountPath: \(yamlQuoted(mountPath))
                  volumes:
                    - name: script
                      configMap:
                        name: \(yamlQuoted(name))
                    - name: urls
                      secret:
                        secretName: \(yamlQuoted(name))
                    - name: backups
                      persistentVolumeClaim:
                        claimName: \(yamlQuoted(script.style.claim))

            """
    }

    /// Where the claim is mounted: at the target itself when that is absolute.
    private var mountPath: String { script.target.hasPrefix("/") ? script.target : "/backups" }

    private var target: String {
        script.target.hasPrefix("/") || script.target == "." ? mountPath : "/backups/\(script.target)"
    }
}
