import ArgumentParser

/// `agentpack repo`: signed APT and YUM repositories.
struct Repo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publish packages in signed APT and YUM repositories, and look after them.",
        discussion: """
            A site is a directory that a web server serves: DIR/public is its root. What it is to be stands in \
            repo/dist.yaml, which `agentpack repo init` begins. Every change becomes visible at once or not at all.
            """,
        subcommands: [
            RepoInit.self, RepoPublish.self, RepoList.self, RepoRemove.self, RepoPromote.self, RepoPrune.self,
            RepoRollback.self, RepoRefresh.self, RepoStatus.self, RepoVerify.self, RepoExport.self,
            RepoMatrix.self, RepoClientPackages.self, RepoWebServer.self, RepoSchema.self,
        ])
}
