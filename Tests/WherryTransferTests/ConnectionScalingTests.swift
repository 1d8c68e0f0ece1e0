import Testing

@testable import WherryTransfer

@Suite("How many connections a transfer uses")
struct ConnectionScalingTests {
    /// Feeds one window after the other, each with the rate that `rate` names for the number wanted, in MB/s.
    private func targets(
        windows: Int,
        maximum: Int = 16,
        busy share: (_ window: Int) -> Double = { _ in 0.05 },
        rate: (_ window: Int, _ target: Int) -> Double
    ) -> [Int] {
        var scaling = ConnectionScaling(maximum: maximum, isAdaptive: true)
        var bytes: Int64 = 0
        var now: Duration = .zero
        var busy: Duration = .zero
        scaling.observe(bytes: bytes, active: 1, at: now)
        return (0..<windows).map { window in
            now += ConnectionScaling.window
            bytes += Int64(rate(window, scaling.target) * 1e6 * 0.12)
            busy += ConnectionScaling.window * scaling.target * share(window)
            scaling.observe(bytes: bytes, busy: busy, active: scaling.target, at: now)
            return scaling.target
        }
    }

    @Test("More connections are taken while each brings its share")
    func growsWithTheRate() {
        #expect(targets(windows: 5) { _, target in 20 * Double(target) } == [2, 4, 8, 16, 16])
    }

    @Test("A doubling that brings nothing is taken back, and not tried again at once")
    func goesBack() {
        #expect(targets(windows: 6) { _, _ in 100 } == [2, 1, 1, 1, 1, 1])
    }

    @Test("One connection that is as fast as the machine stays alone, slow moments or not")
    func staysAlone() {
        let targets = targets(windows: 100) { window, _ in window % 10 < 6 ? 900 : 120 }
        #expect(Set(targets) == [1])
    }

    @Test("A slow disk is no reason for another connection; once it is through, a slow server is")
    func seesTheDisk() {
        let targets = targets(windows: 24) {
            $0 < 12 ? 0.95 : 0.1
        } rate: { _, target in
            100 * Double(target)
        }
        #expect(targets.prefix(12) == Array(repeating: 1, count: 12)[...])
        #expect(targets.last == 16)
    }

    @Test("A server that is fast for a moment only is found out within two seconds")
    func findsOutABurst() {
        let targets = targets(windows: 24) { window, target in window == 0 ? 800 : 20 * Double(target) }
        #expect(targets.prefix(12) == Array(repeating: 1, count: 12)[...])
        #expect(targets.last == 16)
    }

    @Test("The server's own limit holds")
    func keepsTheLimit() {
        var scaling = ConnectionScaling(maximum: 16, isAdaptive: false)
        #expect(scaling.target == 16)
        scaling.limit(to: 4)
        #expect(scaling.target == 4)
        #expect(!scaling.isSearching)
    }
}
