package import WherryCore
package import WherryPluginKit
package import WherryPluginWire

/// Compares a plugin's receipt with what it was given: pure.
package enum ReceiptCheck {
    /// The receipt, with what is known of each file filled in.
    ///
    /// - Parameters:
    ///   - given: what was verified, by position; for links what the source declares.
    ///   - wish: how the files were handed over.
    /// - Throws: ``Violation/wrongReceipt(_:)``.
    package static func fit(
        _ receipt: Receipt,
        files: [BackupFile],
        given: [Int: FetchedFile],
        wish: PluginWish
    ) throws(Violation) -> Receipt {
        if receipt.outcome == .emitted, wish != .links {
            throw .wrongReceipt("its outcome is emitted, but it was given the bytes")
        }
        guard receipt.artifacts.map(\.position) == files.map(\.position) else {
            throw .wrongReceipt("its artifacts are not one for each of the \(files.count) files")
        }
        var fitted = receipt
        for (index, file) in files.enumerated() {
            let artifact = receipt.artifacts[index]
            let known = given[file.position]
            let size = known?.storedSize ?? file.size
            let sha256 = known?.storedSHA256 ?? file.sha256
            if let size, let said = artifact.size, said != size {
                throw .wrongReceipt("file \(file.position) has \(size.bytes) bytes, not \(said.bytes)")
            }
            if let sha256, let said = artifact.sha256, said != sha256 {
                throw .wrongReceipt("the digest of file \(file.position) is another one")
            }
            if receipt.outcome == .delivered, artifact.size == nil || artifact.sha256 == nil {
                throw .wrongReceipt("file \(file.position) lacks size_bytes or sha256")
            }
            if let known {
                // What the plugin had may have passed a pipeline; what it is a copy of did not.
                fitted.artifacts[index].size = known.size
                fitted.artifacts[index].sha256 = known.sha256
                fitted.artifacts[index].stored = artifact.stored ?? known.stored
            }
            fitted.artifacts[index].rdb = known?.rdb
            // Links are fetched by the plugin itself: at most as good as what it compared.
            fitted.artifacts[index].grade = known?.grade ?? (receipt.outcome == .delivered ? .complete : nil)
            if known == nil, receipt.outcome == .delivered, file.sha256 != nil {
                fitted.artifacts[index].grade = .digest
            }
        }
        return fitted
    }
}
