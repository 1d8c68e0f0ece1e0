import WherryCore

/// What a script is written for.
///
/// Each has one small file of its own, which turns a ``Script`` into text; everything else is shared.
enum Flavor: String, Sendable, Hashable, CaseIterable {
    /// POSIX sh with GNU wget.
    case wget
    /// POSIX sh with curl.
    case curl
    /// An input file for aria2, and a small sh script that guards it.
    case aria2
    /// PowerShell with the curl that Windows brings along.
    case powershell
    /// A manifest: an Indexed Job, one index a file.
    case kubernetes
    /// An sbatch array, one task a file, and the sh script that it runs.
    case slurm

    /// Whether what it writes can ask for another URL when one has expired.
    var refreshes: Bool { self != .powershell }

    /// Whether the tool sends this character of a URL to the server as it is.
    ///
    /// Found by asking the real tools, character by character, over what they were given: GNU wget 1.21, curl 7.88 and
    /// aria2 1.36. wget percent-encodes what RFC 3986 does not allow; it is taken all the same, since it always was.
    func keeps(_ byte: UInt8) -> Bool {
        switch self {
        case .wget: true
        case .aria2: byte < 0x7F && !##" "#<>"##.utf8.contains(byte)
        case .curl, .powershell, .kubernetes, .slurm: byte < 0x7F && !" #".utf8.contains(byte)
        }
    }

    /// The files of one script; the last of them is the one that a person starts.
    ///
    /// - Parameter stem: the name that they share.
    func files(of script: Script, stem: String) throws -> [EmittedFile] {
        switch self {
        case .wget: [ShellEmitter(script: script, stem: stem, tool: .wget).file]
        case .curl: [ShellEmitter(script: script, stem: stem, tool: .curl).file]
        case .aria2: Aria2Emitter(script: script, stem: stem).files
        case .powershell: [PowerShellEmitter(script: script, stem: stem).file]
        case .kubernetes: [KubernetesEmitter(script: script, stem: stem).file]
        case .slurm: SlurmEmitter(script: script, stem: stem).files
        }
    }
}

/// One file, ready to be written.
struct EmittedFile: Sendable, Hashable {
    /// Its name in the folder.
    let name: String
    let text: String
    /// Whether its owner may run it as it is; nobody else may even read it.
    var isExecutable = false
}

/// What a sink's options say of its scripts.
struct ScriptStyle: Sendable, Hashable {
    var flavor = Flavor.wget
    /// Whether each backup has a script of its own.
    var isPerBackup = false
    /// The command that prints a fresh URL; nil when scripts do not ask for any.
    var refreshCommand: String?
    /// How many files are fetched at once, where the tool can do that.
    var parallel = 4
    /// Kubernetes: the container's image.
    var image = ""
    /// Kubernetes: the persistent volume claim that takes the files.
    var claim = ""
}
