/// Pages that stand where an object is expected.
enum FaultPage {
    /// What an object store says about a link whose time is over.
    case expired
    /// The same as JSON.
    case expiredJSON
    /// What an object store says when it has no such object.
    case missing
    /// What a proxy or a login wall shows.
    case html
    /// Nothing at all.
    case empty

    /// The page as an answer.
    func answer(_ status: Int) -> FaultAnswer {
        switch self {
        case .expired: .page(status, "application/xml", Self.xml("AccessDenied", "Request has expired"))
        case .missing: .page(status, "application/xml", Self.xml("NoSuchKey", "The specified key does not exist."))
        case .expiredJSON: .page(status, "application/json", Self.json)
        case .html: .page(status, "text/html", "<!DOCTYPE html><html><title>Sign in</title><p>Please sign in.</html>\n")
        case .empty: .page(status, "text/plain", "")
        }
    }

    private static let json = #"{"code":"AccessDenied","message":"Request has expired"}"#

    private static func xml(_ code: String, _ message: String) -> String {
        """
        <?xml version='1.0' encoding='utf-8' ?>
        <Error>
        \t<Code>\(code)</Code>
        \t<Message>\(message)</Message>
        \t<Resource>/depot/object.bin</Resource>
        \t<RequestId>NjQ3YjYyMTFfMjYwMA==</RequestId>
        </Error>

        """
    }
}
