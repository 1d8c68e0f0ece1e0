/// Decimal text as the wire has it, without the liberties of `Int.init(_:)`.
enum StrictNumber {
    /// Reads ASCII digits only: no sign, no blank, at least one digit, no overflow.
    static func unsigned<Number: FixedWidthInteger>(
        _: Number.Type,
        _ digits: some Collection<UInt8>
    ) -> Number? {
        guard !digits.isEmpty else { return nil }
        var number: Number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (product, overflowed) = number.multipliedReportingOverflow(by: 10)
            guard !overflowed else { return nil }
            let (sum, carried) = product.addingReportingOverflow(Number(digit - UInt8(ascii: "0")))
            guard !carried else { return nil }
            number = sum
        }
        return number
    }

    /// Reads digits with an optional minus sign.
    static func signed(_ text: some Collection<UInt8>) -> Int? {
        guard text.first == UInt8(ascii: "-") else { return unsigned(Int.self, text) }
        return unsigned(Int.self, text.dropFirst()).map { -$0 }
    }
}
