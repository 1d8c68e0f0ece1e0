/// The faults of `Tests/Fixtures/plugins/broken.py`, each with the code of the failure that it ends with.
package enum PluginFaults {
    package static let codes: [(name: String, code: String)] = [
        ("no-hello", "external.no-hello"), ("wrong-version", "external.wrong-version"), ("deaf", "external.late"),
        ("garbage", "external.garbage"), ("two-results", "external.spoke-after-end"),
        ("status-disagrees", "external.status-disagrees"), ("no-answer", "external.no-answer"),
        ("hang", "external.late"), ("hang-for-ever", "external.late"), ("long-line", "external.long-line"),
        ("stderr-flood", "external.no-answer"), ("orphan-pipe", "external.no-answer"),
        ("early-result", "external.early-result"), ("wrong-receipt", "external.wrong-receipt"),
        ("killed", "external.killed"), ("shut-stream", "external.shut-stream"), ("backwards", "external.malformed"),
        ("lingers", "external.lingered"), ("leak-in-error", "external.failed"), ("leak-in-receipt", "external.leak"),
    ]
}
