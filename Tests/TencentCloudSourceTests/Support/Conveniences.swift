import QCloudAPI
import WherryCore

extension AsyncThrowingStream where Failure == any Error {
    /// All elements, in their order.
    func all() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}

extension V3Object {
    /// The number of that name; nil when there is none.
    func number(_ name: String) -> Int? {
        guard case .integer(let number) = self[name] else { return nil }
        return number
    }

    /// The text of that name; nil when there is none.
    func text(_ name: String) -> String? {
        guard case .text(let text) = self[name] else { return nil }
        return text
    }

    /// The slice of a list that is asked for with `Limit` and `Offset`.
    func page<Element>(of list: [Element]) -> ArraySlice<Element> {
        list.dropFirst(number("Offset") ?? 0).prefix(number("Limit") ?? 20)
    }
}

extension ScriptedCloud.Reply {
    /// An answer of `DescribeInstances` with instances of which only the id is told.
    static func instances(_ ids: some Collection<String>, total: Int?) -> Self {
        let set = ids.map { #"{"InstanceId":"\#($0)"}"# }.joined(separator: ",")
        return .members(#"\#(total.map { #""TotalCount":\#($0),"# } ?? "")"InstanceSet":[\#(set)]"#)
    }

    /// An answer of `DescribeInstanceBackups` with backups of one start time.
    static func backups(_ ids: some Collection<String>, total: Int?) -> Self {
        let set = ids.map { #"{"BackupId":"\#($0)","StartTime":"2023-11-14 04:00:00","Status":2}"# }
        return .members(
            #"\#(total.map { #""TotalCount":\#($0),"# } ?? "")"BackupSet":[\#(set.joined(separator: ","))]"#
        )
    }
}
