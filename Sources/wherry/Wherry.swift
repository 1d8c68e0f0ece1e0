import WherryCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program.
@main
enum Wherry {
    static func main() async {
        #if canImport(Glibc)
            MemoryArenas.limit(to: 2)
            // Without it the C library looks at this file again for each line of the log.
            setenv("TZ", ":/etc/localtime", 0)
        #endif
        exit(await WherryCommand.execute(Array(CommandLine.arguments.dropFirst())))
    }
}
