import WherryCore

/// Writes an sh script that holds the URLs, and beside it an sbatch array whose tasks run it for one file each.
///
/// The array itself holds no URL: Slurm keeps copies of batch scripts in its spool, and perhaps in its accounting.
struct SlurmEmitter: Sendable {
    /// Slurm takes array indices below `MaxArraySize`, 1001 unless a site says otherwise (man slurm.conf).
    static let mostTasks = 1_000

    let script: Script
    let stem: String

    /// The script of URLs, and the array.
    var files: [EmittedFile] {
        let fetching = ShellEmitter(script: script, stem: stem, tool: .curl).file
        return [fetching, EmittedFile(name: "\(stem).sbatch", text: text(running: fetching.name))]
    }

    private func text(running name: String) -> String {
        let count = script.entries.count
        let tasks = min(count, Self.mostTasks)
        return """
            #!/bin/sh
            #
            # \(script.title)
            #
            \(script.origin)
            #
            # A Slurm array: each task fetches \(tasks == count ? "one file" : "every \(tasks)th file"), with the script beside it.
            # That script holds the URLs, this file holds none. Put both where the nodes can read them, and hand this one
            # in from there:
            #
            #     WHERRY_TARGET=/scratch/redis-backups sbatch \(stem).sbatch
            #
            # A task ends with the status of the script, which --help tells. One that may work later, 75, is queued again,
            # three times at most. Each file has a receipt of its own:
            #
            #     wherry deliveries confirm \(name).*.receipt
            #
            #SBATCH --job-name=wherry-run\(script.run)
            #SBATCH --array=0-\(tasks - 1)%\(script.style.parallel)
            #SBATCH --ntasks=1
            #SBATCH --cpus-per-task=1
            #SBATCH --requeue
            #SBATCH --open-mode=append
            #SBATCH --output=\(stem).%a.log

            set -u

            script=\(shellQuoted(name))
            folder=\(shellQuoted(script.folder)) # where wherry wrote both
            last=\(count - 1)
            tasks=\(tasks)

            # Slurm runs a copy of this file, so the script is looked for where this was handed in, then where it was written.
            for place in "${SLURM_SUBMIT_DIR:-.}" "$folder"; do
                if [ -r "$place/$script" ]; then break; fi
            done
            if [ ! -r "$place/$script" ]; then
                echo "error: $script is not in the folder from which this was handed in." >&2
                exit 69
            fi

            # fetch_all NUMBER: takes that file and every one that is its task's.
            fetch_all() {
                number=$1 worst=0
                while [ "$number" -le "$last" ]; do
                    sh "$place/$script" --only "$number" 8>&- 9>&- || worst=$?
                    number=$((number + tasks))
                done
                return "$worst"
            }

            fetch_all "$SLURM_ARRAY_TASK_ID"
            status=$?
            if [ "$status" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ] && command -v scontrol >/dev/null 2>&1; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
            fi
            exit "$status"

            """
    }
}
