// `GET|POST /hooks/{provider}/{token}`: what a provider of SMS says later, and what people write back. The token, and the signature where the
// provider signs, are checked before anything is read. It answers 200 once everything is on disk; otherwise the provider is asked to come
// again, which is safe: receipts fold, and a text is heard once. Whose message or number it is not is 200 too, and counted.

import Crypto
import Delivery
import Domain
import HTTPServer
import Intake
import OutboxStore
import Providers
import Runtime

struct ProviderHooks: Sendable {
    static let posting = Operation(
        "receiveCallback", "A provider's receipts and inbound SMS.", scope: nil, body: .text,
        bodyLimit: 64 << 10, answers: [200: .text], refusals: [403])
    static let getting = Operation(
        "receiveCallbackByGet", "The same from a provider that calls back by GET.", scope: nil,
        answers: [200: .text], refusals: [403])

    private static let callbacks = Metrics.Family(
        "relais_callbacks", "What providers called back for.", labels: ["provider", "result"])

    let store: OutboxStore
    let accounts: [String: ProviderAccount]
    let keys: KeyRing
    let publicURL: String
    let correspondents: Correspondents
    let introduction: Introduction
    let work: WorkQueue
    let metrics: Metrics
    let clock: WallClock
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        let provider = call.values["provider"] ?? ""
        guard let account = accounts[provider], let method = account.hookMethod,
            HookToken.isGood(call.values["token"] ?? "", provider: provider, keys: keys)
        else { return answer(Problem.notFound) }
        let request = call.request
        guard request.method == method else {
            return answer(
                Problem.response(
                    405, "method", "this provider calls back by \(method)",
                    headers: [HTTPField(name: "Allow", value: method)]))
        }
        let url = publicURL + request.path + (request.query.map { "?" + $0 } ?? "")
        let delivery: HookDelivery
        do throws(HookRefusal) {
            delivery = try account.events(
                in: HookRequest(
                    method: method, url: url, fields: request.headers.map { ($0.name, $0.value) },
                    body: request.body), now: clock.now())
        } catch {
            metrics.count(Self.callbacks, provider, error.rawValue)
            log(.warning, "callback-refused", ["provider": .operational(provider), "reason": .word(error)])
            return answer(Problem.response(403, "callback", "this callback is not believed"))
        }
        take(delivery.events[...], of: provider, delivery.replayID, answer)
    }

    /// One event after the other, each on disk before the next.
    private func take(
        _ events: ArraySlice<HookEvent>, of provider: String, _ replayID: String?, _ answer: @escaping Answer
    ) {
        guard let event = events.first else {
            return answer(HTTPResponse(status: 200, headers: [], body: []))
        }
        take(event, of: provider, replayID) { result in
            // The store's thread has other things to do than the next event.
            let goesOn = work.submit {
                switch result {
                case .success(let rest):
                    rest()
                    take(events.dropFirst(), of: provider, replayID, answer)
                case .failure(let error):
                    metrics.count(Self.callbacks, provider, "failed")
                    answer(Problem.response(error, log))
                }
            }
            if !goesOn { answer(Problem.unavailable("too much is waiting; try again shortly")) }
        }
    }

    /// - Parameter completion: called on the store's thread, with what remains to be done elsewhere.
    private func take(
        _ event: HookEvent, of provider: String, _ replayID: String?,
        _ completion: @escaping @Sendable (Result<@Sendable () -> Void, StoreError>) -> Void
    ) {
        switch event {
        case .receipt(let receipt):
            metrics.count(Self.callbacks, provider, receipt.state.rawValue)
            store.submit(.receive(ProviderReceipt(receipt, provider: provider))) {
                completion($0.map { _ in {} })
            }
        case .inbound(let text):
            let heard: HeardText
            do throws(StoreError) {
                heard = try correspondents.heard(text, provider: provider, replayID: replayID)
            } catch {
                return completion(.failure(error))
            }
            note(heard)
            store.submit(.hear(heard)) { result in
                completion(
                    result.map { answer in
                        {
                            if case .heard(let dealerships) = answer {
                                introduce(heard, dealerships, to: text.from)
                            }
                        }
                    })
            }
        }
    }

    /// A STOP that nobody can be found for is an objection that nobody keeps: somebody has to look.
    private func note(_ heard: HeardText) {
        let isNobodys = heard.correspondents.isEmpty
        metrics.count(
            Self.callbacks, heard.provider,
            isNobodys ? "nobodys-\(heard.meaning.rawValue)" : heard.meaning.rawValue)
        guard isNobodys, heard.meaning == .stop else { return }
        log(
            .error, "stop-of-nobody",
            [
                "provider": .operational(heard.provider),
                "remedy": "look at the provider for who wrote STOP, then relais consent record",
            ])
    }

    private func introduce(_ heard: HeardText, _ dealerships: [DealershipID], to number: String) {
        guard heard.meaning == .help else { return }
        for person in heard.correspondents where dealerships.contains(person.dealership) {
            introduction.send(to: number, person)
        }
    }
}

extension ProviderReceipt {
    fileprivate init(_ receipt: HookReceipt, provider: String) {
        let state: ReceiptState =
            switch receipt.state {
            case .progress: .sent
            case .delivered: .delivered
            case .failed: .failed
            case .bounced: .bounced
            }
        self.init(
            provider: provider, message: receipt.messageReference.flatMap { try? MessageID($0) },
            reference: receipt.providerReference, state: state, status: receipt.status,
            segments: receipt.segments)
    }
}
