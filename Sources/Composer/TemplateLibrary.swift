// Every word that a customer reads, loaded and compiled once from `Templates/`: `<kind>/template.json` and
// `<kind>/<locale>/…`, `partials/` shared by all, `pages/`. It promises that a library which loads is complete: every kind
// has every file in each of its languages, and every partial that a template names is there. A broken one is refused as a whole.

import Crypto
import Domain
import JSON
import Runtime
import TemplateEngine

package struct TemplateLibrary: Sendable {
    package let kinds: [String: MessageKind]
    package let purposes: PurposeTable
    let partials: [String: Template]
    let pages: [String: Template]
    let pageWords: [LocaleTag: [String: TemplateValue]]
    /// What a double opt-in agrees to, in each language of the pages; a version is named by its source's digest.
    let notices: [LocaleTag: (template: Template, version: String)]

    /// Loads a folder; the classes of the purposes that its kinds name come from `purposes`.
    package init(folder path: String, purposes: PurposeTable) throws(TemplateLibraryError) {
        self.purposes = purposes
        var partials: [String: Template] = [:]
        var partialSources: [TemplateSource] = []
        let partialFolder = TemplateFolder(path: path + "/partials")
        for name in try partialFolder.names() where !Files.isFolder(partialFolder.path + "/" + name) {
            let (template, source) = try partialFolder.template(name, named: "partials/" + name)
            partials[name] = template
            partialSources.append(source)
        }
        var kinds: [String: MessageKind] = [:]
        for name in try TemplateFolder(path: path).names() where Files.exists("\(path)/\(name)/template.json")
        {
            kinds[name] = try Self.kind(name, path, partialFolder, partialSources, purposes)
        }
        let pageFolder = TemplateFolder(path: path + "/pages")
        var pages: [String: Template] = [:]
        var pagePartials = partials
        for name in try pageFolder.names() where !Files.isFolder(pageFolder.path + "/" + name) {
            let template = try pageFolder.template(name, named: "pages/" + name).0
            pages[name] = template
            pagePartials[name] = template
        }
        var pageWords: [LocaleTag: [String: TemplateValue]] = [:]
        var notices: [LocaleTag: (template: Template, version: String)] = [:]
        for locale in try pageFolder.locales() {
            pageWords[locale] = try pageFolder.words(locale).words
            let (template, source) = try TemplateFolder(path: "\(pageFolder.path)/\(locale)").template(
                "notice.txt", named: "pages/\(locale)/notice.txt")
            notices[locale] = (template, Hexadecimal.text(of: Self.digest(of: [source]).prefix(8)))
        }
        self.kinds = kinds
        self.partials = pagePartials
        self.pages = pages
        self.pageWords = pageWords
        self.notices = notices
        try checkPartials()
    }

    /// The names of a request that a kind's texts read, in all its languages; one that any of them needs is needed.
    package func variables(of kind: MessageKind) -> [TemplateVariable] {
        let texts = kind.texts.values.flatMap(\.templates)
        let all = texts.reduce(into: Set()) { $0.formUnion($1.variables(partials: partials)) }
        return all.filter { variable in
            ["to", "advisor", "intervention", "data"].contains(variable.path[0])
                && MessageContext.derivedNames.isDisjoint(with: variable.path)
        }
    }

    /// The first language of the chain that the pages have; they have more than the messages.
    func pageLocale(for chain: [LocaleTag]) -> LocaleTag {
        chain.first { pageWords[$0] != nil } ?? .english
    }

    private static func kind(
        _ name: String, _ path: String, _ partialFolder: TemplateFolder, _ partialSources: [TemplateSource],
        _ purposes: PurposeTable
    ) throws(TemplateLibraryError) -> MessageKind {
        let folder = TemplateFolder(path: path + "/" + name)
        let (definition, definitionSource) = try folder.json("template.json")
        let (purpose, channels, sms) = try readDefinition(definition, file: folder.path + "/template.json")
        guard let purposeClass = purposes[purpose] else {
            throw TemplateLibraryError(
                file: folder.path + "/template.json",
                reason: "purpose \"\(purpose)\" has no class: name it under purposes in relais.json")
        }
        var texts: [LocaleTag: LocalizedText] = [:]
        for locale in try folder.locales() {
            let localeFolder = TemplateFolder(path: folder.path + "/" + locale.text)
            let prefix = "\(name)/\(locale)/"
            var sources = [definitionSource]
            func template(_ file: String) throws(TemplateLibraryError) -> Template {
                let (template, source) = try localeFolder.template(file, named: prefix + file)
                sources.append(source)
                return template
            }
            let email =
                channels.contains(.email)
                ? EmailTemplates(
                    subject: try template("subject.txt"), html: try template("body.html"),
                    text: try template("body.txt")) : nil
            let message = sms == nil ? nil : try template("sms.txt")
            let shared = try partialFolder.words(locale)
            let own = try folder.words(locale)
            texts[locale] = LocalizedText(
                email: email, sms: message, words: shared.words.merging(own.words) { _, own in own },
                digest: digest(of: sources + partialSources + shared.1 + own.1))
        }
        guard !texts.isEmpty else {
            throw TemplateLibraryError(file: folder.path, reason: "has no folder of a language, such as fr")
        }
        return MessageKind(
            name: name, purpose: purpose, class: purposeClass, channels: channels, sms: sms, texts: texts)
    }

    private static func readDefinition(
        _ definition: JSONValue, file: String
    ) throws(TemplateLibraryError) -> (Purpose, [Channel], SMSForm?) {
        do {
            let reader = try JSONObjectReader(definition)
            let purpose = try Purpose(try reader.string("purpose"))
            let channels = try reader.strings("channels").map { name in
                guard let channel = Channel(rawValue: name) else {
                    throw reader.problem("channels", detail: "must name email or sms")
                }
                return channel
            }
            guard let first = channels.first, !channels.dropFirst().contains(first) else {
                throw reader.problem("channels", detail: "must name a channel, each once")
            }
            let form = try reader.optionalObject("sms")
            guard (form != nil) == channels.contains(.sms) else {
                throw reader.problem("sms", detail: "must be there for the channel sms, and only for it")
            }
            let sms = try form.map { form throws(JSONProblems) in
                SMSForm(
                    segments: try form.integer("segments", in: 1...10),
                    isTransliterated: try form.optionalBool("transliterate") ?? false)
            }
            try reader.finish()
            return (purpose, channels, sms)
        } catch {
            throw TemplateLibraryError(file: file, reason: "\(error)")
        }
    }

    private static func digest(of sources: [TemplateSource]) -> [UInt8] {
        var bytes: [UInt8] = []
        for source in sources {
            for part in [source.name, source.text] {
                bytes += withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian, Array.init)
                bytes += Array(part.utf8)
            }
        }
        return Crypto.sha256(bytes)
    }

    private func checkPartials() throws(TemplateLibraryError) {
        let texts = kinds.values.flatMap { $0.texts.values.flatMap(\.templates) }
        for template in texts + Array(partials.values) + notices.values.map(\.template) {
            if let missing = template.partialNames.sorted().first(where: { partials[$0] == nil }) {
                throw TemplateLibraryError(
                    file: template.name, reason: "the partial \"\(missing)\" is not there")
            }
        }
    }
}
