// A home directory: `relais.json`, `secret.key`, the data, and where the shipped files are. It promises that what it loads is
// whole and safe (the secret is unreadable for others), and that `create` never overwrites anything. Failures are
// `HomeError`s with the file and the remedy.

import Composer
import Crypto
import Domain
import Foundation
import Glibc
import Intake
import JSON
import OutboxStore
import Providers
import Runtime

/// Why a home cannot be used, and what to do.
package struct HomeError: LoggableError, Sendable, Equatable {
    package enum Kind: Sendable {
        case configuration
        case cannotCreate
    }

    package let kind: Kind
    package let reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { reason }
}

package struct Home: Sendable {
    package let path: String
    package let configuration: Configuration
    package let keys: KeyRing
    /// The file as it was read, for whoever compares.
    let source: JSONValue
    let environment: [String: String]

    package static let configurationName = "relais.json"
    package static let secretName = "secret.key"
    /// The home's half of what tells that an older store was put back.
    static let startCountName = "store.starts"

    /// Loads the configuration and the secret of a home.
    ///
    /// - Parameter delivers: false for a command that hands nothing over, and needs no provider's password.
    package init(
        path: String, delivers: Bool = true,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(HomeError) {
        self.path = path
        self.environment = environment
        let file = path + "/" + Self.configurationName
        do {
            let json = try JSONValue(parsing: try Files.read(file, limit: 1 << 20), syntax: .json5)
            source = json.sorted
            configuration = try ConfigurationReader(
                home: path, environment: environment, readsSecrets: delivers,
                profileFolders: Self.profileFolders(home: path, environment)
            ).read(json)
        } catch let error as SystemError {
            throw HomeError(
                .configuration,
                error.code == ENOENT ? "there is no home in \(path): run relais init \(path)" : "\(error)")
        } catch {
            throw HomeError(.configuration, "\(file): \(error)")
        }
        keys = try SecretFile.read(path + "/" + Self.secretName)
    }

    /// Makes a home: commented configuration, secret, data folder. What is there is kept; a home that has its secret is
    /// refused, because a new one would lose every objection.
    package static func create(_ path: String) throws(HomeError) {
        do {
            guard !Files.exists(path + "/" + secretName) else {
                throw HomeError(.cannotCreate, "\(path)/\(secretName) is there already; nothing was changed")
            }
            try Files.createFolder(path)
            if !Files.exists(path + "/" + configurationName) {
                try Files.create(
                    path + "/" + configurationName, Array(HomeTemplate.configuration.utf8), mode: 0o600)
            }
            try Files.create(path + "/" + secretName, SecretFile.newContent(), mode: 0o600)
        } catch let error as HomeError {
            throw error
        } catch {
            throw HomeError(.cannotCreate, "\(error)")
        }
    }

    /// Opens the store for writing, under the lock.
    package func openStore(
        cacheKilobytes: Int = 2_000, onBroken: @escaping @Sendable (StoreError) -> Void
    ) throws(StoreError) -> OutboxStore {
        try OutboxStore(
            path: configuration.storePath, keyFingerprint: keys.referenceKeyFingerprint,
            policy: configuration.retry, routes: configuration.routes.mapValues { $0.map(\.name) },
            mirrorPath: configuration.mirrorPath,
            startCountPath: path + "/" + Self.startCountName, cacheKilobytes: cacheKilobytes,
            diskFloor: DiskFloor(
                bytes: configuration.diskFloor?.bytes, path: Files.parentFolder(of: configuration.storePath)),
            onBroken: onBroken)
    }

    /// Runs `body` with the store, opened for writing under the lock, or, while a gateway has it, with the way to that gateway.
    ///
    /// - Parameters:
    ///   - cacheKilobytes: of the store's own pages in memory; a gateway keeps its own.
    ///   - log: told what was done to a tenant or a key; a gateway writes that into its own.
    package func withStore<Value>(
        cacheKilobytes: Int = 2_000, log: Log, _ body: (any StoreCommands) throws -> Value
    ) throws -> Value {
        let locked: StoreError
        do {
            let store = try openStore(
                cacheKilobytes: cacheKilobytes, onBroken: Gateway.endProcess(log))
            defer { store.close() }
            let actor = LogValue.operational("operator:" + SystemUser.name(of: geteuid()))
            return try body(AttributedStore(store, actor: actor, log: log))
        } catch let error as StoreError {
            guard case .locked = error else { throw error }
            locked = error
        }
        let remote: RemoteStore
        do {
            remote = try RemoteStore(
                socketPath: commandSocketPath, storePath: configuration.storePath,
                keyFingerprint: keys.referenceKeyFingerprint)
        } catch {
            // Somebody else writes who does not listen: another command, or a gateway that is just starting or stopping.
            throw locked
        }
        defer { remote.close() }
        return try body(remote)
    }

    /// Where a running gateway listens for commands: beside the store, like its lock.
    var commandSocketPath: String { configuration.storePath + ".sock" }

    /// Whether a gateway takes commands for this home.
    package var isGatewayListening: Bool {
        guard let socket = try? UnixSocket.connect(to: commandSocketPath) else { return false }
        socket.shutDown()
        return true
    }

    /// Opens the store for reading, beside whoever writes it.
    package func openReader() throws(StoreError) -> StoreReader {
        try StoreReader(path: configuration.storePath, keyFingerprint: keys.referenceKeyFingerprint)
    }

    /// The shipped templates: `RELAIS_SHARE`, else beside the program, else where the configuration says.
    package func templateLibrary() throws(HomeError) -> TemplateLibrary {
        guard let folder = templateFolder else {
            throw HomeError(
                .configuration,
                "no templates found: set RELAIS_SHARE, or templates in \(path)/\(Self.configurationName)")
        }
        do {
            return try TemplateLibrary(folder: folder, purposes: configuration.purposes)
        } catch {
            throw HomeError(.configuration, "\(error)")
        }
    }

    /// The templates, and the pages that are made of them.
    func texts() throws(HomeError) -> (library: TemplateLibrary, pages: PageRenderer) {
        let library = try templateLibrary()
        do {
            return (library, try PageRenderer(library: library))
        } catch {
            throw HomeError(.configuration, "\(error)")
        }
    }

    /// Everything between a request and the store.
    package func composer(_ library: TemplateLibrary) -> Composer {
        Composer(
            library: library, keys: keys, publicURL: configuration.publicURL,
            offersOneClick: configuration.offersOneClick)
    }

    package func intake(_ store: any StoreCommands, _ library: TemplateLibrary) -> Intake {
        Intake(
            store: store, library: library, composer: composer(library), recipients: configuration.recipients,
            routes: Set(configuration.routes.keys))
    }

    private static func share(_ environment: [String: String]) -> String {
        environment["RELAIS_SHARE"] ?? besideProgram
    }

    /// Every profile of an SMS provider that a configuration here may name, read: its file, and what is wrong with it.
    package func profiles() -> [(file: String, problem: String?)] {
        var known: Set<String> = []
        return Self.profileFolders(home: path, environment).flatMap { folder in
            let names = (try? Files.names(in: folder)) ?? []
            let own = names.sorted().filter { $0.hasSuffix(".json") && known.insert($0).inserted }
            return own.map { name -> (file: String, problem: String?) in
                let file = folder + "/" + name
                do {
                    let bytes = try Files.read(file, limit: 1 << 20)
                    _ = try ProviderProfile(parsing: bytes, name: String(name.dropLast(".json".count)))
                    return (file, nil)
                } catch {
                    return (file, "\(error)")
                }
            }
        }
    }

    /// The operator's own profiles of SMS providers, then the shipped ones, as installed and as in the source tree.
    private static func profileFolders(home: String, _ environment: [String: String]) -> [String] {
        let share = share(environment)
        return [home + "/providers", share + "/providers", share + "/Outbox/providers"]
    }

    private var templateFolder: String? {
        let share = Self.share(environment)
        let candidates = [share + "/Templates", configuration.templatesPath].compactMap(\.self)
        return candidates.first(where: Files.isFolder)
    }

    /// `<executable>/../share/relais`.
    private static var besideProgram: String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return Files.parentFolder(of: Files.parentFolder(of: program)) + "/share/relais"
    }
}
