extension CRSSignature {
    /// The hash under the HMAC.
    public enum Method: Sendable, Hashable, CaseIterable {
        /// HMAC-SHA1, the default.
        case hmacSHA1
        /// HMAC-SHA256.
        case hmacSHA256

        /// Reads `SignatureMethod`: exactly `HmacSHA256` means SHA-256, anything else or nothing SHA-1.
        ///
        /// Source: vendor page 216/1715.
        public init(wireName: String?) {
            self = wireName?.utf8.elementsEqual("HmacSHA256".utf8) == true ? .hmacSHA256 : .hmacSHA1
        }

        /// The value to send as `SignatureMethod`.
        public var wireName: String {
            switch self {
            case .hmacSHA1: "HmacSHA1"
            case .hmacSHA256: "HmacSHA256"
            }
        }
    }
}
