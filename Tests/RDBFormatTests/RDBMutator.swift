/// Makes damaged files out of good ones, the same for a seed.
struct RDBMutator {
    private var noise: Noise
    private let corpus: [[UInt8]]

    /// Bytes that begin something: lengths of every width, string encodings, opcodes, types.
    private static let telling: [UInt8] =
        [0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0x82, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4] + (0xf2...0xff) + (0...33)

    /// Lengths at the edges of what can be declared.
    private static let extremes: [[UInt8]] =
        [[0x7f, 0xff], [0x80, 0, 0, 0, 0], [0x80, 0xff, 0xff, 0xff, 0xff]]
        + [0, 1, 1 << 31, 1 << 32, 1 << 40, 1 << 40 + 1, 1 << 62, 1 << 63 - 1, 1 << 63, .max].map(RDBWire.longLength)

    private static let headers = [
        "REDIS0000", "REDIS0002", "REDIS0005", "REDIS0006", "REDIS0009", "REDIS0010", "REDIS0011", "REDIS0012",
        "REDIS0014", "REDIS9999", "VALKEY080", "VALKEY081", "VALKEY999",
    ]

    init(seed: UInt64, corpus: [[UInt8]]) {
        noise = Noise(seed: seed)
        self.corpus = corpus
    }

    /// The next file.
    mutating func file() -> [UInt8] {
        var file = pick(corpus)
        for _ in 0..<number(0...4) {
            mutate(&file)
        }
        switch number(0...3) {
        case 0: return file
        case 1: return sealed(file.count > 9 ? file.dropLast(9) : file)
        case 2: return (file.count > 9 ? file.dropLast(9) : file) + [0xff] + [UInt8](repeating: 0, count: 8)
        default: return file
        }
    }

    /// The file cut at random places, mostly close together.
    mutating func pieces(of file: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = file[...]
        let longest = pick([1, 2, 5, 20, 60, 300, 5000])
        while !rest.isEmpty {
            pieces.append(rest.prefix(number(0...longest)))
            rest = rest.dropFirst(pieces.last?.count ?? 0)
        }
        return pieces
    }

    private mutating func mutate(_ file: inout [UInt8]) {
        guard file.count > 9 else { return file = pick(corpus) }
        let place = number(9...file.count - 1)
        let end = min(file.count, place + number(1...40))
        switch number(0...9) {
        case 0: file[place] ^= 1 << UInt8(number(0...7))
        case 1: file[place] = UInt8(number(0...255))
        case 2: file[place] = pick(Self.telling)
        case 3: file.insert(pick(Self.telling), at: place)
        case 4: file.replaceSubrange(place..<min(file.count, place + 1), with: pick(Self.extremes))
        case 5: file.insert(contentsOf: pick(Self.extremes), at: place)
        case 6: file.removeSubrange(place..<end)
        case 7: file.insert(contentsOf: file[place..<end], at: place)
        case 8: file.replaceSubrange(0..<9, with: Array(pick(Self.headers).utf8))
        default:
            // The rest of another file, from any place.
            let other = pick(corpus)
            file.replaceSubrange(place..., with: other[number(0...other.count - 1)...])
        }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &noise)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(0...elements.count - 1)]
    }
}
