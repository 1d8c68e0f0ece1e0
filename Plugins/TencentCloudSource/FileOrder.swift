import QCloudAPI

/// The order of a backup's files, which must be the same each time URLs are issued: a file is known by its position.
enum FileOrder {
    /// The files by name, numbers in names counted as numbers; as they came when names are missing or occur twice.
    ///
    /// Names of a cluster's files end in `-1-ignore.rdb`, `-2-ignore.rdb` … (sample of vendor page 239/34443). That the
    /// provider always answers in one order is not documented.
    static func sorted(_ files: [V3BackupFile]) -> [V3BackupFile] {
        let names = Set(files.map(\.fileName))
        guard names.count == files.count, !names.contains("") else { return files }
        return files.sorted { precedes($0.fileName, $1.fileName) }
    }

    /// The name of a file: the provider's, else one like that of API 2.0.
    static func name(of file: V3BackupFile, at position: Int, of count: Int) -> String {
        if !file.fileName.isEmpty { return file.fileName }
        return count == 1 ? "dump.rdb" : "dump-\(position).rdb"
    }

    /// Whether one name comes before another: `a-2` before `a-10`.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (first, second) = (pieces(left), pieces(right))
        for (a, b) in zip(first, second) where a != b {
            guard let lowA = a.first, let lowB = b.first, isDigit(lowA), isDigit(lowB) else {
                return a.lexicographicallyPrecedes(b)
            }
            let (numberA, numberB) = (a.drop { $0 == 48 }, b.drop { $0 == 48 })
            if numberA.count != numberB.count { return numberA.count < numberB.count }
            return numberA.elementsEqual(numberB) ? a.count < b.count : numberA.lexicographicallyPrecedes(numberB)
        }
        return first.count < second.count
    }

    /// The name cut where digits begin and end.
    private static func pieces(_ name: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        for byte in name.utf8 {
            if let last = pieces.last?.last, isDigit(last) == isDigit(byte) {
                pieces[pieces.count - 1].append(byte)
            } else {
                pieces.append([byte])
            }
        }
        return pieces
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
