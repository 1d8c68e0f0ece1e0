/// Text as one string of PowerShell, whatever it holds: within single quotes every character stands for itself but
/// the quotes, and these are written twice.
///
/// PowerShell takes five characters for a single quote, U+2018 to U+201B among them, and any of them ends a string that
/// another began (PowerShell's `CharTraits.IsSingleQuote`; `CodeGeneration.EscapeSingleQuotedStringContent` doubles them
/// as this does).
func powerShellQuoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
        result.unicodeScalars.append(scalar)
        if scalar == "'" || ("\u{2018}"..."\u{201B}").contains(scalar) { result.unicodeScalars.append(scalar) }
    }
    return result + "'"
}
