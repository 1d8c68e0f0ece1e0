import Crypto

/// A part of a file, in memory until it is uploaded.
struct UploadPart: Sendable {
    /// From 1.
    let number: Int
    /// Its bytes.
    let pieces: [[UInt8]]
    /// How many bytes it has.
    let size: Int
    /// Its SHA-256.
    let digest: [UInt8]

    /// A part, hashed here.
    init(number: Int, pieces: [[UInt8]]) {
        self.number = number
        self.pieces = pieces
        var hash = SHA256()
        for piece in pieces { hash.update(data: piece) }
        digest = Array(hash.finalize())
        size = pieces.reduce(0) { $0 + $1.count }
    }

    /// Its MD5, which some stores want with a lock.
    var md5: [UInt8] {
        var hash = Insecure.MD5()
        for piece in pieces { hash.update(data: piece) }
        return Array(hash.finalize())
    }
}

/// How large the parts of a file are: at most 10,000 make an object.
struct PartSizes: Sendable, Equatable {
    /// The most parts of an object.
    static let mostParts = 10_000

    /// The size of the first parts, in bytes.
    let base: Int
    /// Whether later parts are larger, since nobody knows how many there will be.
    let isGrowing: Bool

    /// The sizes for a file.
    ///
    /// - Parameters:
    ///   - wanted: the size of parts as configured, in bytes; grows where the file has too many of them.
    ///   - size: the file's, in bytes; nil when it is not known.
    init(wanted: Int, fileSize size: Int64?) {
        guard let size else {
            (base, isGrowing) = (wanted, true)
            return
        }
        let least = Int((max(size, 1) + Int64(Self.mostParts) - 1) / Int64(Self.mostParts))
        let mebibyte = 1 << 20
        base = max(wanted, (least + mebibyte - 1) / mebibyte * mebibyte)
        isGrowing = false
    }

    /// As noted for an upload.
    init(base: Int, isGrowing: Bool) { (self.base, self.isGrowing) = (base, isGrowing) }

    /// The size of a part, by its number from 1: with an unknown end it doubles three times on the way.
    func size(of number: Int) -> Int { isGrowing ? base << min(max(number - 1, 0) / 2_500, 3) : base }
}
