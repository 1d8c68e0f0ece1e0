/// The two HTTP methods API 2.0 knows; GET reads the query only, POST the form body only.
///
/// Source: vendor page 216/1713.
public enum CRSVerb: String, Sendable, Hashable, CaseIterable {
    /// Parameters are in the query string.
    case get = "GET"
    /// Parameters are in an `application/x-www-form-urlencoded` body.
    case post = "POST"
}
