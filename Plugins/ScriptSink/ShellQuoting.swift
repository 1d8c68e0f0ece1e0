/// Text as one word of a POSIX shell, whatever it holds: within single quotes every byte but `'` stands for itself, and
/// `'` is written `'\''`.
///
/// The text must not hold NUL, which no shell can carry.
func shellQuoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
        if scalar == "'" { result += #"'\''"# } else { result.unicodeScalars.append(scalar) }
    }
    return result + "'"
}
