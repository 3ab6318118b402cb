// A home directory: what `init` makes loads, is kept, and is refused when its secret is exposed, broken or gone.

import Crypto
import Domain
import Foundation
import JSON
import Runtime
import Support
import Testing

@testable import Gateway

struct HomeTests {
    private let folder: TestFolder
    private var path: String { folder.path + "/home" }
    private var secret: String { path + "/secret.key" }

    init() throws {
        folder = try TestFolder()
        try Home.create(folder.path + "/home")
    }

    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    private func load() throws -> Home { try Home(path: path, environment: [:]) }

    @Test func aFreshHomeLoads() throws {
        let home = try load()
        #expect(home.configuration.routes[.email, default: []].map(\.name) == ["capture"])
        #expect(try !Files.isExposed(secret))
        #expect(try !Files.isExposed(path + "/relais.json"))
        #expect(home.configuration.storePath == path + "/data/relais.sqlite")
        let store = try home.openStore(onBroken: { _ in })
        store.close()
        _ = try home.openReader()
        try Home.create(folder.path + "/other")
        let other = try Home(path: folder.path + "/other", environment: [:])
        #expect(
            other.keys.referenceKeyFingerprint != home.keys.referenceKeyFingerprint, "every home has its own")
    }

    @Test func creatingNeverOverwrites() throws {
        let before = try Files.read(secret)
        #expect(reason { try Home.create(path) }.contains("is there already"))
        #expect(try Files.read(secret) == before)
        // A configuration that was put there first is kept.
        let second = folder.path + "/second"
        try Files.createFolder(second)
        try Files.create(second + "/relais.json", Array("{}".utf8), mode: 0o600)
        try Home.create(second)
        #expect(try Files.read(second + "/relais.json") == Array("{}".utf8))
        #expect(reason { _ = try Home(path: second, environment: [:]) }.contains("/publicURL"))
    }

    @Test func whereThereIsNoHomeInitIsNamed() {
        let refusal = reason { _ = try Home(path: folder.path + "/none", environment: [:]) }
        #expect(refusal.contains("relais init"))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o666, 0o620])
    func anExposedSecretIsRefused(mode: Int) throws {
        chmod(secret, mode_t(mode))
        let refusal = reason { _ = try load() }
        #expect(refusal.contains("others can read it") && refusal.contains("chmod 600"))
        chmod(secret, 0o400)
        _ = try load()
    }

    @Test func aMissingSecretIsNamedWithItsRemedy() {
        unlink(secret)
        let refusal = reason { _ = try load() }
        #expect(refusal.contains("secret.key") && refusal.contains("put the home's secret.key back"))
    }

    private static let key = String(repeating: "ab", count: 32)
    private static let malformed: [(content: String, reason: String)] = [
        ("", "line 1"),
        ("{", "line 1"),
        ("[]", "must be an object"),
        ("{\"version\":1}", "/reference"),
        ("{\"version\":2,\"reference\":\"\(key)\",\"tokens\":[{\"id\":1,\"key\":\"\(key)\"}]}", "/version"),
        ("{\"reference\":\"\(key)\",\"tokens\":[{\"id\":1,\"key\":\"\(key)\"}]}", "/version"),
        ("{\"version\":1,\"reference\":\"abab\",\"tokens\":[{\"id\":1,\"key\":\"\(key)\"}]}", "/reference"),
        ("{\"version\":1,\"reference\":\"\(key)\"}", "/tokens"),
        ("{\"version\":1,\"reference\":\"\(key)\",\"tokens\":[]}", "/tokens"),
        (
            "{\"version\":1,\"reference\":\"\(key)\",\"tokens\":[{\"id\":0,\"key\":\"\(key)\"}]}",
            "/tokens/0/id"
        ),
        (
            "{\"version\":1,\"reference\":\"\(key)\",\"tokens\":[{\"id\":256,\"key\":\"\(key)\"}]}",
            "/tokens/0/id"
        ),
        (
            "{\"version\":1,\"reference\":\"\(key)\",\"tokens\":[{\"id\":1,\"key\":\"\(key)zz\"}]}",
            "/tokens/0/key"
        ),
        ("{\"version\":1,\"reference\":\"\(key)\",\"tokens\":[{\"id\":1,\"key\":\"\(key)\"}],\"x\":1}", "/x"),
    ]

    @Test(arguments: malformed.indices)
    func aMalformedSecretIsRefusedWithoutShowingIt(index: Int) throws {
        let (content, place) = Self.malformed[index]
        unlink(secret)
        try Files.create(secret, Array(content.utf8), mode: 0o600)
        let refusal = reason { _ = try load() }
        #expect(
            refusal.contains(place) || place == "must be an object" && refusal.contains(place), "\(refusal)")
        #expect(refusal.contains(secret) && !refusal.contains("abab"), "\(refusal)")
    }

    @Test func severalTokenKeysAreReadInOrder() throws {
        unlink(secret)
        let content =
            "{\"version\":1,\"reference\":\"\(Self.key)\",\"tokens\":[{\"id\":3,\"key\":\"\(Self.key)\"},"
            + "{\"id\":7,\"key\":\"\(Self.key)\"}]}"
        try Files.create(secret, Array(content.utf8), mode: 0o600)
        let keys = try load().keys
        #expect(keys.signingKeyID == 7)
        #expect(
            keys.tokenCode(keyID: 3, purpose: "a", []) != nil
                && keys.tokenCode(keyID: 1, purpose: "a", []) == nil)
    }

    @Test func aStoreOfAnotherHomesKeyIsRefused() throws {
        let store = try load().openStore(onBroken: { _ in })
        store.close()
        unlink(secret)
        try Files.create(secret, SecretFile.newContent(), mode: 0o600)
        let refusal = reason { _ = try load().openReader() }
        #expect(refusal.contains("secret.key is not the key"))
    }

    @Test func templatesAreFoundWhereTheyAreSaid() throws {
        let share = try Home(path: path, environment: ["RELAIS_SHARE": RepositoryFolder.path])
        #expect(try share.templateLibrary().kinds["intervention-ready"] != nil)
        let nowhere = try Home(path: path, environment: ["RELAIS_SHARE": folder.path])
        #expect(reason { _ = try nowhere.templateLibrary() }.contains("set RELAIS_SHARE"))
        let said = folder.path + "/said"
        try Files.createFolder(said)
        let json = try JSONValue(parsing: Array(HomeTemplate.configuration.utf8), syntax: .json5)
            .setting("/templates", to: .string(RepositoryFolder.path + "/Templates"))
        try Files.create(said + "/relais.json", json.bytes(), mode: 0o600)
        try Home.create(said)
        let home = try Home(path: said, environment: ["RELAIS_SHARE": folder.path])
        #expect(try home.templateLibrary().kinds["intervention-ready"] != nil)
    }
}
