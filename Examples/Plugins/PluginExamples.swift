/// The example plugins, to begin new ones with.
package enum PluginExamples {
    /// A sink in sh, which calls itself `folder`.
    package static var shellSink: [UInt8] { PackageResources.wherry_sink_folder_sh }

    /// A source in Python, which calls itself `shelf`.
    package static var pythonSource: [UInt8] { PackageResources.wherry_source_shelf_py }
}
