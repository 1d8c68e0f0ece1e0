import WherryCore

/// Writes a script for PowerShell 5.1 and newer.
///
/// It lets curl fetch, which comes with Windows since 2018: PowerShell's own commands decode parts of a URL before they
/// send it. curl reads the URL from its standard input, as in the other flavors.
struct PowerShellEmitter: Sendable {
    let script: Script
    let stem: String

    private var name: String { "\(stem).ps1" }

    /// The script as a file; it begins with a byte order mark, without which PowerShell 5.1 reads no UTF-8.
    var file: EmittedFile { EmittedFile(name: name, text: "\u{FEFF}" + text) }

    private var text: String {
        """
        #Requires -Version 5.1
        #
        # \(script.title)
        #
        \(script.origin)
        #
        # Keep this file to yourself: whoever reads it can fetch the backups until their URLs expire. Where the system logs
        # script blocks, the log will hold them too.
        #
        #     powershell -ExecutionPolicy Bypass -File \(name) -Target D:\\redis-backups
        #
        # It takes one file after the other with curl, continues what was cut off, and looks at every file before that gets
        # its final name: size, RDB envelope, and SHA-256 where the source declares one. Run it again whenever you like.
        #
        # Exit status: 0 every file is there and right; 64 the options make no sense; 65 a file is wrong, it was set aside
        # as FILE.wrong; 69 curl is missing; 73 something cannot be written; 75 a URL has expired or a transfer failed.
        #
        # Each file that is right is noted in a receipt. Take it home and tell wherry:
        #
        #     wherry deliveries confirm \(name).receipt

        [CmdletBinding()]
        param(
            [string] $Target = $(if ($env:WHERRY_TARGET) { $env:WHERRY_TARGET } else { \(powerShellQuoted(script.target)) }),
            [string] $Receipt = "$PSCommandPath.receipt",
            [switch] $List
        )

        Set-StrictMode -Version 2.0
        $ErrorActionPreference = 'Stop'
        Set-PSDebug -Off # no tracing: a URL is as good as a password

        $head = "wherry-receipt/1`trun=\(script.run)`tsink=" + \(powerShellQuoted(script.encodedSink))

        \(Self.body)
        # ---- The files ---------------------------------------------------------------------------------------------

        # Of each: what names it, what it must be (an empty text or -1 is not known), when its URL expires in seconds since
        # 1970, where it goes, and the URL as curl's configuration files have it.
        $files = @(
        \(script.entries.map(text).joined(separator: "\n"))
        )

        Invoke-Main

        """
    }

    private func text(of entry: ScriptEntry) -> String {
        """
            # \(entry.title)
            [pscustomobject] @{
                Source = \(powerShellQuoted(entry.source)); Instance = \(powerShellQuoted(entry.instance))
                Backup = \(powerShellQuoted(entry.backup)); Position = \(entry.key.position)
                Size = [long] \(entry.size.map { String($0.bytes) } ?? "-1"); Sha256 = '\(entry.sha256?.hex ?? "")'
                Expiry = [long] \(entry.issued.expiresAt.seconds)
                Path = \(powerShellQuoted(entry.path))
                Url = \(powerShellQuoted(curlQuoted(entry.issued.url.text)))
            }
        """
    }

    private static let body = #"""
        # ---- Words -------------------------------------------------------------------------------------------------

        $script:worst = 0
        $script:failed = 0
        $again = 'Run wherry again: it writes a new script, which goes on from here.'

        # A wrong file weighs more than one that is still missing.
        function Write-Failure([int] $Status, [string] $Message) {
            $script:failed += 1
            if ($script:worst -ne 65) { $script:worst = $Status }
            [Console]::Error.WriteLine("error: $Message")
        }

        function Stop-Script([int] $Status, [string] $Message) {
            [Console]::Error.WriteLine("error: $Message")
            exit $Status
        }

        function Get-Now { [long] [Math]::Floor(([DateTime]::UtcNow - [DateTime] '1970-01-01').TotalSeconds) }

        # ---- Is this file right? -----------------------------------------------------------------------------------

        # Begins as RDB files of Redis and Valkey do, and ends as they do: the byte FF, an 8-byte checksum.
        function Test-Rdb([string] $Path) {
            $stream = [IO.File]::OpenRead($Path)
            try {
                if ($stream.Length -lt 10) { return $false }
                $bytes = New-Object byte[] 9
                [void] $stream.Read($bytes, 0, 9)
                $magic = [Text.Encoding]::ASCII.GetString($bytes)
                if ($magic -cmatch '\AREDIS000[1-4]\z') { return $true } # these old formats have no checksum
                if ($magic -cnotmatch '\A(REDIS[0-9]{4}|VALKEY[0-9]{3})\z') { return $false }
                [void] $stream.Seek(-9, [IO.SeekOrigin]::End)
                return $stream.ReadByte() -eq 255
            } finally { $stream.Dispose() }
        }

        # What is wrong with a file; nothing when it is right.
        function Get-Problem([string] $Path, $File) {
            $size = (Get-Item -LiteralPath $Path -Force).Length
            if ($File.Size -ge 0 -and $size -ne $File.Size) { return "it has $size bytes and should have $($File.Size)" }
            if (-not (Test-Rdb $Path)) { return 'it is not a whole RDB file' }
            if ($File.Sha256) {
                $digest = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
                if ($digest -cne $File.Sha256) { return "its SHA-256 is $digest and should be $($File.Sha256)" }
            }
        }

