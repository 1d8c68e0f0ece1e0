/// What is known of a call to the API for its row in the catalog, in either dialect.
struct APIAudit: Sendable {
    /// Who called: `api:` and the SecretId, once the key is known here.
    var caller = "api:?"
    /// The action's name as far as it is one.
    var action = "?"
    /// What the call was about, such as `crs-1/backup-2`; may be empty.
    var object = ""
    /// The answer's code, `0` for success.
    var code = "0"

    /// The action, once it is one.
    var knownAction: String? { action == "?" ? nil : action }

    /// Who called, once the key is known here; such a one may still have signed wrongly.
    var knownCaller: String? { caller == "api:?" ? nil : caller }

    /// An action's name as far as it is one, for messages and the catalog.
    static func shown(_ action: String) -> String {
        let isName = action.utf8.count <= 64 && action.utf8.allSatisfy { $0 > 47 && $0 < 123 }
        return isName ? action : "?"
    }
}
