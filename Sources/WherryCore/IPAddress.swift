/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable {
    /// Its bytes, 4 or 16, most significant first.
    public let bytes: [UInt8]

    /// The address with these bytes; nil when they are neither 4 nor 16.
    ///
    /// An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) is the IPv4 one, as which it reaches a server.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let isMapped =
            bytes.count == 16 && bytes.prefix(12).elementsEqual([UInt8](repeating: 0, count: 10) + [255, 255])
        self.bytes = Array(isMapped ? bytes.suffix(4) : bytes.suffix(bytes.count))
    }

    /// Reads `10.0.0.1` or `fe80::1`; nil for anything else, names and zones included.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(text) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    /// Four numbers without leading zeros, which some programs take for octal ones.
    ///
    /// Servers read one for each request: digit by digit, without copies.
    private static func version4(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4)
        var (number, digits) = (0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, bytes.count < 3 else { return nil }
                bytes.append(UInt8(number))
                (number, digits) = (0, 0)
                continue
            }
            guard (48...57).contains(byte), digits == 0 || number > 0 else { return nil }
            number = number * 10 + Int(byte - 48)
            digits += 1
            guard number <= 255 else { return nil }
        }
        guard digits > 0, bytes.count == 3 else { return nil }
        return bytes + [UInt8(number)]
    }

    /// Eight groups, the last two of which may be an IPv4 address; one `::` stands for groups of zeros (RFC 4291, 2.2).
    private static func version6(_ text: String) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            return groups(text, mayEndInVersion4: true).flatMap { $0.count == 16 ? $0 : nil }
        }
        let before = text[..<gap.lowerBound]
        let behind = text[gap.upperBound...]
        guard let head = before.isEmpty ? [] : groups(before, mayEndInVersion4: false),
            let tail = behind.isEmpty ? [] : groups(behind, mayEndInVersion4: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: some StringProtocol, mayEndInVersion4: Bool) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let last = version4(String(part)) else { return nil }
                return bytes + last
            }
            guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
        }
        return bytes
    }
}

/// A block of addresses: one address, or all that begin with the same bits.
public struct IPBlock: Sendable, Hashable, CustomStringConvertible {
    /// The first address.
    public let base: IPAddress
    /// How many bits all of them share.
    public let prefix: Int

    /// A block; nil when there are not as many bits.
    ///
    /// What `base` has behind the shared bits does not count.
    public init?(base: IPAddress, prefix: Int) {
        guard (0...base.bytes.count * 8).contains(prefix) else { return nil }
        let kept = base.bytes.enumerated().map { index, byte in byte & Self.mask(prefix - index * 8) }
        guard let first = IPAddress(bytes: kept) else { return nil }
        self.base = first.bytes.count == kept.count ? first : base
        self.prefix = prefix
    }

    /// Reads `10.0.0.1`, `10.0.0.0/8` or `fd00::/8`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        if parts.count == 1 {
            self.init(base: base, prefix: base.bytes.count * 8)
        } else {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let prefix = Int(parts[1])
            else { return nil }
            self.init(base: base, prefix: prefix)
        }
    }

    /// Whether an address is in it.
    public func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == base.bytes.count
            && zip(address.bytes, base.bytes).enumerated().allSatisfy { index, pair in
                (pair.0 ^ pair.1) & Self.mask(prefix - index * 8) == 0
            }
    }

    /// `10.0.0.0/8`; IPv6 in full.
    public var description: String {
        if base.bytes.count == 4 { return base.bytes.map { "\($0)" }.joined(separator: ".") + "/\(prefix)" }
        let groups = stride(from: 0, to: 16, by: 2).map {
            String(Int(base.bytes[$0]) << 8 | Int(base.bytes[$0 + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "/\(prefix)"
    }

    /// The bits of a byte that count when so many are left.
    private static func mask(_ bits: Int) -> UInt8 { bits >= 8 ? 255 : bits <= 0 ? 0 : ~(255 >> UInt8(bits)) }
}

/// From which addresses a URL may be used.
public enum ClientRule: Sendable, Hashable {
    /// From any.
    case everyone
    /// From these only.
    case only([IPBlock])
    /// From any but these.
    case allBut([IPBlock])

    /// Whether a client at this address may; one whose address is not known may only where everyone may.
    public func admits(_ address: IPAddress?) -> Bool {
        switch self {
        case .everyone: true
        case .only(let blocks): address.map { address in blocks.contains { $0.contains(address) } } ?? false
        case .allBut(let blocks): address.map { address in !blocks.contains { $0.contains(address) } } ?? false
        }
    }
}
