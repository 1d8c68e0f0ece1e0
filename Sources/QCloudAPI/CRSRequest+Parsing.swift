extension CRSRequest {
    static let commonNames = [
        "Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token",
    ]

    static func text(_ name: String, of parameters: FormParameters) throws(CRSError) -> String {
        guard let value = parameters[name], !value.isEmpty else {
            throw CRSError(.badParameter, "\(name) is missing.")
        }
        return value
    }

    static func number<Number: FixedWidthInteger>(
        _: Number.Type,
        _ name: String,
        of parameters: FormParameters
    ) throws(CRSError) -> Number {
        let value = try text(name, of: parameters)
        guard let number = StrictNumber.unsigned(Number.self, value.utf8) else {
            throw CRSError(.badParameter, "\(name) is not an unsigned integer.")
        }
        return number
    }

    static func isActionCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    static func capitalized(_ action: String) -> String {
        action.prefix(1).uppercased() + action.dropFirst()
    }
}
