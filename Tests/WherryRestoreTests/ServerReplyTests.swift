import Testing

@testable import WherryRestore

/// Answers of servers that announce more than there is room for.
@Suite struct ServerReplyTests {
    @Test(arguments: [Int.max, Int.max - 1, (1 << 20) + 1])
    func whatIsTooLongIsNotWaitedFor(length: Int) {
        var reply = ServerReply()
        #expect(throws: ServerSocket.Silence.tooLong) { try reply.add(Array("$\(length)\r\nab".utf8)) }
    }

    @Test func theLongestIsRead() throws {
        var reply = ServerReply()
        let text = String(repeating: "x", count: 1 << 20)
        let isSame = try reply.add(Array("$\(1 << 20)\r\n\(text)\r\n".utf8)) == text
        #expect(isSame)
    }
}
