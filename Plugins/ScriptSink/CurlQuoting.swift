/// Text as a value of a curl configuration file: within double quotes `\` and `"` are written with a `\` before them
/// (man curl, option `--config`).
///
/// The text must not hold line breaks.
func curlQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { result += "\\" }
        result.unicodeScalars.append(scalar)
    }
    return result + "\""
}
