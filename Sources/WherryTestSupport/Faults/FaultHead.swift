/// The head of an answer; fields keep their order and may repeat.
package struct FaultHead: Sendable {
    /// `HTTP/1.1` or `HTTP/1.0`.
    package var version = "HTTP/1.1"
    /// The status code.
    package var status: Int
    private var fields: [(name: String, value: String)] = []

    /// A head without fields.
    package init(_ status: Int) {
        self.status = status
    }

    /// The first value of a field, by its exact name.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            let index = fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a field, also when there is one of that name.
    package mutating func add(_ name: String, _ value: String) {
        fields.append((name, value))
    }

    /// The bytes for the wire, with the empty line.
    var bytes: [UInt8] {
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }
        return Array("\(version) \(status) \(reason)\r\n\(lines.joined())\r\n".utf8)
    }

    private var reason: String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 206: "Partial Content"
        case 302: "Found"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 416: "Range Not Satisfiable"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Other"
        }
    }
}
