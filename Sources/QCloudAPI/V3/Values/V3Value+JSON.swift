#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension V3Object {
    /// Reads a JSON object; members come in the order of their names, since the decoder keeps none.
    ///
    /// - Throws: ``V3Error`` InvalidParameter when the bytes are not a JSON object. The text never quotes them.
    public init(json bytes: [UInt8]) throws(V3Error) {
        guard case .object(let object) = try V3Value(json: bytes) else {
            throw V3Error(.invalidParameter, "The request body is not a JSON object.")
        }
        self = object
    }

    /// The object as compact JSON.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in write(to: &json) }
        return writer.bytes
    }

    /// Adds the members to an object that is being written.
    func write(to json: inout JSONWriter) {
        for member in members { member.value.write(to: &json, named: member.name) }
    }
}

extension V3Value {
    /// Reads one JSON value.
    ///
    /// - Throws: ``V3Error`` InvalidParameter when the bytes are not JSON. The text never quotes them.
    init(json bytes: [UInt8]) throws(V3Error) {
        do {
            self = try JSONDecoder().decode(V3Value.self, from: Data(bytes))
        } catch {
            throw V3Error(.invalidParameter, "The request body is not valid JSON.")
        }
    }

    fileprivate func write(to json: inout JSONWriter, named name: String) {
        switch self {
        case .object(let object): json.object(name) { json in object.write(to: &json) }
        case .array(let elements): json.array(name, elements) { json, element in element.write(to: &json) }
        case .text(let text), .untyped(let text): json.member(name, text)
        case .integer, .number, .flag, .null: json.member(name, literal: literal)
        }
    }

    private func write(to json: inout JSONWriter) {
        switch self {
        case .object(let object): json.object { json in object.write(to: &json) }
        case .array(let elements): json.elements(elements) { json, element in element.write(to: &json) }
        case .text(let text), .untyped(let text): json.element(text)
        case .integer, .number, .flag, .null: json.element(literal: literal)
        }
    }

    private var literal: String {
        switch self {
        case .integer(let number): String(number)
        // JSON has no infinities; whole numbers are written without a fraction, as the vendor's samples have them.
        case .number(let number) where !number.isFinite: "null"
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .null, .object, .array, .text, .untyped: "null"
        }
    }
}

// MARK: - Decodable

extension V3Value: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    /// Reads any JSON value.
    ///
    /// - Throws: `DecodingError` when the decoder holds something that is not JSON.
    public init(from decoder: any Decoder) throws {
        // Failures are expected here: each says only that the value has another of the JSON types.
        if let fields = try? decoder.container(keyedBy: Key.self) {
            let keys = fields.allKeys.sorted { $0.stringValue.utf8.lexicographicallyPrecedes($1.stringValue.utf8) }
            var object = V3Object()
            for key in keys { object.append(key.stringValue, try fields.decode(V3Value.self, forKey: key)) }
            self = .object(object)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var array: [V3Value] = []
            while !elements.isAtEnd { array.append(try elements.decode(V3Value.self)) }
            self = .array(array)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else if let flag = try? single.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? single.decode(Int.self) {
            self = .integer(number)
        } else {
            self = .number(try single.decode(Double.self))
        }
    }
}
