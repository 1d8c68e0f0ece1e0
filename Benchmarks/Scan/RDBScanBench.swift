import Foundation
import RDBFormat

/// Prints how fast the file named on the command line is scanned through reads of 1 MiB.
@main
enum RDBScanBench {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else {
            print("usage: rdb-scan-bench FILE [crc]")
            return
        }
        let file = open(arguments[1], O_RDONLY)
        guard file >= 0 else {
            print("cannot open \(arguments[1])")
            return
        }
        defer { close(file) }
        let isCRCOnly = arguments.count > 2
        var scanner = RDBScanner()
        var crc = CRC64()
        var total = 0
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
                while true {
                    let count = read(file, buffer.baseAddress, buffer.count)
                    guard count > 0 else { return }
                    total += count
                    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                    if isCRCOnly { crc.update(bytes) } else { scanner.update(bytes) }
                }
            }
        }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let scan = scanner.finish()
        print("\(total) bytes, \(seconds) s, \(Int(Double(total) / seconds / 1e6)) MB/s, crc \(crc.value)")
        print("\(scan.verdict) \(scan.structure) \(scan.keys)")
    }
}
