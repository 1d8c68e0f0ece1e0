/// The `Authorization` header of a call that is signed with TC3-HMAC-SHA256.
///
/// ```
/// TC3-HMAC-SHA256 Credential=AKID…/2019-02-25/redis/tc3_request, SignedHeaders=content-type;host, Signature=2230ee…
/// ```
public struct TC3Authorization: Sendable, Equatable {
    /// The public half of the key pair.
    public let secretID: String
    /// What the signature is good for.
    public let scope: TC3Scope
    /// The names of the signed headers in lower case, in the order in which they are signed.
    public let signedHeaders: [String]
    /// The signature as hexadecimal digits.
    public let signature: String

    /// Makes a header's parts.
    public init(secretID: String, scope: TC3Scope, signedHeaders: [String], signature: String) {
        self.secretID = secretID
        self.scope = scope
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    /// Reads a header; blanks around its parts and their order do not matter.
    ///
    /// `SKIP`, with which the SDK marks calls that need no signature, is refused like any other text.
    ///
    /// - Throws: ``V3Error`` AuthFailure.InvalidAuthorization.
    public init(header: String) throws(V3Error) {
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0] == TC3Signature.algorithm else {
            throw V3Error(.invalidAuthorization, "Authorization is not of the algorithm \(TC3Signature.algorithm).")
        }
        var parts: [String: String] = [:]
        for part in words[1].split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1).map(V3Text.trimmed)
            guard sides.count == 2, parts.updateValue(sides[1], forKey: sides[0]) == nil else {
                throw V3Error(.invalidAuthorization)
            }
        }
        guard let credential = parts["Credential"], let list = parts["SignedHeaders"],
            let signature = parts["Signature"]
        else {
            throw V3Error(.invalidAuthorization, "Authorization lacks Credential, SignedHeaders or Signature.")
        }
        let pieces = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count == 4, !pieces[0].isEmpty, pieces[3] == TC3Scope.terminator else {
            throw V3Error(.invalidAuthorization, "Credential is not of the form id/date/service/tc3_request.")
        }
        let names = list.split(separator: ";").map { V3Text.lowercased(V3Text.trimmed($0)) }
        guard Set(names).count == names.count, TC3Signature.requiredHeaders.allSatisfy(names.contains) else {
            throw V3Error(.invalidAuthorization, "SignedHeaders must hold content-type and host, each name once.")
        }
        self.init(
            secretID: pieces[0],
            scope: TC3Scope(date: pieces[1], service: pieces[2]),
            signedHeaders: names,
            signature: signature
        )
    }

    /// The header's text.
    public var header: String {
        "\(TC3Signature.algorithm) Credential=\(secretID)/\(scope.text), "
            + "SignedHeaders=\(signedHeaders.joined(separator: ";")), Signature=\(signature)"
    }
}

// MARK: - Redaction

extension TC3Authorization: CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret id and the scope, without the signature.
    public var description: String { "TC3Authorization(\(secretID)/\(scope.text))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }
}
