/// The flattened form of API 3.0, used in queries and in `application/x-www-form-urlencoded` bodies.
///
/// An array element is `Name.0`, a member of an object `Outer.Inner`: `Filters.0.Values.1` (vendor page 239/32048 and
/// the Python SDK's `_format_params`). Empty arrays and null leave no trace.
extension V3Object {
    /// How deep names may be nested; the deepest documented one has 4 levels.
    static let deepestName = 16

    /// The flattened pairs in the order of the members.
    public func flattened() -> FormParameters {
        var form = FormParameters()
        for member in members { member.value.flatten(into: &form, name: member.name) }
        return form
    }

    /// Reads flattened pairs; every leaf becomes ``V3Value/untyped(_:)``.
    ///
    /// Names whose parts are all decimal make an array in the order of the numbers; gaps are tolerated.
    ///
    /// - Throws: ``V3Error`` InvalidParameter when a name occurs twice, is a value and an object at once, or is nested
    ///   too deep.
    public init(unflattening form: FormParameters) throws(V3Error) {
        var root = FormNode()
        for field in form.fields {
            let parts = field.name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count <= Self.deepestName else {
                throw V3Error(.invalidParameter, "A parameter's name is nested too deep.")
            }
            let path = parts.map { String(decoding: $0, as: UTF8.self) }
            guard root.insert(field.value, at: path[...]) else {
                throw V3Error(.invalidParameter, "A parameter occurs more than once or contradicts another.")
            }
        }
        self = root.object
    }
}

extension V3Value {
    fileprivate func flatten(into form: inout FormParameters, name: String) {
        switch self {
        case .object(let object):
            for member in object.members { member.value.flatten(into: &form, name: "\(name).\(member.name)") }
        case .array(let elements):
            for (index, element) in elements.enumerated() { element.flatten(into: &form, name: "\(name).\(index)") }
        case .text(let text), .untyped(let text): form.append(name, text)
        case .integer(let number): form.append(name, number)
        case .number(let number): form.append(name, String(number))
        case .flag(let flag): form.append(name, flag ? "true" : "false")
        case .null: break
        }
    }
}

/// A name's part on the way from flattened pairs to a tree.
private struct FormNode {
    private var leaf: String?
    private var names: [String] = []
    private var children: [FormNode] = []
    private var places: [String: Int] = [:]

    /// Puts a value at a path; false when something is there already.
    mutating func insert(_ value: String, at path: ArraySlice<String>) -> Bool {
        guard let name = path.first else {
            guard leaf == nil, children.isEmpty else { return false }
            leaf = value
            return true
        }
        guard leaf == nil else { return false }
        let place = places[name] ?? children.count
        if place == children.count {
            places[name] = place
            names.append(name)
            children.append(FormNode())
        }
        return children[place].insert(value, at: path.dropFirst())
    }

    var object: V3Object {
        V3Object(zip(names, children).map { V3Object.Member(name: $0, value: $1.value) })
    }

    private var value: V3Value {
        if let leaf { return .untyped(leaf) }
        let indices = names.compactMap { StrictNumber.unsigned(Int.self, $0.utf8) }
        guard indices.count == names.count, Set(indices).count == indices.count else { return .object(object) }
        let sorted = zip(indices, children).sorted { $0.0 < $1.0 }
        return .array(sorted.map(\.1.value))
    }
}
