import QCloudAPI
import Testing

@Suite struct CRSErrorTests {
    @Test func knowsEveryDocumentedCode() {
        let documented: Set<Int> = [
            4000, 4100, 4101, 4102, 4103, 4104, 4105, 4106, 4110, 4200, 4300, 4400, 4500, 4600, 5000, 5100, 5200, 5300,
            5400, 5500, 6000, 6100, 6200, 10701, 10702, 10707, 10710, 10711, 10712, 11201, 11213, 11214,
        ]
        #expect(Set(CRSErrorCode.allCases.map(\.rawValue)) == documented)
    }

    @Test func namesOfBusinessCodesAreUnique() {
        let names = CRSErrorCode.allCases.filter(\.isBusiness).flatMap(\.names)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: CRSErrorCode.allCases)
    func survivesTheWire(code: CRSErrorCode) {
        let error = CRSError(code)
        #expect(!error.name.isEmpty)
        #expect(!error.message.isEmpty)
        #expect(error.known == code)
        #expect(thrown(error.encoded()) == error)
    }

    @Test func encodesTheDocumentedShape() {
        #expect(
            String(decoding: CRSError(.backupNotExists).encoded(), as: UTF8.self)
                == #"{"code":11213,"message":"(11213)The backup does not exist.","codeDesc":"BackupNotExists"}"#
        )
        #expect(
            String(decoding: CRSError(.replay, "a\"b\\c\n\u{1}/备").encoded(), as: UTF8.self)
                == #"{"code":4500,"message":"a\"b\\c\n\u0001/备","codeDesc":"ReplayAttack"}"#
        )
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let code: Int
        let name: String
        let message: String
        let expected: CRSError
        var testDescription: String { "\(code) \(name) \(message)" }
    }

    @Test(arguments: [
        // The name decides first.
        Answer(
            code: 5100,
            name: "BackupNotExists",
            message: "(9)x",
            expected: CRSError(code: 11213, name: "BackupNotExists", message: "(9)x")
        ),
        // 10711 has two names.
        Answer(
            code: 10711,
            name: "BackupStatusInvalid",
            message: "",
            expected: CRSError(code: 10711, name: "BackupStatusInvalid", message: "")
        ),
        // Then the number in the message, as in the sample of vendor page 239/1758.
        Answer(
            code: 5100,
            name: "",
            message: "(100004)projectId错误",
            expected: CRSError(code: 100004, name: "", message: "projectId错误")
        ),
        Answer(
            code: 5100,
            name: "Whatever",
            message: "(11213) gone",
            expected: CRSError(code: 11213, name: "BackupNotExists", message: " gone")
        ),
        Answer(code: 5100, name: "X", message: "(-7)", expected: CRSError(code: -7, name: "X", message: "")),
        // Then the code.
        Answer(
            code: 4500,
            name: "NonceRepeats",
            message: "(a)b",
            expected: CRSError(code: 4500, name: "NonceRepeats", message: "(a)b")
        ),
        Answer(
            code: 10701,
            name: "",
            message: "text (11213)",
            expected: CRSError(code: 10701, name: "InstanceNotExists", message: "text (11213)")
        ),
        Answer(code: 77, name: "", message: "(", expected: CRSError(code: 77, name: "", message: "(")),
        // A name that two codes share is settled by the number.
        Answer(
            code: 4000,
            name: "InvalidParameter",
            message: "m",
            expected: CRSError(code: 4000, name: "InvalidParameter", message: "m")
        ),
        Answer(
            code: 4000,
            name: "InvalidParameter",
            message: "(11201)m",
            expected: CRSError(code: 11201, name: "InvalidParameter", message: "m")
        ),
    ])
    func recognisesAnswers(answer: Answer) {
        let error = CRSError.parse(code: answer.code, codeDesc: answer.name, message: answer.message)
        #expect(error == answer.expected)
    }

    @Test func findsNoErrorInSuccess() {
        #expect(CRSError.parse(code: 0, codeDesc: "Success", message: "") == nil)
    }

    @Test(arguments: [
        #"{"code":"5100","message":"(100004)projectId"}"#,
        #"{"code":5100,"message":"(100004)projectId","codeDesc":null,"data":[]}"#,
        #"{"data":"oops","code":5100.0,"codeDesc":"","message":"\u0028100004)projectId"}"#,
    ])
    func readsErrorsFromAnyShape(text: String) {
        #expect(thrown(Array(text.utf8)) == CRSError(code: 100004, name: "", message: "projectId"))
    }

    private func thrown(_ bytes: [UInt8]) -> CRSError? {
        #expect(throws: CRSError.self) { try GetBackupDownloadURLResponse(decoding: bytes) }
    }
}