        # ---- The receipt -------------------------------------------------------------------------------------------

        $utf8 = New-Object Text.UTF8Encoding $false

        function Open-Receipt {
            if (-not (Test-Path -LiteralPath $Receipt)) { [IO.File]::WriteAllText($Receipt, "$head`n", $utf8) }
            $text = [IO.File]::ReadAllText($Receipt, $utf8)
            if (-not $text.StartsWith("$head`n", [StringComparison]::Ordinal)) {
                Stop-Script 73 "$Receipt is not a receipt of this script. Choose another with -Receipt."
            }
            # A crash may have cut off the last line.
            if (-not $text.EndsWith("`n")) {
                [IO.File]::WriteAllText($Receipt, $text.Substring(0, $text.LastIndexOf("`n") + 1), $utf8)
            }
        }

        function Add-Receipt($File, [string] $Path) {
            $size = (Get-Item -LiteralPath $Path -Force).Length
            $digest = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
            $words = $File.Source, $File.Instance, $File.Backup, $File.Position, $size, $digest, $Path.Replace('%', '%25')
            $line = $words -join "`t"
            if ([Array]::IndexOf([IO.File]::ReadAllLines($Receipt, $utf8), $line) -lt 0) {
                [IO.File]::AppendAllText($Receipt, "$line`n", $utf8)
            }
        }

        # ---- Fetching ----------------------------------------------------------------------------------------------

        # Completes a partial file; returns curl's exit status. The URL goes to curl's standard input and nowhere else.
        function Invoke-Curl([string] $Url, [string] $Part) {
            "url = $Url" | & $curl --disable --config - --globoff --path-as-is --proto '=http,https' `
                --silent --fail --location --max-redirs 0 --retry 2 --retry-max-time 60 `
                --connect-timeout 20 --speed-limit 1 --speed-time 60 `
                --continue-at - --output $Part | Out-Null
            return $LASTEXITCODE
        }

        function Get-File($File) {
            $final = [IO.Path]::GetFullPath([IO.Path]::Combine($Target, $File.Path))
            $part = "$final.part"
            if ((Test-Path -LiteralPath $final) -and -not (Get-Problem $final $File)) {
                Write-Output "is there  $($File.Path)"
                Add-Receipt $File $final
                return
            }
            $whole = $File.Size -ge 0 -and (Test-Path -LiteralPath $part) -and -not (Get-Problem $part $File)
            if (-not $whole) {
                if ((Get-Now) -ge $File.Expiry) {
                    Write-Failure 75 "$($File.Path): its URL has expired. $again"
                    return
                }
                [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($final))
                Write-Output "fetching  $($File.Path)"
                foreach ($try in 1..4) {
                    $status = Invoke-Curl $File.Url $part
                    if ($status -eq 33) { [IO.File]::WriteAllBytes($part, (New-Object byte[] 0)) } # no ranges: begin again
                    elseif (18, 28, 52, 55, 56 -contains $status) { Start-Sleep -Seconds $try } # cut off: go on from there
                    else { break }
                }
                if ($status -eq 23) { Stop-Script 73 "Cannot write $part. Is the disk full?" }
                if ($status -ne 0) {
                    $reason = "curl ended with status $status"
                    if ($status -eq 22 -or $status -eq 47) { $reason = 'the server refuses it' }
                    if ((Get-Now) -ge $File.Expiry) { $reason = 'its URL has expired on the way' }
                    Write-Failure 75 "$($File.Path): $reason. $again"
                    return
                }
                $problem = Get-Problem $part $File
                if ($problem) {
                    Move-Item -LiteralPath $part -Destination "$final.wrong" -Force
                    Write-Failure 65 "$($File.Path): $problem. It was set aside as $($File.Path).wrong."
                    return
                }
            }
            Move-Item -LiteralPath $part -Destination $final -Force
            Write-Output "done      $($File.Path)"
            Add-Receipt $File $final
        }

        function Invoke-Main {
            if ($List) {
                $files | Select-Object Instance, Backup, Position, Size, Path, @{
                    Name = 'MinutesLeft'; Expression = { [Math]::Floor(($_.Expiry - (Get-Now)) / 60) }
                }
                exit 0
            }
            # Windows calls it curl.exe, where curl alone may be another name for a command of PowerShell.
            $script:curl = Get-Command -Name curl.exe, curl -CommandType Application -ErrorAction SilentlyContinue |
                Select-Object -First 1 -ExpandProperty Path
            if (-not $curl) { Stop-Script 69 'curl is missing on this machine. Install it.' }
            $script:OutputEncoding = New-Object Text.ASCIIEncoding # to curl; URLs hold nothing else
            try {
                $script:Target = [IO.Directory]::CreateDirectory(
                    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Target)).FullName
                $script:Receipt = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Receipt)
                Open-Receipt
                foreach ($file in $files) { Get-File $file }
            } catch [IO.IOException], [UnauthorizedAccessException] {
                Stop-Script 73 $_.Exception.Message
            }
            Write-Output "$($script:failed) of $($files.Count) failed. Receipt: $Receipt"
            exit $script:worst
        }

        """#
}
