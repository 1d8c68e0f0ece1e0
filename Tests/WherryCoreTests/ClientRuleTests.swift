import Testing
import WherryCore

/// Addresses, blocks of them, and who may come from where.
@Suite struct ClientRuleTests {
    @Test(arguments: [
        ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.2", "10.0.0.1", false), ("192.168.7.9", "192.168.4.0/22", true),
        ("192.168.8.0", "192.168.4.0/22", false), ("8.8.8.8", "0.0.0.0/0", true), ("::1", "0.0.0.0/0", false),
        ("fd00::5", "fd00::/8", true), ("fe00::5", "fd00::/8", false), ("::ffff:10.0.0.1", "10.0.0.0/24", true),
        ("10.0.0.1", "::ffff:10.0.0.1", true), ("10.9.9.9", "10.1.2.3/8", true), ("1::", "1:0:0:0:0:0:0:0", true),
        ("::", "0:0:0:0:0:0:0:0", true), ("64:ff9b::1.2.3.4", "64:FF9B:0:0:0:0:102:304", true),
    ])
    func blocksHoldWhatBeginsLikeThem(address: String, block: String, isIn: Bool) throws {
        let address = try #require(IPAddress(address))
        #expect(try #require(IPBlock(block)).contains(address) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/", "10.0.0.1/8/8", "256.1.1.1", "localhost",
        "fe80::1%eth0", "::/129", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", "1:", ":1",
        "1:2:3:4:5:6:7:8::",
        "12345::", "::+1", "::g", "::1.2.3", "1.2.3.4::", "10.0.0.01", "1.2.3.4.5", "10.0.0.1 ", "10.0.0.1/+8",
        "010.0.0.1\u{0}",
    ])
    func nonsenseIsNoBlock(text: String) {
        #expect(IPBlock(text) == nil)
    }

    @Test func rulesNeedAnAddressUnlessTheyAreForEveryone() throws {
        let inside = try #require(IPAddress("10.0.0.1"))
        let outside = try #require(IPAddress("11.0.0.1"))
        let blocks = [try #require(IPBlock("10.0.0.0/8"))]
        #expect([inside, outside, nil].map(ClientRule.everyone.admits) == [true, true, true])
        #expect([inside, outside, nil].map(ClientRule.only(blocks).admits) == [true, false, false])
        #expect([inside, outside, nil].map(ClientRule.allBut(blocks).admits) == [false, true, false])
        #expect(ClientRule.only([]).admits(inside) == false)
    }

    @Test func blocksAreWrittenAsTheyAreRead() throws {
        for text in ["10.0.0.0/8", "10.0.0.1/32", "fd00:0:0:0:0:0:0:0/8"] {
            #expect(IPBlock(text)?.description == text)
        }
        #expect(IPBlock("10.9.9.9/8") == IPBlock("10.0.0.0/8"))
    }
}

@Suite struct IPAddressTextTests {
    /// The examples of RFC 5952, section 4, and the ends.
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::", "::"), ("::1", "::1"), ("fe80::", "fe80::"), ("2001:db8::0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::00AB", "2001:db8::ab"), ("::ffff:10.0.0.1", "10.0.0.1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ])
    func writesTheShortestForm(text: String, shortest: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == shortest)
        #expect(IPAddress(shortest) == address)
    }
}
