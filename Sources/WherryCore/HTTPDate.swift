/// Times as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
    /// The moment that a text tells; nil for one of another form, the two obsolete ones too.
    package static func parse(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4, words[4].count == 8,
            let month = months.firstIndex(of: Array(words[2].utf8))
        else { return nil }
        return Timestamp("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }

    /// The text of a moment.
    package static func format(_ moment: Timestamp) -> String {
        let text = Array(moment.description.utf8)
        let days = moment.seconds >= 0 ? moment.seconds / 86_400 : (moment.seconds - 86_399) / 86_400
        let weekday = weekdays[Int(((days % 7) + 7) % 7)]
        let month = months[Int(text[5] - 48) * 10 + Int(text[6] - 48) - 1]
        return String(unsafeUninitializedCapacity: 29) { bytes in
            let parts = [
                weekday[...], text[8...9], space, month[...], space, text[0...3], space, text[11...18], zone,
            ]
            var end = 0
            for part in parts {
                for byte in part {
                    bytes[end] = byte
                    end += 1
                }
            }
            return end
        }
    }

    private static let weekdays = ["Thu, ", "Fri, ", "Sat, ", "Sun, ", "Mon, ", "Tue, ", "Wed, "].map { Array($0.utf8) }
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }
    private static let space = Array(" ".utf8)[...]
    private static let zone = Array(" GMT".utf8)[...]
}
