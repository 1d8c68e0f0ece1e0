package import WherryCore

/// Told how transfers go, for progress bars and the catalog.
package protocol TransferObserver: Sendable {
    /// So many more bytes of a file have come; negative when they had to be thrown away.
    func received(_ bytes: Int64, of label: String, total: Int64?)

    /// So many bytes of a file are there from an earlier try.
    func adopted(_ bytes: Int64, of label: String, total: Int64?)

    /// One try to fetch a file ended.
    func attempted(_ attempt: TransferAttempt) async
}

extension TransferObserver {
    /// To who does not tell them apart they are bytes like all others.
    package func adopted(_ bytes: Int64, of label: String, total: Int64?) { received(bytes, of: label, total: total) }
}

/// Hears nothing, where nothing is fetched.
package struct NoTransferObserver: TransferObserver {
    /// Made by anybody.
    package init() {}

    package func received(_ bytes: Int64, of label: String, total: Int64?) {}

    package func attempted(_ attempt: TransferAttempt) async {}
}

/// One try to fetch a file over one URL, and how it ended.
package struct TransferAttempt: Sendable, Hashable {
    /// The file's label.
    package var label: String
    /// The URL that was used.
    package var url: IssuedURL
    /// When it started.
    package var startedAt: Timestamp
    /// How long it took.
    package var duration: Duration
    /// The first byte asked for.
    package var firstByte: Int64
    /// How many bytes came.
    package var bytes: Int64
    /// The answer's status; nil when none came.
    package var status: Int?
    /// `done`, or the code of the failure.
    package var outcome: String
}
