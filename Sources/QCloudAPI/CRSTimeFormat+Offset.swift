extension CRSTimeFormat {
    /// A format at an offset written as `+08:00`, `-0530`, `Z` or `UTC`; nil when the text is none, or beyond 14 hours.
    public init?(offset text: String) {
        if text == "Z" || text == "UTC" {
            self.init(utcOffsetSeconds: 0)
            return
        }
        let bytes = Array(text.utf8)
        let hasColon = bytes.count == 6 && bytes[3] == UInt8(ascii: ":")
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            hasColon || bytes.count == 5, digits.count == 4,
            let hours = StrictNumber.unsigned(Int.self, digits[0..<2]), hours <= 14,
            let minutes = StrictNumber.unsigned(Int.self, digits[2..<4]), minutes < 60
        else { return nil }
        self.init(utcOffsetSeconds: (hours * 3_600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1))
    }
}
