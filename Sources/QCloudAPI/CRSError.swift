/// An error answer of API 2.0, sent with HTTP status 200 and a `code` other than 0.
///
/// ```json
/// {"code":11213,"message":"(11213)The backup does not exist.","codeDesc":"BackupNotExists"}
/// ```
public struct CRSError: Error, Sendable, Equatable {
    /// The most precise code of the answer: the business code where there is one.
    public let code: Int
    /// The `codeDesc`, for example `BackupNotExists`; may be empty for an unknown code.
    public let name: String
    /// The text without its `(code)` prefix.
    public let message: String

    /// Makes an error from its parts, as for codes outside ``CRSErrorCode``.
    public init(code: Int, name: String, message: String) {
        self.code = code
        self.name = name
        self.message = message
    }

    /// Makes a documented error, with its own text unless a more precise one is given.
    public init(_ code: CRSErrorCode, _ message: String? = nil) {
        self.init(code: code.rawValue, name: code.name, message: message ?? CRSErrorTable.message(of: code))
    }

    /// The documented code, or nil for a number no page lists.
    public var known: CRSErrorCode? { CRSErrorCode(rawValue: code) }

    /// The JSON envelope for a server to send.
    ///
    /// Business errors carry their number both in `code` and in parentheses in `message`, which is
    /// inferred: the pages show either but never a business error of the Redis actions.
    public func encoded() -> [UInt8] {
        let text = code >= 10_000 || code < 0 ? "(\(code))\(message)" : message
        return Envelope.encoded(code: code, message: text, codeDesc: name)
    }

    /// Recognises the error of an answer, or nil when its `code` is 0.
    ///
    /// Looks at `codeDesc` first, if it is a known business name, then at a number in parentheses at
    /// the start of `message`, then at `code`. `InvalidParameter` with code 4000 stays 4000, since both
    /// 4000 and 11201 go by that name (inferred).
    public static func parse(code: Int, codeDesc: String, message: String) -> CRSError? {
        guard code != 0 else { return nil }
        let prefix = numberInParentheses(message)
        let resolved: Int
        if let business = CRSErrorCode(businessName: codeDesc) {
            let isCommon = CRSErrorCode(rawValue: code)?.names.contains(codeDesc) == true && prefix == nil
            resolved = isCommon ? code : business.rawValue
        } else {
            resolved = prefix?.number ?? code
        }
        let text = prefix.flatMap { $0.number == resolved ? $0.rest : nil } ?? message
        return CRSError(code: resolved, name: name(of: resolved, in: (code, codeDesc)), message: text)
    }

    private static func name(of resolved: Int, in answer: (code: Int, codeDesc: String)) -> String {
        let known = CRSErrorCode(rawValue: resolved)
        if answer.codeDesc.isEmpty { return known?.name ?? "" }
        if resolved == answer.code || known == nil || known?.names.contains(answer.codeDesc) == true {
            return answer.codeDesc
        }
        return known?.name ?? answer.codeDesc
    }

    private static func numberInParentheses(_ message: String) -> (number: Int, rest: String)? {
        let text = message.utf8
        guard text.first == UInt8(ascii: "("), let close = text.firstIndex(of: UInt8(ascii: ")")),
            let number = StrictNumber.signed(text[text.index(after: text.startIndex)..<close])
        else { return nil }
        return (number, String(message[message.utf8.index(after: close)...]))
    }
}
