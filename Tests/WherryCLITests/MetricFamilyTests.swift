import Testing
import WherryCatalog

@testable import WherryCLI

/// Metrics as Prometheus reads them.
@Suite struct MetricFamilyTests {
    private func family(value: String? = nil, labels: Int? = nil) -> MetricFamily {
        MetricFamily(name: "wherry_x", kind: .gauge, help: "What it is.", sql: "", value: value, labels: labels)
    }

    @Test func labelsAreEscaped() {
        let odd = "a\"b\\c\nd"
        let table = ResultTable(
            columns: ["instance", "n"],
            rows: [[.text(odd), .integer(3)], [.text("é"), .real(0.5)]]
        )
        #expect(
            family().text(of: table) == #"""
                # HELP wherry_x What it is.
                # TYPE wherry_x gauge
                wherry_x{instance="a\"b\\c\nd"} 3
                wherry_x{instance="é"} 0.5

                """#
        )
    }

    @Test func aValueMayStandAnywhere() {
        let table = ResultTable(columns: ["job", "next", "done"], rows: [[.text("a"), .integer(1), .null]])
        #expect(family(value: "next", labels: 1).text(of: table).hasSuffix("wherry_x{job=\"a\"} 1\n"))
        #expect(family(value: "done", labels: 1).text(of: table) == "", "what is not known has no line")
    }

    @Test func oneValueHasNoLabels() {
        let table = ResultTable(columns: ["n"], rows: [[.integer(0)]])
        #expect(family().text(of: table).hasSuffix("\nwherry_x 0\n"))
        #expect(family().text(of: ResultTable(columns: ["n"], rows: [[.null]])) == "")
    }

    @Test func namesAreUniqueAndWellFormed() {
        let names = MetricFamily.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /wherry_[a-z_]+/) != nil })
        #expect(MetricFamily.all.filter { $0.kind == .counter }.allSatisfy { $0.name.hasSuffix("_total") })
    }
}
